package script

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
	"weir/script/lualib"
	"weir/script/luastring"
	"weir/script/syntax"
)

// openLua opens Lua's own libraries, all but io, which is luaio's, and puts in
// place what weir does in another way: whatever compiles a source, because of |,
// and whatever catches errors, because os.exit must not be caught.
func (vm *VM) openLua() {
	for _, open := range []lua.LGFunction{lua.OpenPackage, lua.OpenBase, lua.OpenTable, lua.OpenString,
		lua.OpenMath, lua.OpenOs, lua.OpenDebug, lua.OpenCoroutine} {
		vm.L.Push(vm.L.NewFunction(open))
		vm.L.Call(0, 0)
	}
	for name, fn := range map[string]lua.LGFunction{
		"assert": vm.assert, "dofile": vm.doFile, "error": vm.baseError, "load": vm.load, "loadfile": vm.loadFile,
		"loadstring": vm.loadString, "pcall": vm.pcall, "tostring": toString, "xpcall": vm.xpcall,
	} {
		vm.L.SetGlobal(name, vm.L.NewFunction(fn))
	}
	vm.L.SetGlobal("_printregs", lua.LNil)
	vm.strings = luastring.Open(vm.L, vm.stopMatch)
	if co, ok := vm.L.GetGlobal("coroutine").(*lua.LTable); ok {
		if resume, ok := co.RawGetString("resume").(*lua.LFunction); ok {
			co.RawSetString("resume", vm.L.NewFunction(vm.notCaught(resume.GFunction)))
		}
	}
	if loaders, ok := vm.L.GetField(vm.L.GetGlobal("package"), "loaders").(*lua.LTable); ok {
		loaders.RawSetInt(2, vm.L.NewFunction(vm.loader))
	}
	lualib.Open(vm.L)
	vm.openDebug()
	vm.openOS()
}

// toString is tostring(v).
func toString(L *lua.LState) int {
	L.Push(luaio.ToString(L, L.CheckAny(1)))
	return 1
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
		if n == 2 && L.Get(-2) == lua.LFalse {
			L.Replace(-1, vm.inLuasWords(L.Get(-1)))
		}
		return n
	}
}

func (vm *VM) pcall(L *lua.LState) int {
	L.CheckAny(1)
	return vm.protected(L, vm.protect(L, L.GetTop()-1, lua.MultRet, nil))
}

func (vm *VM) xpcall(L *lua.LState) int {
	fn, handler := L.CheckAny(1), L.CheckFunction(2)
	L.SetTop(0)
	L.Push(fn)
	return vm.protected(L, vm.protect(L, 0, lua.MultRet, L.NewFunction(func(L *lua.LState) int {
		if vm.exiting == nil {
			what := vm.inLuasWords(L.Get(1))
			L.SetTop(0)
			L.Push(handler)
			L.Push(what)
			if err := vm.protect(L, 1, 1, nil); err != nil {
				vm.protected(L, err)
			}
		}
		return 1
	})))
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
	if vm.ctx.Err() != nil {
		L.Push(lua.LString(whereIs(L).String() + ": interrupted"))
	} else if isOverflow(err) {
		L.Push(lua.LString(whereIs(L).String() + ": stack overflow"))
	} else if errors.As(err, &api) {
		L.Push(vm.inLuasWords(api.Object))
	} else {
		L.Push(lua.LString(err.Error()))
	}
	return 2
}

// inLuasWords is an error that the script catches in the words that an uncaught one
// has, where gopher-lua has words of its own.
func (vm *VM) inLuasWords(v lua.LValue) lua.LValue {
	text, ok := v.(lua.LString)
	if !ok || !syntax.Foreign(string(text)) {
		return v
	}
	e := syntax.FromLua(&lua.ApiError{Object: v}, vm.source)
	return lua.LString(origin{e.File, e.Line}.String() + ": " + e.Message)
}

// isOverflow tells whether calls or values have outgrown their stack.
func isOverflow(err error) bool {
	var api *lua.ApiError
	if !errors.As(err, &api) || api.Object == nil {
		return false
	}
	text, ok := api.Object.(lua.LString)
	return ok && (strings.HasPrefix(string(text), "lua callstack overflow") || strings.HasPrefix(string(text), "registry overflow"))
}

// baseError is error(message [, level]): the place in front of a message is that of
// the function at the level, 1 for the one that calls error, and there is none where
// that is not written in Lua or a tail call has taken its place.
func (vm *VM) baseError(L *lua.LState) int {
	message, level := L.Get(1), L.OptInt(2, 1)
	if lua.LVCanConvToString(message) && level > 0 {
		if at := vm.placeAt(L, level); at.chunk != "" {
			message = lua.LString(at.String() + ": " + lua.LVAsString(message))
		}
	}
	L.Error(message, 0)
	return 0
}

// assert is Lua's: its message is raised as it is. Where nobody catches it the
// line is shown all the same.
func (vm *VM) assert(L *lua.LState) int {
	L.CheckAny(1)
	if L.ToBool(1) {
		return L.GetTop()
	}
	var message lua.LValue = lua.LString("assertion failed!")
	if L.GetTop() > 1 {
		message = L.Get(2)
	}
	if text, ok := message.(lua.LString); ok {
		vm.raiseAs(L, problemf(whereIs(L), "%s", string(text)).pointing("assert"), string(text))
	}
	L.Error(message, 0)
	return 0
}

func (vm *VM) load(L *lua.LState) int {
	reader := L.CheckFunction(1)
	name := chunkName(L.OptString(2, "=(load)"))
	var text strings.Builder
	for {
		L.Push(reader)
		L.Call(0, 1)
		piece := L.Get(-1)
		L.Pop(1)
		if piece == lua.LNil || piece == lua.LString("") {
			break
		}
		if !lua.LVCanConvToString(piece) {
			L.Push(lua.LNil)
			L.Push(lua.LString("reader function must return a string"))
			return 2
		}
		text.WriteString(lua.LVAsString(piece))
	}
	return vm.pushCompiled(L, name, text.String())
}

func (vm *VM) loadString(L *lua.LState) int {
	text := L.CheckString(1)
	return vm.pushCompiled(L, chunkName(L.OptString(2, text)), text)
}

func (vm *VM) loadFile(L *lua.LState) int {
	name, text, err := readSource(L.OptString(1, ""), vm.opts.Stdin)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	return vm.pushCompiled(L, name, text)
}

func (vm *VM) doFile(L *lua.LState) int {
	name, text, err := readSource(L.OptString(1, ""), vm.opts.Stdin)
	if err != nil {
		vm.raise(L, problemf(whereIs(L), "%v", err).pointing("dofile"))
	}
	fn, err := vm.compile(name, text)
	if err != nil {
		vm.raiseSyntax(L, err)
	}
	L.SetTop(0)
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop()
}

// loader is the second of package.loaders: it finds a module along
// package.path.
func (vm *VM) loader(L *lua.LState) int {
	name := L.CheckString(1)
	path, ok := L.GetField(L.GetGlobal("package"), "path").(lua.LString)
	if !ok {
		L.RaiseError("package.path must be a string")
	}
	file := strings.ReplaceAll(name, ".", string(filepath.Separator))
	var tried strings.Builder
	for _, pattern := range strings.Split(string(path), ";") {
		candidate := strings.ReplaceAll(pattern, "?", file)
		text, err := os.ReadFile(candidate)
		if err != nil {
			tried.WriteString("\n\tno file '" + candidate + "'")
			continue
		}
		fn, err := vm.compile(candidate, string(text))
		if err != nil {
			vm.raiseSyntax(L, err)
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
	L.Push(lua.LString(strings.TrimPrefix(tried.String(), "\n\t")))
	return 1
}

func (vm *VM) pushCompiled(L *lua.LState, name, text string) int {
	fn, err := vm.compile(name, text)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(oneLine(err)))
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

// chunkName is what errors call a chunk: as in Lua, "=name" and "@file" name it
// and anything else is its text.
func chunkName(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '@') {
		return s[1:]
	}
	line, _, more := strings.Cut(s, "\n")
	if len(line) > 45 {
		line, more = line[:45], true
	}
	if more {
		line += "..."
	}
	return `[string "` + line + `"]`
}
