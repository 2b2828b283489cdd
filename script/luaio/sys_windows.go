package luaio

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// readable says no: this system has no poll for every kind of handle, and a
// flush too many is only slower.
func readable(*os.File) bool { return false }

// waitFor is never reached: no handle here returns EAGAIN.
func waitFor(*os.File, bool) error { return windows.ERROR_NOT_SUPPORTED }

// IsTerminal asks GetConsoleMode, which only a console answers.
func IsTerminal(f *os.File) bool {
	var mode uint32
	return windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil
}

// isBrokenPipe knows the two errors of WriteFile on a pipe without a reader.
func isBrokenPipe(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}

// ready is not known here: a read or write waits as long as it must.
func ready(f *os.File, write bool, wake *os.File, limit time.Duration) (bool, error) {
	return true, nil
}

// transfer is one read, or write, of a file.
func (f *File) transfer(write bool, b []byte) (int, error) { return f.transferPlain(write, b) }
