package watch

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Reads reports whether a process sleeps in read(2) of a file.
func Reads(pid int, f *os.File) bool {
	dir := "/proc/" + strconv.Itoa(pid)
	text, err := readAll(dir + "/syscall")
	if err != nil {
		return false
	}
	c, ok := parseCall(text)
	if !ok || c.Number != unix.SYS_READ {
		return false
	}
	theirs, err := os.Stat(dir + "/fd/" + strconv.Itoa(c.FD(0)))
	if err != nil {
		return false
	}
	ours, err := f.Stat()
	return err == nil && os.SameFile(theirs, ours)
}
