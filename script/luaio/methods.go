package luaio

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// fileMethods is the metatable of FILE*.
var fileMethods = map[string]lua.LGFunction{
	"close":      fileClose,
	"flush":      fileFlush,
	"lines":      func(L *lua.LState) int { return checkFile(L, ":lines").LuaLines(L, false) },
	"read":       func(L *lua.LState) int { return checkFile(L, ":read").LuaRead(L, 2) },
	"seek":       fileSeek,
	"setvbuf":    fileSetvbuf,
	"write":      func(L *lua.LState) int { return checkFile(L, ":write").LuaWrite(L, 2) },
	"__gc":       fileCollected,
	"__tostring": fileToString,
}

// checkHandle returns the first argument, a file, open or closed.
func checkHandle(L *lua.LState, function string) *File {
	f, ok := ToFile(L.Get(1))
	if !ok {
		TypeError(L, 1, function, "FILE*")
	}
	return f
}

// checkFile returns the first argument, an open file.
func checkFile(L *lua.LState, function string) *File {
	f := checkHandle(L, function)
	if f.closed {
		Raise(L, "attempt to use a closed file")
	}
	f.mayAct(L, function)
	return f
}

func fileClose(L *lua.LState) int {
	if L.GetTop() == 0 {
		L.Push(lua.LNil) // the output file of the methods, which have none
	}
	return checkFile(L, ":close").luaClose(L)
}

func (f *File) luaClose(L *lua.LState) int {
	if f.std {
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot close standard file"))
		return 2
	}
	waited := f.wait != nil
	err := f.Close()
	if stop := f.owner.givenUp(); waited && stop != nil {
		RaiseStop(L, stop)
	}
	return pushResult(L, err)
}

func fileFlush(L *lua.LState) int { return checkFile(L, ":flush").luaFlush(L) }

// luaFlush flushes, and gives back what was read ahead, fflush(3).
func (f *File) luaFlush(L *lua.LState) int {
	err := f.Writer.Flush()
	if e := f.Reader.giveBack(); err == nil {
		err = e
	}
	return pushResult(L, err)
}

func fileSeek(L *lua.LState) int {
	f := checkFile(L, ":seek")
	whence := CheckOption(L, 2, ":seek", "cur", "set", "cur", "end")
	offset := OptInteger(L, 3, ":seek", 0)
	pos, err := f.Seek(int64(offset), whence)
	if err != nil {
		return pushResult(L, err)
	}
	L.Push(lua.LNumber(pos))
	return 1
}

func fileSetvbuf(L *lua.LState) int {
	f := checkFile(L, ":setvbuf")
	k := CheckOption(L, 2, ":setvbuf", "", "no", "full", "line")
	size := OptInteger(L, 3, ":setvbuf", 0)
	err := f.Writer.setBuffer([]policy{policyNone, policyFull, policyLine}[k], size)
	return pushResult(L, err)
}

// fileCollected is what a script calls by the name __gc. Files that nothing refers to are
// closed without it.
func fileCollected(L *lua.LState) int {
	if f := checkHandle(L, "__gc"); !f.closed && !f.std && !f.HeldBack() {
		f.Close()
	}
	return 0
}

func fileToString(L *lua.LState) int {
	f := checkHandle(L, "tostring")
	if f.closed {
		L.Push(lua.LString("file (closed)"))
	} else {
		L.Push(lua.LString(fmt.Sprintf("file (%p)", f)))
	}
	return 1
}
