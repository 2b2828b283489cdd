package luaio

import (
	"context"
	"errors"
	"os"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"weir/script/world"
)

// Streams are the files of one Lua state: its three standard ones and those
// that its script opened.
type Streams struct {
	In, Out, Err *File
	// Spawn starts the process of a popen with these as its standard streams, and
	// gives what waits for its end. nil starts a child of this process.
	Spawn func(argv []string, files []*os.File) (wait func() error, err error)
	// Waits is told that a read, or a write, of a file begins that may wait without a
	// limit, and what it gives that this has ended; nil tells nobody.
	Waits func(f *File, write bool) (ended func())
	// Broken is why a wait is over that Wake has ended, if it has.
	Broken func() error
	// Raise raises the cause of a Stop: ErrGivenUp, or what File.Ended gave.
	Raise func(L *lua.LState, err error)

	// World is where files are opened: the real one, unless another is set.
	World world.World

	ctx   context.Context // ends the waits; nil for none
	alarm alarm

	input, output *lua.LUserData // what io.read and io.write go to
	tostring      lua.LValue     // the library's own, which print need not call

	mu     sync.Mutex // files may be collected on another goroutine
	opened map[*File]uint64
	count  uint64
	kept   uint64         // files up to this one are held back
	ending sync.WaitGroup // collected files that are being closed
}

// registry keys
const (
	metatableKey = lua.LString("FILE*")
	streamsKey   = lua.LString("weir.streams")
)

// Open registers io and print in a state, in place of gopher-lua's, with the
// three files for its standard ones. They stay the caller's to close. Base and
// package libraries, if wanted, are opened before.
func Open(L *lua.LState, stdin, stdout, stderr *os.File) *Streams {
	s := &Streams{World: world.Real{}, opened: make(map[*File]uint64), tostring: L.G.Global.RawGetString("tostring")}
	s.In = s.standard("stdin", stdin, ModeRead)
	s.Out = s.standard("stdout", stdout, ModeWrite)
	s.Err = s.standard("stderr", stderr, ModeWrite)
	s.Err.Writer.policy = policyNone

	registry := L.Get(lua.RegistryIndex).(*lua.LTable)
	self := L.NewUserData()
	self.Value = s
	registry.RawSet(streamsKey, self)
	mt := L.NewTable()
	mt.RawSetString("__index", mt)
	L.SetFuncs(mt, fileMethods)
	registry.RawSet(metatableKey, mt)

	io := L.NewTable()
	L.SetFuncs(io, s.functions())
	s.input, s.output = Push(L, s.In), Push(L, s.Out)
	io.RawSetString("stdin", s.input)
	io.RawSetString("stdout", s.output)
	io.RawSetString("stderr", Push(L, s.Err))
	L.Pop(3)
	L.SetGlobal(lua.IoLibName, io)
	L.SetGlobal("print", L.NewFunction(s.print))
	if loaded, ok := registry.RawGetString("_LOADED").(*lua.LTable); ok {
		loaded.RawSetString(lua.IoLibName, io)
	}
	return s
}

// standard makes one of the state's three standard files.
func (s *Streams) standard(name string, f *os.File, mode Mode) *File {
	file := NewFile(name, f, mode)
	file.std, file.owner = true, s
	return file
}

// Push pushes a File as a Lua value of type FILE* and returns it. The state
// closes the file when the script does, when nothing in Lua refers to it any
// more, or at Streams.Close.
func Push(L *lua.LState, f *File) *lua.LUserData {
	ud := f.handle.Value()
	if ud == nil {
		registry := L.Get(lua.RegistryIndex).(*lua.LTable)
		ud = &lua.LUserData{Value: f, Env: L.Env, Metatable: registry.RawGet(metatableKey)}
		f.adopt(registry, ud)
	}
	L.Push(ud)
	return ud
}

// HoldBack keeps the script from the files that are open, and has io.input and io.output stay
// what they are, until release is called.
func (s *Streams) HoldBack() (release func()) {
	input, output := s.input, s.output
	s.kept = s.count
	return func() { s.input, s.output, s.kept = input, output, 0 }
}

// HeldBack reports whether the script is kept from the file.
func (f *File) HeldBack() bool {
	if f.std || f.owner == nil || f.owner.kept == 0 {
		return false
	}
	f.owner.mu.Lock()
	defer f.owner.mu.Unlock()
	n, open := f.owner.opened[f]
	return open && n <= f.owner.kept
}

// mayAct raises if the script is kept from the file.
func (f *File) mayAct(L *lua.LState, function string) {
	if f.HeldBack() {
		Raise(L, "%s: what is explained or drawn changes nothing, and file %s was open before",
			strings.TrimPrefix(function, ":"), f.name)
	}
}

// Flush writes out what stdout holds, and what the script's own files hold,
// and gives back what was read ahead of stdin where it is a regular file. Call
// it before a process starts that shares a descriptor, and at the end. The
// error is the first that writing to stdout or stderr ever met: a script that lost
// output must not pass for one that succeeded.
func (s *Streams) Flush() error {
	s.FlushOutput()
	s.In.Reader.giveBack()
	return s.lost()
}

// Deliver flushes before this state waits for somebody, who may wait for what was written.
// It returns the first error of a write that no call has returned yet. A reader that has
// left waits for nothing: that error is kept for the file's next flush or close.
func (s *Streams) Deliver() error {
	s.Flush()
	for _, f := range s.Files()[1:] {
		if err := f.Writer.unreported; err != nil && !isBrokenPipe(err) && !errors.Is(err, ErrBrokenPipe) {
			f.Writer.unreported = nil
			return f.whose(err)
		}
	}
	return nil
}

// lost is the first error that writing to stdout ever met, else that of stderr.
func (s *Streams) lost() error {
	switch {
	case s.Out.Writer.lost != nil:
		return s.Out.whose(s.Out.Writer.lost)
	case s.Err.Writer.lost != nil:
		return s.Err.whose(s.Err.Writer.lost)
	}
	return nil
}

// whose has the error of a write say which standard stream it was.
func (f *File) whose(err error) error {
	switch {
	case f.owner == nil:
	case f == f.owner.Out:
		return &WriteError{StandardOutput, err}
	case f == f.owner.Err:
		return &WriteError{StandardError, err}
	}
	return err
}

// FlushOutput writes out what stdout and the script's own files hold.
func (s *Streams) FlushOutput() {
	s.flushOpened()
	s.Out.Writer.tryFlush()
	s.Err.Writer.tryFlush()
}

// Close flushes, and closes what the script left open, waiting for the
// processes of popen. The three standard files stay open.
func (s *Streams) Close() error {
	err := s.Flush()
	files := s.Files()[3:]
	s.mu.Lock()
	clear(s.opened) // from here on none of them is closed as unreachable
	s.mu.Unlock()
	for _, f := range files {
		if e := f.Close(); err == nil {
			err = e
		}
	}
	s.ending.Wait()
	s.SetContext(context.Background())
	s.alarm.close()
	return err
}

// Files lists the state's files: stdin, stdout, stderr, then what the script
// has open, in the order of opening.
func (s *Streams) Files() []*File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files()
}

// TryFiles is Files where that need not wait for a write.
func (s *Streams) TryFiles() (files []*File, ok bool) {
	if !s.mu.TryLock() {
		return nil, false
	}
	defer s.mu.Unlock()
	return s.files(), true
}

func (s *Streams) files() []*File {
	files := make([]*File, 0, len(s.opened))
	for f := range s.opened {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *File) int { return int(s.opened[a]) - int(s.opened[b]) })
	return append([]*File{s.In, s.Out, s.Err}, files...)
}

// BrokenPipe reports whether a write to stdout or stderr found no reader, even
// where the script caught the error.
func (s *Streams) BrokenPipe() bool {
	return errors.Is(s.Out.Writer.lost, ErrBrokenPipe) || errors.Is(s.Err.Writer.lost, ErrBrokenPipe)
}

// flushOpened is fflush(NULL) for the script's own files. Their errors are kept
// for the script's next flush or close.
func (s *Streams) flushOpened() {
	// A write may wait, and who asks for the files must not. Who has a file's handle keeps
	// it from being collected meanwhile.
	full := map[*lua.LUserData]*File{}
	s.mu.Lock()
	for f := range s.opened {
		if len(f.Writer.buf) == 0 {
			continue
		}
		if ud := f.handle.Value(); ud != nil {
			full[ud] = f
		} else {
			f.Writer.tryFlush()
		}
	}
	s.mu.Unlock()
	for _, f := range full {
		f.Writer.tryFlush()
	}
	goruntime.KeepAlive(full)
}

// beforeRead flushes stdout if reading f would put this state to sleep: what
// stands in the buffer may be the question that the answer is waited for. A Stop says
// that it was lost.
func (s *Streams) beforeRead(f *File) error {
	if len(s.Out.Writer.buf) == 0 || readable(f.f) {
		return nil
	}
	err := s.Out.Writer.flush()
	if errors.Is(err, ErrBrokenPipe) {
		return err
	}
	if err != nil {
		err = &Stop{s.Out.whose(err)}
	}
	return err
}

// adopt ties f to the state whose registry is given and to its Lua value.
func (f *File) adopt(registry *lua.LTable, ud *lua.LUserData) {
	f.handle = weak.Make(ud)
	if f.std {
		return
	}
	holder, ok := registry.RawGet(streamsKey).(*lua.LUserData)
	if !ok {
		return
	}
	s := holder.Value.(*Streams)
	f.owner = s
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.opened[f]; !ok {
		s.count++
		s.opened[f] = s.count
	}
	goruntime.AddCleanup(ud, s.collected, f)
}

// collected closes a file that Lua can no longer reach, as __gc does in C. The
// wait for a process must not hold up other cleanups.
func (s *Streams) collected(f *File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.opened[f]; !ok || f.handle.Value() != nil {
		return // closed, or pushed anew
	}
	delete(s.opened, f)
	s.ending.Add(1)
	go func() {
		defer s.ending.Done()
		f.Close()
	}()
}

// forget takes a closed file off the list.
func (s *Streams) forget(f *File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.opened, f)
}
