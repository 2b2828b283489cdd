package watch

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// opens is open(2) of a FIFO, which sleeps until somebody opens the other side; anybody
// may who knows its name.
func (p *process) opens(folder int, address, flags uint64) (t task, ok bool) {
	writes := flags&unix.O_ACCMODE == unix.O_WRONLY
	if flags&unix.O_NONBLOCK != 0 || !writes && flags&unix.O_ACCMODE != unix.O_RDONLY {
		return t, false
	}
	path, ok := p.text(address)
	if !ok {
		return t, false
	}
	dir := "/proc/" + strconv.Itoa(p.pid)
	switch {
	case strings.HasPrefix(path, "/"):
		dir += "/root"
	case folder == unix.AT_FDCWD:
		dir += "/cwd/"
	default:
		dir += "/fd/" + strconv.Itoa(folder) + "/"
	}
	var st unix.Stat_t
	if unix.Stat(dir+path, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		return t, false
	}
	return task{opens: &Opening{Path: path, Writes: writes}, named: Pipe{uint64(st.Dev), st.Ino}}, true
}

// text reads a string of C's in the process's memory, a path at most.
func (p *process) text(address uint64) (string, bool) {
	var text []byte
	for page := uint64(os.Getpagesize()); len(text) < unix.PathMax; {
		part := make([]byte, page-address%page)
		if !p.memory(address, part) {
			return "", false
		}
		if end := bytes.IndexByte(part, 0); end >= 0 {
			return string(append(text, part[:end]...)), true
		}
		text, address = append(text, part...), address+uint64(len(part))
	}
	return "", false
}
