package luaio

import (
	"os"
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

	in     []byte // read buffer; what is not yet consumed is in[r:w]
	r, w   int
	shared bool   // others read on where the script stops: take no byte more than it reads
	window []byte // what is known to follow what was read of a shared file; in may be it
	crowd  bool   // others read a shared file at the same time
	reads  int    // of a shared file since the last process was started
	facts  facts
	out    []byte // what is not yet written
	limit  int    // bytes that out may hold; 0 before the first write
	policy policy

	lost       error // the first write error ever, what Streams.Flush returns
	unreported error // a write error that the script has not seen yet
}

// policy says when the write buffer empties itself, setvbuf(3).
type policy uint8

const (
	policyUnset policy = iota // line for a terminal, full for the rest
	policyFull
	policyLine
	policyNone
)

// facts are what fstat(2) tells about a file, asked once when it matters.
type facts struct {
	known   bool
	regular bool
	socket  bool
	shows   bool  // what follows can be looked at without taking it
	size    int64 // at the time of asking, bytes; regular files only
}

// NewFile makes a File of an open descriptor. name is what errors call it. The
// File takes f over: Close closes it.
func NewFile(name string, f *os.File, mode Mode) *File {
	return &File{name: name, f: f, mode: mode}
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
	err := f.Flush()
	f.closed = true
	f.in, f.out, f.r, f.w = nil, nil, 0, 0
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
		}
	}
	return f.facts
}

// giveBack moves the descriptor back over what was read ahead of the script,
// so that position, writes and processes that share it see what the script
// sees. What is not seekable keeps its buffer.
func (f *File) giveBack() error {
	err := f.leave()
	f.window, f.reads = nil, 0
	if err != nil {
		return err
	}
	if f.r == f.w || !f.stat().regular {
		return nil
	}
	if _, err := f.f.Seek(int64(f.r-f.w), 1); err != nil {
		return err
	}
	f.r, f.w = 0, 0
	return nil
}

// Seek is fseek(3): whence is 0 for the start, 1 for the present position as
// the script sees it, 2 for the end. It returns the new position in bytes.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	if whence == 1 {
		offset -= int64(f.w - f.r)
	}
	pos, err := f.f.Seek(offset, whence)
	if err == nil {
		f.r, f.w = 0, 0
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
