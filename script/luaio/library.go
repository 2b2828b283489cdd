package luaio

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/world"
)

// functions is the table io.
func (s *Streams) functions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"blocks":  s.ioBlocks,
		"close":   s.ioClose,
		"flush":   func(L *lua.LState) int { return current(L, s.output, "output").luaFlush(L) },
		"input":   s.ioInput,
		"lines":   s.ioLines,
		"open":    s.ioOpen,
		"output":  s.ioOutput,
		"popen":   s.ioPopen,
		"read":    func(L *lua.LState) int { return current(L, s.input, "input").LuaRead(L, 1) },
		"tmpfile": ioTmpfile,
		"type":    ioType,
		"write":   func(L *lua.LState) int { return current(L, s.output, "output").LuaWrite(L, 1) },
	}
}

// current returns the default input or output, which must be open.
func current(L *lua.LState, ud *lua.LUserData, which string) *File {
	f := ud.Value.(*File)
	if f.closed {
		Raise(L, "standard %s file is closed", which)
	}
	f.mayAct(L, which)
	return f
}

func (s *Streams) ioClose(L *lua.LState) int {
	if L.GetTop() == 0 {
		return current(L, s.output, "output").luaClose(L)
	}
	return fileClose(L)
}

func (s *Streams) ioInput(L *lua.LState) int {
	return s.redirect(L, &s.input, "input", "r")
}

func (s *Streams) ioOutput(L *lua.LState) int {
	return s.redirect(L, &s.output, "output", "w")
}

// redirect sets a default file to the first argument, a file or the name of
// one, if there is any, and pushes the default file.
func (s *Streams) redirect(L *lua.LState, ud **lua.LUserData, function, mode string) int {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString, lua.LNumber:
		name := nameOf(v)
		f, err := s.openFile(name, mode)
		if err != nil {
			openError(L, 1, function, name, err)
		}
		*ud = Push(L, f)
		return 1
	default:
		checkFile(L, function)
		*ud = v.(*lua.LUserData)
	}
	L.Push(*ud)
	return 1
}

func (s *Streams) ioLines(L *lua.LState) int {
	if L.GetTop() == 0 {
		f := s.input.Value.(*File)
		if f.closed {
			Raise(L, "attempt to use a closed file")
		}
		return f.LuaLines(L, false)
	}
	if L.Get(1) == lua.LNil {
		TypeError(L, 1, "lines", "FILE*") // nil is taken for a file that is none
	}
	name := CheckString(L, 1, "lines")
	f, err := s.openFile(name, "r")
	if err != nil {
		openError(L, 1, "lines", name, err)
	}
	Push(L, f)
	return f.LuaLines(L, true)
}

func (s *Streams) ioOpen(L *lua.LState) int {
	name, mode := CheckString(L, 1, "open"), OptString(L, 2, "open", "r")
	f, err := s.openFile(name, mode)
	if err != nil {
		return pushFailure(L, err, name+": ")
	}
	Push(L, f)
	return 1
}

func ioTmpfile(L *lua.LState) int {
	f, err := world.Temporary()
	if err != nil {
		return pushFailure(L, err, "")
	}
	Push(L, NewFile(f.Name(), f, ModeRead|ModeWrite))
	return 1
}

func ioType(L *lua.LState) int {
	f, ok := ToFile(CheckAny(L, 1, "type"))
	switch {
	case !ok:
		L.Push(lua.LNil)
	case f.closed:
		L.Push(lua.LString("closed file"))
	default:
		L.Push(lua.LString("file"))
	}
	return 1
}

// nameOf is lua_tostring for a string or a number.
func nameOf(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return FormatNumber(float64(n))
	}
	return v.String()
}

// openError raises the error of a function that does not return it.
func openError(L *lua.LState, n int, function, name string, err error) {
	RaiseStop(L, err)
	text, _ := strerror(err)
	ArgError(L, n, function, name+": "+text)
}
