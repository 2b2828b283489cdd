package kernel

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Opening is a wait in open(2) of a FIFO, which sleeps until somebody opens the other side.
type Opening struct {
	Path   string // as the program has it
	Writes bool
	File   File
}

// Opening gives the FIFO at whose open(2) a process sleeps in this call, if it does.
func (c *Call) Opening(pid int) (o Opening, ok bool) {
	folder, address, flags, ok := c.opens()
	o.Writes = flags&unix.O_ACCMODE == unix.O_WRONLY
	if !ok || flags&unix.O_NONBLOCK != 0 || !o.Writes && flags&unix.O_ACCMODE != unix.O_RDONLY {
		return o, false
	}
	if o.Path, ok = memoryText(pid, address); !ok {
		return o, false
	}
	dir := strings.TrimSuffix(Path(pid, ""), "/")
	switch {
	case strings.HasPrefix(o.Path, "/"):
		dir += "/root"
	case folder == unix.AT_FDCWD:
		dir += "/cwd/"
	default:
		dir += "/fd/" + strconv.Itoa(folder) + "/"
	}
	var st unix.Stat_t
	if unix.Stat(dir+o.Path, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		return o, false
	}
	o.File = File{Device: uint64(st.Dev), Inode: st.Ino}
	return o, true
}

// opens gives the arguments of openat(2).
func (c *Call) opens() (folder int, address, flags uint64, ok bool) {
	if c.Number == unix.SYS_OPENAT {
		return c.FD(0), c.Args[1], c.Args[2], true
	}
	return c.opensOld()
}

// memoryText reads a string of C's in the memory of a process, a path at most.
func memoryText(pid int, address uint64) (string, bool) {
	var text []byte
	for page := uint64(os.Getpagesize()); len(text) < unix.PathMax; {
		part := make([]byte, page-address%page)
		if !Memory(pid, address, part) {
			return "", false
		}
		if end := bytes.IndexByte(part, 0); end >= 0 {
			return string(append(text, part[:end]...)), true
		}
		text, address = append(text, part...), address+uint64(len(part))
	}
	return "", false
}
