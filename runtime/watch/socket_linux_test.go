package watch

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNotAccepted: a client that was not accepted is known at every socket that could accept it, and only there.
func TestNotAccepted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	local, all := [4]byte{127, 0, 0, 1}, [4]byte{}
	v4 := func(a [4]byte) unix.Sockaddr { return &unix.SockaddrInet4{Addr: a} }
	v6 := func(a [16]byte) unix.Sockaddr { return &unix.SockaddrInet6{Addr: a} }
	for _, row := range []struct {
		name         string
		family, kind int
		at           unix.Sockaddr
		share        int // how many listen there
		v4           bool
	}{
		{"unix", unix.AF_UNIX, unix.SOCK_STREAM, &unix.SockaddrUnix{Name: path}, 1, false},
		{"unixpacket", unix.AF_UNIX, unix.SOCK_SEQPACKET, &unix.SockaddrUnix{Name: path + "p"}, 1, false},
		{"tcp", unix.AF_INET, unix.SOCK_STREAM, v4(local), 1, false},
		{"tcp at all addresses", unix.AF_INET, unix.SOCK_STREAM, v4(all), 1, true},
		{"tcp, several that listen", unix.AF_INET, unix.SOCK_STREAM, v4(local), 3, false},
		{"tcp6", unix.AF_INET6, unix.SOCK_STREAM, v6([16]byte{15: 1}), 1, false},
		{"tcp6, a client by IPv4", unix.AF_INET6, unix.SOCK_STREAM, v6([16]byte{}), 1, true},
		{"tcp6, several that listen, a client by IPv4", unix.AF_INET6, unix.SOCK_STREAM, v6([16]byte{}), 2, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			open := func(family int) (int, uint64) {
				fd, err := unix.Socket(family, row.kind|unix.SOCK_CLOEXEC, 0)
				if err != nil {
					t.Skip(err)
				}
				t.Cleanup(func() { unix.Close(fd) })
				return fd, inodeOf(t, fd)
			}
			var listeners []uint64
			var first int
			at := row.at
			for i := range row.share {
				fd, inode := open(row.family)
				if row.share > 1 {
					_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
				}
				if err := unix.Bind(fd, at); err != nil {
					t.Skip(err)
				}
				at, _ = unix.Getsockname(fd)
				if err := unix.Listen(fd, 5); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					first = fd
				}
				listeners = append(listeners, inode)
			}
			_, other := open(row.family)
			family, to := row.family, at
			if row.v4 {
				port := 0
				switch at := at.(type) {
				case *unix.SockaddrInet4:
					port = at.Port
				case *unix.SockaddrInet6:
					port = at.Port
				}
				family, to = unix.AF_INET, &unix.SockaddrInet4{Port: port, Addr: local}
			}
			client, inode := open(family)
			if err := unix.Connect(client, to); err != nil {
				t.Fatal(err)
			}
			s := readSockets()
			if !s.byInode[inode].exclusive || s.byInode[inode].peer != 0 {
				t.Errorf("the client is %+v", s.byInode[inode])
			}
			for _, l := range listeners {
				if !slices.Contains(s.byInode[l].pending, inode) {
					t.Errorf("one that listens is %+v, without %d", s.byInode[l], inode)
				}
			}
			if slices.Contains(s.byInode[other].pending, inode) {
				t.Errorf("another is %+v", s.byInode[other])
			}
			if row.share > 1 {
				return // which of them has it is the kernel's choice
			}
			conn, _, err := unix.Accept(first)
			if err != nil {
				t.Fatal(err)
			}
			defer unix.Close(conn)
			if s, its := readSockets(), inodeOf(t, conn); s.byInode[inode].peer != its || s.byInode[its].peer != inode {
				t.Errorf("the client is %+v, its connection %+v", s.byInode[inode], s.byInode[its])
			}
		})
	}
}

func inodeOf(t *testing.T, fd int) uint64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		t.Fatal(fmt.Errorf("fstat: %w", err))
	}
	return st.Ino
}
