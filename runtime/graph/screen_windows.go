package graph

import (
	"os"

	"golang.org/x/sys/windows"
)

// showsUnicode: the console takes what Go writes as UTF-16.
func showsUnicode() bool { return true }

// columns is GetConsoleScreenBufferInfo.
func columns(f *os.File) int {
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info) != nil {
		return 0
	}
	return int(info.Window.Right-info.Window.Left) + 1
}
