package kernel

import (
	"bytes"
	"strconv"

	"golang.org/x/sys/unix"
)

// MappedAt finds in /proc/PID/maps the file that is mapped at an address:
//
//	7f0000000000-7f0000001000 rw-s 00000000 00:01 1234   /memfd:mutex (deleted)
func MappedAt(maps []byte, address uint64) (f File) {
	for line := range bytes.Lines(maps) {
		fields := bytes.Fields(line)
		if len(fields) < 5 {
			continue
		}
		from, to, _ := bytes.Cut(fields[0], []byte("-"))
		if hexadecimal(from) > address || hexadecimal(to) <= address {
			continue
		}
		major, minor, _ := bytes.Cut(fields[3], []byte(":"))
		f.Device = unix.Mkdev(uint32(hexadecimal(major)), uint32(hexadecimal(minor)))
		f.Inode, _ = strconv.ParseUint(string(fields[4]), 10, 64)
		return f
	}
	return f
}

func hexadecimal(digits []byte) uint64 {
	n, _ := strconv.ParseUint(string(digits), 16, 64)
	return n
}
