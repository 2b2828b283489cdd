package watch

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// waitsForLock tells whether a futex(2) of the process is that of package ipc, without
// a limit: for a lock that somebody holds, or in a region without a name, which only
// those have who were given it.
func (p *process) waitsForLock(c *call) (l Lock, ok bool) {
	if c.args[1] != futexWait || c.args[3] == 0 {
		return l, false
	}
	var limit [16]byte // struct timespec
	var word [4]byte
	if !p.memory(c.args[3], limit[:]) || binary.NativeEndian.Uint64(limit[:]) != 0 {
		return l, false
	}
	w, ok := ipc.WaitingFor(time.Duration(binary.NativeEndian.Uint64(limit[8:])))
	if !ok || !p.memory(c.args[0], word[:]) {
		return l, false
	}
	region, private := regionAt(p.pid, c.args[0])
	l = Lock{Region: region, Number: w.Number}
	if !w.Lock {
		return l, private
	}
	l.Holder = ipc.LockHolder(binary.NativeEndian.Uint32(word[:]))
	return l, l.Holder != 0
}

// atLock is the wait of a party for a lock.
func (p *party) atLock(l *Lock, parties []party) Blocked {
	b := Blocked{Stage: p.stage, PID: p.pid, Lock: l, Holder: outsider}
	for i := range parties {
		if l.Holder != 0 && parties[i].pid == l.Holder {
			b.Holder = parties[i].stage
		}
	}
	return b
}

// regionAt finds the file that a process has mapped at an address, proc_pid_maps(5):
//
//	7f0000000000-7f0000001000 rw-s 00000000 00:01 1234   /memfd:mutex (deleted)
//
// private tells whether it has no name.
func regionAt(pid int, address uint64) (region Pipe, private bool) {
	maps, err := readAll("/proc/" + strconv.Itoa(pid) + "/maps")
	if err != nil {
		return region, false
	}
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
		region.Device = unix.Mkdev(uint32(hexadecimal(major)), uint32(hexadecimal(minor)))
		region.Inode, _ = strconv.ParseUint(string(fields[4]), 10, 64)
		return region, len(fields) > 5 && bytes.HasPrefix(fields[5], []byte("/memfd:"))
	}
	return region, false
}

func hexadecimal(digits []byte) uint64 {
	n, _ := strconv.ParseUint(string(digits), 16, 64)
	return n
}

// FileOf tells which file a descriptor of this process is.
func FileOf(fd int) (file Pipe, ok bool) {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return file, false
	}
	return Pipe{uint64(st.Dev), st.Ino}, true
}
