package kernel

import (
	"bytes"
	"strconv"

	"golang.org/x/sys/unix"
)

// Mapping is where in a file an address lies that a process has mapped.
type Mapping struct {
	File   File
	Offset uint64
	Memory bool // the file has no name, memfd_create(2)
}

// MappingAt finds in /proc/PID/maps what is mapped at an address:
//
//	7f0000000000-7f0000001000 rw-s 00000000 00:01 1234   /memfd:mutex (deleted)
func MappingAt(maps []byte, address uint64) (m Mapping) {
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
		m.File.Device = unix.Mkdev(uint32(hexadecimal(major)), uint32(hexadecimal(minor)))
		m.File.Inode, _ = strconv.ParseUint(string(fields[4]), 10, 64)
		m.Offset = address - hexadecimal(from) + hexadecimal(fields[2])
		m.Memory = len(fields) > 5 && bytes.HasPrefix(fields[5], []byte("/memfd:"))
		return m
	}
	return m
}

// Memory reads the memory of a process, process_vm_readv(2), and reports whether it could
// read all of it.
func Memory(pid int, address uint64, into []byte) bool {
	if len(into) == 0 {
		return true
	}
	local := []unix.Iovec{{Base: &into[0]}}
	local[0].SetLen(len(into))
	n, err := unix.ProcessVMReadv(pid, local, []unix.RemoteIovec{{Base: uintptr(address), Len: len(into)}}, 0)
	return err == nil && n == len(into)
}

func hexadecimal(digits []byte) uint64 {
	n, _ := strconv.ParseUint(string(digits), 16, 64)
	return n
}
