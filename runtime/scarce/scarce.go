// Package scarce says what a process lacks where a limit is reached: which limit it is,
// and the way out. It takes the last word of Go's runtime, too.
package scarce

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Way names the limit behind an error of the system's, and the way out. It is empty
// where the error says something else.
func Way(err error) string {
	switch {
	case errors.Is(err, syscall.EMFILE):
		return files()
	case errors.Is(err, syscall.ENFILE):
		return "the whole system has as many open as it may: close some, or raise fs.file-max"
	case errors.Is(err, syscall.ENOMEM):
		return memory()
	}
	return ""
}

// WayToStart is Way for the start of a process, which EAGAIN refuses where there are
// too many.
func WayToStart(err error) string {
	if errors.Is(err, syscall.EAGAIN) {
		return processes()
	}
	return Way(err)
}

// With adds the way out to an error's message, where there is one.
func With(err error) error { return with(err, Way(err)) }

// WithStart does so for the start of a process.
func WithStart(err error) error { return with(err, WayToStart(err)) }

func with(err error, way string) error {
	if way == "" {
		return err
	}
	return fmt.Errorf("%w; %s", err, way)
}

// Proc is the error of what needs /proc on a system that has none; any other stays as
// it is.
func Proc(err error) error {
	if _, e := os.Stat("/proc/self"); errors.Is(err, fs.ErrNotExist) && errors.Is(e, fs.ErrNotExist) {
		return errNoProc
	}
	return err
}

var errNoProc = errors.New("there is no /proc, by which weir finds its processes: " +
	"mount it, as with `mount -t proc proc /proc`")
