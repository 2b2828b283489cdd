package watch

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// maxPolled is how many descriptors are looked at; who waits for more may go on.
const maxPolled = 4096

// polls reads the struct pollfd of poll(2): int fd; short events, revents.
func (p *process) polls(c *call) (task, bool) {
	n := c.Args[1]
	if n > maxPolled {
		return task{}, false
	}
	list := make([]byte, 8*n)
	if !p.memory(c.Args[0], list) {
		return task{}, false
	}
	var fds []int
	for ; len(list) > 0; list = list[8:] {
		if fd := int32(binary.NativeEndian.Uint32(list)); fd >= 0 {
			fds = append(fds, int(fd))
		}
	}
	return p.any(fds)
}

// selects reads the three fd_set of select(2): one bit for each descriptor.
func (p *process) selects(c *call) (task, bool) {
	n := int(int32(c.Args[0]))
	if n < 0 || n > maxPolled {
		return task{}, false
	}
	var fds []int
	words := make([]byte, (n+63)/64*8)
	for _, set := range c.Args[1:4] {
		if set == 0 {
			continue
		}
		if !p.memory(set, words) {
			return task{}, false
		}
		for fd := range n {
			if binary.NativeEndian.Uint64(words[fd/64*8:])>>(fd%64)&1 != 0 && !slices.Contains(fds, fd) {
				fds = append(fds, fd)
			}
		}
	}
	return p.any(fds)
}

// epolls reads what an epoll(7) instance watches: a line "tfd: 3 events: ..." of
// /proc/PID/fdinfo/EPFD for each.
func (p *process) epolls(epfd int) (task, bool) {
	info, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", p.pid, epfd))
	if err != nil {
		return task{}, false
	}
	var fds []int
	for lines := bufio.NewScanner(bytes.NewReader(info)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || fields[0] != "tfd:" {
			continue
		}
		fd, err := strconv.Atoi(fields[1])
		if err != nil {
			return task{}, false
		}
		fds = append(fds, fd)
	}
	return p.any(fds)
}

// any is a wait for the first of several descriptors that has news, whatever
// was asked of each: news of a pipe comes from its other side only.
func (p *process) any(fds []int) (t task, ok bool) {
	known := false
	for _, fd := range fds {
		d, open := p.table[fd]
		switch {
		case open && d.pipe && !d.forOutsiders(p.table), open && d.socket && p.sockets != nil &&
			p.sockets.byInode[d.id.Inode].exclusive:
			for _, w := range d.at(fd) {
				w.Polled, w.Socket = true, d.socket
				w.Pending = d.socket && d.peer == 0
				t.waits = append(t.waits, w)
			}
		case open && p.linkOf(fd) == "anon_inode:[eventfd]":
			// Its own threads write to it.
		case open && p.linkOf(fd) == "anon_inode:[pidfd]" && p.isChild(fd):
			t.children = true
		default:
			return t, false
		}
		known = true
	}
	return t, known
}

func (p *process) linkOf(fd int) string {
	buf := make([]byte, 64)
	n, err := unix.Readlink(fmt.Sprintf("/proc/%d/fd/%d", p.pid, fd), buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// isChild reports whether the pidfd_open(2) descriptor is that of a child: "Pid:"
// in its fdinfo.
func (p *process) isChild(fd int) bool {
	info, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", p.pid, fd))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(field(info, "Pid:"))
	return err == nil && slices.Contains(p.children, pid)
}
