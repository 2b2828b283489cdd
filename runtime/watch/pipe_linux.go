package watch

import (
	"fmt"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// descriptor is what one descriptor of a process is.
type descriptor struct {
	id            Pipe
	pipe, regular bool
	nameless      bool // a regular file
	reads, writes bool // of a pipe
	socket        bool
	peer          uint64   // the inode of a socket's other end, where it is known
	pending       []uint64 // the inodes of those that have connected to a socket that listens
}

// forOutsiders reports whether it is a FIFO with a name of which these descriptors have the
// other side, too: who keeps one open so waits for whoever may come.
func (d *descriptor) forOutsiders(table map[int]descriptor) bool {
	if !d.named() || d.reads && d.writes {
		return d.named()
	}
	for _, other := range table {
		if other.id == d.id && (other.reads && d.writes || other.writes && d.reads) {
			return true
		}
	}
	return false
}

// named reports whether it is a FIFO with a name.
func (d *descriptor) named() bool { return d.pipe && d.id.Device != nameless() }

// nameless is the device of the pipes that have no name.
var nameless = sync.OnceValue(func() uint64 {
	var p [2]int
	var st unix.Stat_t
	if unix.Pipe2(p[:], unix.O_CLOEXEC) != nil {
		return 0
	}
	defer unix.Close(p[0])
	defer unix.Close(p[1])
	_ = unix.Fstat(p[0], &st)
	return st.Dev
})

// at is a wait at a descriptor, on each side that it is open for.
func (d *descriptor) at(fd int) (waits []Wait) {
	for _, side := range d.sides() {
		waits = append(waits, Wait{FD: fd, Side: side})
	}
	return waits
}

// sides are a pipe's, or of a socket what it receives, and what its peer does.
func (d *descriptor) sides() (sides []Side) {
	if d.socket {
		sides = append(sides, Side{d.id, false})
		if d.peer != 0 {
			sides = append(sides, Side{Pipe{d.id.Device, d.peer}, true})
		}
	}
	for _, client := range d.pending {
		sides = append(sides, Side{Pipe{d.id.Device, client}, true})
	}
	if d.reads {
		sides = append(sides, Side{d.id, false})
	}
	if d.writes {
		sides = append(sides, Side{d.id, true})
	}
	return sides
}

// SideOf gives the side of a pipe that a descriptor of this process is.
func SideOf(fd int) (Side, bool) {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		return Side{}, false
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return Side{Pipe{st.Dev, st.Ino}, flags&unix.O_ACCMODE != unix.O_RDONLY}, err == nil
}

// Pipes lists the descriptors of a process that are pipes.
func Pipes(pid int) map[int]Pipe {
	table, _ := readTable(pid)
	pipes := map[int]Pipe{}
	for fd, d := range table {
		if d.pipe {
			pipes[fd] = d.id
		}
	}
	return pipes
}

// readTable lists the descriptors of a process. The link /proc/PID/fd/N leads to
// what is open; its own permission bits say for what.
func readTable(pid int) (map[int]descriptor, error) {
	dir, err := open("/proc/"+strconv.Itoa(pid)+"/fd", unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(dir)
	entries, err := names(dir)
	if err != nil {
		return nil, err
	}
	table := make(map[int]descriptor, len(entries))
	for _, name := range entries {
		fd, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		var st unix.Statx_t
		// Without AT_STATX_DONT_SYNC a file of a server that is away would have to be waited for.
		if err := unix.Statx(dir, name, unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE|unix.STATX_INO|unix.STATX_NLINK,
			&st); err != nil {
			if gone(err) {
				continue
			}
			return nil, err
		}
		d := descriptor{pipe: st.Mode&unix.S_IFMT == unix.S_IFIFO, regular: st.Mode&unix.S_IFMT == unix.S_IFREG,
			socket: st.Mode&unix.S_IFMT == unix.S_IFSOCK}
		if d.nameless = d.regular && st.Nlink == 0; d.regular || d.socket {
			d.id = Pipe{unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino}
		}
		if d.pipe {
			d.id = Pipe{unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino}
			var link unix.Stat_t
			if err := unix.Fstatat(dir, name, &link, unix.AT_SYMLINK_NOFOLLOW); err != nil {
				continue
			}
			d.reads, d.writes = link.Mode&0o400 != 0, link.Mode&0o200 != 0
		}
		table[fd] = d
	}
	return table, nil
}

// fill gives how many bytes are in the pipe at a descriptor of a process, and how many it
// takes. The pipe is opened for a moment: that changes nothing for who is stuck there.
func fill(pid, fd int) (bytes, capacity int) {
	f, err := open(fmt.Sprintf("/proc/%d/fd/%d", pid, fd), unix.O_RDONLY|unix.O_NONBLOCK)
	if err != nil {
		return 0, 0
	}
	defer unix.Close(f)
	bytes, _ = kernel.Fill(f)
	capacity, _ = kernel.PipeSize(f)
	return bytes, capacity
}
