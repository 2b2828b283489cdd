package script

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/lualib"
	"weir/script/luastring"
	"weir/script/problem"
	"weir/script/syntax"
)

// openLua opens Lua's own libraries, all but io, which is luaio's, and puts in
// place what weir does in another way: whatever compiles a source, because of |,
// and whatever catches errors, because os.exit must not be caught.
func (vm *VM) openLua() {
	for _, open := range []lua.LGFunction{lua.OpenPackage, lua.OpenBase, lua.OpenTable, lua.OpenString,
		lua.OpenMath, lua.OpenOs, lua.OpenDebug} {
		vm.L.Push(vm.L.NewFunction(open))
		vm.L.Call(0, 0)
	}
	for name, fn := range map[string]lua.LGFunction{
		"assert": vm.assert, "dofile": vm.doFile, "error": vm.baseError, "load": vm.load, "loadfile": vm.loadFile,
		"loadstring": vm.loadString, "pcall": vm.pcall, "xpcall": vm.xpcall,
	} {
		vm.L.SetGlobal(name, vm.L.NewFunction(fn))
	}
	for _, extra := range []string{"_printregs", "_GOPHER_LUA_VERSION"} {
		vm.L.SetGlobal(extra, lua.LNil)
	}
	vm.strings = luastring.Open(vm.L, vm.stopMatch)
	interp.OpenCoroutines(vm.L)
	if co, ok := vm.L.GetGlobal("coroutine").(*lua.LTable); ok {
		if resume, ok := co.RawGetString("resume").(*lua.LFunction); ok {
			co.RawSetString("resume", vm.L.NewFunction(vm.notCaught(resume.GFunction)))
		}
	}
	if loaders, ok := vm.L.GetField(vm.L.GetGlobal("package"), "loaders").(*lua.LTable); ok {
		loaders.RawSetInt(2, vm.L.NewFunction(vm.loader))
	}
	vm.lualib = lualib.Open(vm.L)
	vm.openDebug()
	vm.openOS()
}

// stopMatch ends a match that takes long where the state's context has ended.
func (vm *VM) stopMatch() error { return context.Cause(vm.ctx) }

// exitNow goes on with an exit that a function has caught.
func (vm *VM) exitNow(L *lua.LState) {
	if vm.exiting != nil {
		L.Error(lua.LString(vm.exiting.Error()), 0)
	}
}

func (vm *VM) notCaught(fn lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		n := fn(L)
		vm.exitNow(L)
		return n
	}
}

func (vm *VM) pcall(L *lua.LState) int {
	luaio.CheckAny(L, 1, "pcall")
	return vm.protected(L, interp.PCall(L, L.GetTop()-1, lua.MultRet, nil))
}

// xpcall calls its handler where the error was raised.
func (vm *VM) xpcall(L *lua.LState) int {
	handler := luaio.CheckAny(L, 2, "xpcall")
	L.SetTop(1)
	return vm.protected(L, interp.PCall(L, 0, lua.MultRet, func(e *lua.ApiError) {
		if vm.exiting != nil || vm.ctx.Err() != nil {
			return
		}
		L.Push(handler)
		L.Push(e.Object)
		L.Call(1, 1)
		e.Object = L.Get(-1)
		L.Pop(1)
	}))
}

// protected pushes what pcall returns: what the call left on the stack, or its
// error.
func (vm *VM) protected(L *lua.LState, err error) int {
	if err == nil {
		L.Insert(lua.LTrue, 1)
		return L.GetTop()
	}
	vm.exitNow(L)
	L.Push(lua.LFalse)
	var api *lua.ApiError
	isAPI := errors.As(err, &api)
	if _, failed := problem.AsFailedRun(errorObject(api)); vm.ctx.Err() != nil && !failed {
		L.Push(lua.LString(problem.Where(L).String() + ": interrupted"))
	} else if isAPI {
		L.Push(api.Object)
	} else {
		L.Push(lua.LString(err.Error()))
	}
	return 2
}

func errorObject(api *lua.ApiError) lua.LValue {
	if api == nil {
		return nil
	}
	return api.Object
}

// isOverflow reports whether calls have outgrown their stack.
func isOverflow(err error) bool {
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return false
	}
	text, ok := api.Object.(lua.LString)
	return ok && (strings.HasSuffix(string(text), ": stack overflow") || strings.HasSuffix(string(text), ": C stack overflow"))
}

// baseError is error(message [, level]): the place in front of a message is that of
// the function at the level, 1 for the one that calls error, and there is none where
// that is not written in Lua or a tail call has taken its place.
func (vm *VM) baseError(L *lua.LState) int {
	message, level := L.Get(1), luaio.OptInt(L, 2, "error", 1)
	if lua.LVCanConvToString(message) && level > 0 {
		if at := problem.WhereAt(L, level); at.Line > 0 {
			text, _ := interp.ToText(message)
			message = lua.LString(at.Prefix() + text)
		}
	}
	L.Error(message, 0)
	return 0
}

// assert is assert(v [, message]). Where nobody catches its error the caret is at assert.
func (vm *VM) assert(L *lua.LState) int {
	luaio.CheckAny(L, 1, "assert")
	if L.ToBool(1) {
		return L.GetTop()
	}
	if f, ok := problem.AsFailedRun(L.Get(2)); ok {
		problem.Raise(L, f.Error) // assert(pcall(run, t)): the run has failed, not the assertion
	}
	message := luaio.OptString(L, 2, "assert", "assertion failed!")
	text, at := message, problem.WhereAt(L, 1)
	if at.Line > 0 {
		text = at.Prefix() + message
	}
	problem.RaiseAs(L, problem.Here(L, "%s", message).Pointing("assert"), text)
	return 0
}

// load is load(function [, name]), which catches the errors of the function.
func (vm *VM) load(L *lua.LState) int {
	luaio.CheckFunction(L, 1, "load")
	name := luaio.OptString(L, 2, "load", "=(load)")
	var text strings.Builder
	L.SetTop(1)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		for n := 1; vm.readPiece(L, &text); n++ {
			if n&(n-1) == 0 && syntax.Hopeless(text.String()) {
				break // no more text could make it whole
			}
		}
		return 0
	}))
	L.Push(L.Get(1))
	if err := interp.PCall(L, 1, 0, nil); err != nil {
		vm.exitNow(L)
		L.Push(lua.LNil)
		L.Push(err.(*lua.ApiError).Object)
		return 2
	}
	return vm.pushString(L, name, text.String())
}

// readPiece adds what the function at index 1 returns, and reports whether there is more.
func (vm *VM) readPiece(L *lua.LState, text *strings.Builder) bool {
	L.Push(L.Get(1))
	L.Call(0, 1)
	piece := L.Get(-1)
	L.Pop(1)
	if piece == lua.LNil {
		return false
	}
	s, ok := interp.ToText(piece)
	if !ok {
		L.Error(lua.LString("reader function must return a string"), 0)
	}
	text.WriteString(s)
	return s != ""
}

func (vm *VM) loadString(L *lua.LState) int {
	text := luaio.CheckString(L, 1, "loadstring")
	return vm.pushString(L, luaio.OptString(L, 2, "loadstring", text), text)
}

func (vm *VM) loadFile(L *lua.LState) int {
	name, text, err := readSource(luaio.OptString(L, 1, "dofile", ""), vm.opts.Stdin)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	fn, err := vm.compileFile(L, name, text)
	return pushCompiled(L, fn, err, "", "")
}

func (vm *VM) doFile(L *lua.LState) int {
	name, text, err := readSource(luaio.OptString(L, 1, "dofile", ""), vm.opts.Stdin)
	if err != nil {
		problem.Here(L, "%v", err).Pointing("dofile").Raise(L)
	}
	fn, err := vm.compileFile(L, name, text)
	if err != nil {
		vm.raiseSyntax(L, "", err)
	}
	L.SetTop(0)
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop()
}

// loader is the second of package.loaders: it finds a module along
// package.path.
func (vm *VM) loader(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "require")
	path, ok := L.GetField(L.GetGlobal("package"), "path").(lua.LString)
	if !ok {
		luaio.Raise(L, "'package.path' must be a string")
	}
	file := strings.ReplaceAll(name, ".", string(filepath.Separator))
	var tried strings.Builder
	for _, pattern := range strings.FieldsFunc(string(path), func(c rune) bool { return c == ';' }) {
		candidate := strings.ReplaceAll(pattern, "?", file)
		text, err := os.ReadFile(candidate)
		if err != nil {
			tried.WriteString("\n\tno file '" + candidate + "'")
			continue
		}
		fn, err := vm.compileFile(L, candidate, string(text))
		if err != nil {
			vm.raiseSyntax(L, "error loading module '"+name+"' from file '"+candidate+"':\n\t", err)
		}
		L.Push(fn)
		return 1
	}
	if v, ok := vm.laterModule(name); ok {
		L.Push(L.NewFunction(func(L *lua.LState) int {
			L.Push(v)
			return 1
		}))
		return 1
	}
	L.Push(lua.LString(tried.String()))
	return 1
}

// pushString is what load and loadstring return of a text.
func (vm *VM) pushString(L *lua.LState, origin, text string) int {
	if strings.HasPrefix(text, "\x1bLua") {
		L.Push(lua.LNil)
		L.Push(lua.LString(chunkName(origin, sourceName) + ": bad header in precompiled chunk"))
		return 2
	}
	fn, err := vm.compile(L, origin, chunkName(origin, sourceName), text)
	return pushCompiled(L, fn, err, chunkName(origin, sourceName), chunkName(origin, syntaxName))
}

// pushCompiled pushes a function, or nil and what is wrong in lua5.1's words, where a
// source that errors call name is called shown.
func pushCompiled(L *lua.LState, fn *lua.LFunction, err error, name, shown string) int {
	if err != nil {
		message := oneLine(err)
		var e *syntax.Error
		if errors.As(err, &e) && e.Lua != "" {
			message = shown + strings.TrimPrefix(e.Lua, name)
		}
		L.Push(lua.LNil)
		L.Push(lua.LString(message))
		return 2
	}
	L.Push(fn)
	return 1
}

// readSource reads a file, or standard input where there is no name.
func readSource(name string, stdin *os.File) (string, string, error) {
	if name == "" {
		data, err := io.ReadAll(stdin)
		return "stdin", string(data), err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = errors.New("cannot open " + name + ": " + cause.Err.Error())
		}
		return "", "", err
	}
	return name, string(data), nil
}

// How many bytes there are for the name of a source, the one that ends it included:
// LUA_IDSIZE of luaconf.h, and MAXSRC of llex.c.
const (
	sourceName = 60
	syntaxName = 80
)

// chunkName is what errors call a source, luaO_chunkid: "=name" and "@file" name it, and
// anything else is its text.
func chunkName(s string, size int) string {
	s, _, _ = strings.Cut(s, "\x00")
	switch {
	case strings.HasPrefix(s, "="):
		return s[1:min(len(s), size)]
	case strings.HasPrefix(s, "@"):
		if room := size - len(" '...' ") - 1; len(s)-1 > room {
			return "..." + s[len(s)-room:]
		}
		return s[1:]
	}
	line, more := s, false
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		line, more = s[:i], true
	}
	if room := size - len(` [string "..."] `) - 1; len(line) > room {
		line, more = line[:room], true
	}
	if more {
		line += "..."
	}
	return `[string "` + line + `"]`
}
