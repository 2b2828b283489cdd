package watch

import (
	"bytes"
	"strconv"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// published reads the wait without a limit that a process of weir's has published, and
// its task. ok is false where it has none: others, and one that has a run of its own,
// are judged by their calls.
func (p *process) published() (t task, ok bool) {
	if len(p.threads) < 2 || len(p.children) > 0 {
		return t, false
	}
	maps, err := readAll("/proc/" + strconv.Itoa(p.pid) + "/maps")
	if err != nil {
		return t, false
	}
	list := ipc.WaitsOf(p.pid, maps)
	if len(list) != 1 {
		return t, false
	}
	return taskOf(p.pid, maps, &list[0])
}

// taskOf is the task that waits as a process has published.
func taskOf(pid int, maps []byte, w *ipc.Wait) (t task, ok bool) {
	t.number, t.looks = w.Number, w.Looks
	switch w.Kind.Lock() {
	case "":
		side := Side{Pipe{w.Presence.Dev, w.Presence.Ino}, w.Kind == ipc.WaitRoom}
		t.waits = []Wait{{FD: -1, Side: side}}
		t.message = &Message{Fill: w.Fill, Capacity: w.Capacity}
		t.named = Pipe{w.Named.Dev, w.Named.Ino}
		return t, true
	case ipc.KindMutex:
		region, offset, _ := regionAt(maps, w.Address)
		t.lock = &Lock{Region: region, Offset: offset, Holder: ipc.LockHolder(pid, w.Address)}
		return t, t.lock.Holder != 0
	}
	region, _, private := regionAt(maps, w.Address)
	t.lock = &Lock{Region: region, Wait: w.Kind}
	if !private {
		t.named = region
	}
	return t, region != Pipe{}
}

// atLock is the wait of a party for a lock.
func (s *set) atLock(p *party, l *Lock) Blocked {
	b := Blocked{Stage: p.stage, PID: p.pid, Lock: l, Holder: outsider}
	if i, known := s.holder(l); l.Holder != 0 && known {
		b.Holder = s.parties[i].stage
	}
	return b
}

// regionAt finds the file that is mapped at an address, in /proc/PID/maps:
//
//	7f0000000000-7f0000001000 rw-s 00000000 00:01 1234   /memfd:mutex (deleted)
//
// offset is where in it; private reports whether it has no name.
func regionAt(maps []byte, address uint64) (region Pipe, offset uint64, private bool) {
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
		offset = address - hexadecimal(from) + hexadecimal(fields[2])
		return region, offset, len(fields) > 5 && bytes.HasPrefix(fields[5], []byte("/memfd:"))
	}
	return region, 0, false
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
