// Package world is what a script's library changes outside its own state: files, their
// names and the environment (world.go), or what stands in for them while a script is
// explained (imagined.go).
package world

import (
	"context"
	"os"

	"weir/ipc"
)

// World has every call by which Lua's library and a script's own ends of channels act on
// the world. What starts processes, or gives a channel a name, asks the VM's options; what uses
// a channel, lock, file or job of a prompt's session asks VM.HoldBack.
type World interface {
	// OpenFile is open(2) with the mode 0666. name is no FIFO, or flag has O_RDWR or O_EXCL.
	OpenFile(name string, flag int) (*os.File, error)
	// OpenFIFO waits until the other side is open, or ctx ends.
	OpenFIFO(ctx context.Context, name string, mode ipc.Mode) (*os.File, error)
	Remove(name string) error
	Rename(name, to string) error
	// TempName makes an empty file and gives its name.
	TempName() (string, error)
	Setenv(name, value string) error
	// Exits is told that the script ends with a status.
	Exits(status int)
}

// Switch is the world that a state acts on at the moment.
type Switch struct{ World }

// Real is the operating system.
type Real struct{}

// OpenFile is os.OpenFile.
func (Real) OpenFile(name string, flag int) (*os.File, error) { return openFile(name, flag) }

// OpenFIFO is ipc.OpenFIFO.
func (Real) OpenFIFO(ctx context.Context, name string, mode ipc.Mode) (*os.File, error) {
	return ipc.OpenFIFO(ctx, name, mode)
}

// Remove is remove(3).
func (Real) Remove(name string) error { return os.Remove(name) }

// Rename is rename(2).
func (Real) Rename(name, to string) error { return os.Rename(name, to) }

// TempName is mkstemp(3), as lua5.1 does it on POSIX systems, so that nobody else takes
// the name.
func (Real) TempName() (string, error) {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// Setenv is setenv(3).
func (Real) Setenv(name, value string) error { return os.Setenv(name, value) }

// Exits does nothing: the library ends the script.
func (Real) Exits(int) {}
