package ipc

import (
	"os"
	"testing"

	"golang.org/x/sys/windows"
)

// dup is a descriptor for another handle.
func dup(t *testing.T, f *os.File) *os.File {
	t.Helper()
	self, h := windows.CurrentProcess(), windows.Handle(0)
	if err := windows.DuplicateHandle(self, windows.Handle(f.Fd()), self, &h, 0, false, windows.DUPLICATE_SAME_ACCESS); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(h), f.Name())
}
