package view

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// sameUser reports whether who has connected runs as this user, SO_PEERCRED.
func sameUser(conn *net.UnixConn) (same bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	_ = raw.Control(func(fd uintptr) {
		cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		same = err == nil && int(cred.Uid) == os.Geteuid()
	})
	return same
}

// Pair makes a connection whose other end a process is given.
func Pair() (ours net.Conn, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	f := os.NewFile(uintptr(fds[0]), "view")
	defer f.Close()
	theirs = os.NewFile(uintptr(fds[1]), "view")
	if ours, err = net.FileConn(f); err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return ours, theirs, nil
}

// PairHere makes a connection within this process.
func PairHere() (one, other net.Conn, err error) {
	one, file, err := Pair()
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if other, err = net.FileConn(file); err != nil {
		one.Close()
		return nil, nil, err
	}
	return one, other, nil
}
