package luaio_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"weir/script/luaio"
)

// TestEndOfAWait: that a wait is over is told before what was waited for is taken.
func TestEndOfAWait(t *testing.T) {
	for _, write := range []bool{false, true} {
		t.Run(fmt.Sprint("write ", write), func(t *testing.T) {
			s := newState(t)
			began, over := make(chan bool, 1), 0
			s.Waits = func(f *luaio.File, w bool) func() {
				if w == write {
					select {
					case began <- true:
					default:
					}
				}
				return func() {
					if fds := []unix.PollFd{{Fd: fdOf(t, f.OS()), Events: unix.POLLIN | unix.POLLOUT}}; w == write {
						n, err := unix.Poll(fds, 0)
						over += n
						if n != 1 || err != nil {
							t.Errorf("at the end of its wait nothing is there: %v", err)
						}
					}
				}
			}
			code, end := `io.read(1)`, func() { s.in.Write([]byte("x")) }
			if write {
				code, end = `io.write(("x"):rep(100000)) io.stdout:flush()`, func() { io.CopyN(io.Discard, s.out, 100000) }
			}
			done := make(chan error, 1)
			go func() { done <- s.DoString(code) }()
			<-began
			end()
			if err := <-done; err != nil || over == 0 {
				t.Errorf("%v, and %d waits", err, over)
			}
		})
	}
}

func fdOf(t *testing.T, f *os.File) (fd int32) {
	conn, err := f.SyscallConn()
	if err == nil {
		err = conn.Control(func(n uintptr) { fd = int32(n) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return fd
}
