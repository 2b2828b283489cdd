package luaio

import (
	"os"
	"time"
	"weak"

	lua "github.com/yuin/gopher-lua"
)

// Mode says what a File may be used for.
type Mode uint8

// The uses of a File; a file opened with "r+" has both.
const (
	ModeRead Mode = 1 << iota
	ModeWrite
)

// File is a byte stream with a buffer on each side, what Lua calls a file. It
// belongs to one Lua state and is not for use by two goroutines at a time.
type File struct {
	name   string
	f      *os.File
	mode   Mode
	std    bool // one of the state's three standard files: never closed from Lua
	closed bool
	owner  *Streams                    // flushed before a read that would block; nil: none
	wait   func() error                // for the end of a popen's process
	handle weak.Pointer[lua.LUserData] // its Lua value while there is one
	// Ended is asked, at the end of a file that is not regular and at a failed write,
	// whether those at the other end have ended as they should. What it gives is raised.
	Ended func() error

	Reader Reader
	Writer Writer
	facts  facts
}

// facts are what fstat(2) tells about a file, asked once when it matters.
type facts struct {
	known   bool
	regular bool
	socket  bool
	shows   bool  // what follows can be looked at without taking it
	polled  bool  // a wait for it is Go's poller's
	size    int64 // at the time of asking, bytes; regular files only
}

// NewFile makes a File of an open descriptor. name is what errors call it. The
// File takes f over: Close closes it.
func NewFile(name string, f *os.File, mode Mode) *File {
	file := &File{name: name, f: f, mode: mode}
	file.Reader.file, file.Writer.file = file, file
	return file
}

// Name returns the name that the file was opened by.
func (f *File) Name() string { return f.name }

// OS returns the open descriptor below the buffers.
func (f *File) OS() *os.File { return f.f }

// Closed reports whether the file was closed.
func (f *File) Closed() bool { return f.closed }

// Close writes what is buffered, closes the descriptor and, where the file is
// a popen's, waits for its process. A second Close does nothing. The error is
// that of the write or of close(2).
func (f *File) Close() error {
	if f.closed {
		return nil
	}
	err := f.Writer.Flush()
	f.closed = true
	f.Reader.buf, f.Writer.buf, f.Reader.next, f.Reader.end = nil, nil, 0, 0
	if e := f.f.Close(); err == nil {
		err = e
	}
	if f.wait != nil {
		if e := f.wait(); err == nil {
			err = e
		}
		f.wait = nil
	}
	if f.owner != nil {
		f.owner.forget(f)
	}
	return err
}

// stat fills facts. Only regular files are asked for their size and position.
func (f *File) stat() facts {
	if !f.facts.known {
		f.facts.known = true
		if fi, err := f.f.Stat(); err == nil && fi.Mode().IsRegular() {
			f.facts.regular, f.facts.size = true, fi.Size()
		} else if err == nil {
			f.facts.socket = fi.Mode()&os.ModeSocket != 0
			f.facts.shows = shows(f.f, fi.Mode())
			f.facts.polled = f.f.SetDeadline(time.Time{}) == nil
		}
	}
	return f.facts
}

// Seek is fseek(3): whence is 0 for the start, 1 for the present position as
// the script sees it, 2 for the end. It returns the new position in bytes.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	if err := f.Writer.flush(); err != nil {
		return 0, err
	}
	if whence == 1 {
		offset -= int64(f.Reader.end - f.Reader.next)
	}
	pos, err := f.f.Seek(offset, whence)
	if err == nil {
		f.Reader.next, f.Reader.end = 0, 0
	}
	return pos, err
}

// ToFile returns the File that a Lua value holds.
func ToFile(v lua.LValue) (*File, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	f, ok := ud.Value.(*File)
	return f, ok
}
