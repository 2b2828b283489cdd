package watch

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// fileLock is a lock on a file that somebody waits for, of flock(2) or fcntl(2).
type fileLock struct {
	kind, file string // "FLOCK", "POSIX" or "OFDLCK", and "08:01:1234", as proc_locks(5) has them
	holder     int    // of a POSIX lock; the others belong to an open file
	waiters    []int
}

// fileLocks are those, read at most once in a sample.
type fileLocks []fileLock

// readFileLocks reads proc_locks(5), where those who wait follow the lock:
//
//	1: FLOCK  ADVISORY  WRITE 359 08:01:1234 0 EOF
//	1: -> FLOCK  ADVISORY  WRITE 360 08:01:1234 0 EOF
func readFileLocks() (list fileLocks) {
	text, err := readAll("/proc/locks")
	if err != nil {
		return nil
	}
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		waits := len(fields) > 1 && string(fields[1]) == "->"
		if waits {
			fields = fields[1:]
		}
		if len(fields) < 6 {
			continue
		}
		pid, _ := strconv.Atoi(string(fields[4]))
		if !waits {
			list = append(list, fileLock{kind: string(fields[1]), file: string(fields[5]), holder: pid})
		} else if len(list) > 0 {
			last := &list[len(list)-1]
			last.waiters = append(last.waiters, pid)
		}
	}
	return list
}

// lockDevice is no device: the sides of file locks have it.
const lockDevice = 1 << 63

// side is what the holders of a lock hold: one of fcntl(2) is its process's, and those of
// open files are told apart by their file alone.
func (list fileLocks) side(i int) Side {
	for k := range i {
		if l := &list[i]; l.kind != "POSIX" && list[k].kind == l.kind && list[k].file == l.file {
			return Side{Pipe{lockDevice, uint64(k)}, true}
		}
	}
	return Side{Pipe{lockDevice, uint64(i)}, true}
}

// atFileLock is a call that sleeps until a lock on the file of a descriptor is left.
func (p *process) atFileLock(fd int, openFile bool) (t task, ok bool) {
	list, inode := p.fileLocks(), fmt.Sprint(":", p.table[fd].id.Inode)
	for i := range list {
		for _, pid := range list[i].waiters {
			// Of the locks of open files it tells no process: -1.
			if pid == p.pid || pid == -1 && openFile && strings.HasSuffix(list[i].file, inode) {
				t.waits = append(t.waits, Wait{FD: fd, Side: list.side(i).other(), File: p.path(fd)})
				break
			}
		}
	}
	return t, len(t.waits) == 1
}

// path is the name of the file at a descriptor.
func (p *process) path(fd int) string {
	name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", p.pid, fd))
	if err != nil {
		return "a file"
	}
	return name
}

// held lists those of the locks that a process holds: by itself, or by open files of
// its table. Lines like those of proc_locks(5) stand in /proc/PID/fdinfo/FD behind "lock:".
func (list fileLocks) held(pid int, table map[int]descriptor) (sides []Side) {
	files := map[string][]int{}
	for i := range list {
		switch l := &list[i]; {
		case len(l.waiters) == 0:
		case l.kind != "POSIX":
			files[l.kind+" "+l.file] = append(files[l.kind+" "+l.file], i)
		case l.holder == pid:
			sides = append(sides, list.side(i))
		}
	}
	if len(files) == 0 {
		return sides
	}
	for fd, d := range table {
		if !d.regular {
			continue
		}
		info, err := readAll(fmt.Sprintf("/proc/%d/fdinfo/%d", pid, fd))
		if err != nil {
			continue
		}
		for line := range bytes.Lines(info) {
			fields := bytes.Fields(line)
			if len(fields) < 7 || string(fields[0]) != "lock:" {
				continue
			}
			for _, i := range files[string(fields[2])+" "+string(fields[6])] {
				sides = append(sides, list.side(i))
			}
		}
	}
	return sides
}

// locksFile reports whether a call sleeps until a lock on a file is left.
func (c *call) locksFile() bool {
	const lockWait, openFileLockWait = unix.F_SETLKW, unix.F_OFD_SETLKW
	return c.Number == unix.SYS_FLOCK && c.Args[1]&unix.LOCK_NB == 0 ||
		c.Number == unix.SYS_FCNTL && (c.Args[1] == lockWait || c.Args[1] == openFileLockWait)
}
