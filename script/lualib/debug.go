package lualib

import (
	"bufio"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/syntax"
)

// openDebug sets what debug knows of calls, which gopher-lua's library answers in other
// words, or not at all.
func (l *Library) openDebug(L *lua.LState) {
	put(L, "debug", map[string]lua.LGFunction{
		"traceback": debugTraceback, "getinfo": debugInfo, "getlocal": debugGetLocal, "setlocal": debugSetLocal,
		"sethook": debugSetHook, "gethook": debugGetHook, "getregistry": debugRegistry, "debug": l.debugDebug,
		"setfenv": debugSetEnv, "getupvalue": debugGetUpvalue, "setupvalue": debugSetUpvalue,
	})
}

// threadArg is the coroutine that a function of debug is about, where its first argument
// is one, and how many arguments that takes.
func threadArg(L *lua.LState) (*lua.LState, int) {
	if thread, ok := L.Get(1).(*lua.LState); ok {
		return thread, 1
	}
	return L, 0
}

// debugTraceback is debug.traceback([thread,] [message [, level]]).
func debugTraceback(L *lua.LState) int {
	of, skip := threadArg(L)
	level := 1
	if of != L {
		level = 0
	}
	level = luaio.OptInt(L, skip+2, "traceback", level)
	text := ""
	if L.GetTop() > skip {
		message, ok := interp.ToText(luaio.Plain(L.Get(skip + 1)))
		if !ok && L.Get(skip+1) != lua.LNil {
			L.Push(L.Get(skip + 1)) // as lua5.1 does
			return 1
		}
		if ok {
			text = message + "\n"
		}
	}
	L.Push(lua.LString(text + interp.Traceback(of, level)))
	return 1
}

// debugInfo is debug.getinfo([thread,] function or level [, what]).
func debugInfo(L *lua.LState) int {
	of, skip := threadArg(L)
	what := luaio.OptString(L, skip+2, "getinfo", "flnSu")
	if strings.Trim(what, "flnSuL") != "" {
		luaio.ArgError(L, skip+2, "getinfo", "invalid option")
	}
	var c interp.Call
	switch v := L.Get(skip + 1).(type) {
	case *lua.LFunction:
		c.Fn = v
	default:
		if !lua.LVCanConvToString(v) {
			luaio.ArgError(L, skip+1, "getinfo", "function or level expected")
		}
		level, ok := luaio.ToNumber(v)
		if !ok {
			luaio.ArgError(L, skip+1, "getinfo", "function or level expected")
		}
		if c, ok = interp.CallAt(of, int(level)); !ok {
			L.Push(lua.LNil)
			return 1
		}
	}
	t := L.NewTable()
	for _, option := range what {
		infoOf(t, c, option)
	}
	L.Push(t)
	return 1
}

// infoOf sets the fields that one option of debug.getinfo asks for. A call without a
// function is a tail call.
func infoOf(t *lua.LTable, c interp.Call, option rune) {
	switch option {
	case 'S':
		sourceInfo(t, c.Fn)
	case 'l':
		t.RawSetString("currentline", lua.LNumber(c.Line()))
	case 'u':
		n := 0
		if c.Fn != nil {
			n = len(c.Fn.Upvalues)
		}
		t.RawSetString("nups", lua.LNumber(n))
	case 'n':
		what, name := c.Name()
		if what != "" || c.Fn == nil {
			t.RawSetString("name", lua.LString(name))
		}
		t.RawSetString("namewhat", lua.LString(what))
	case 'L':
		if c.Fn != nil && !c.Fn.IsG {
			lines := &lua.LTable{Metatable: lua.LNil}
			interp.ActiveLines(c.Fn.Proto, func(line int) { interp.SetInt(lines, line, lua.LTrue) })
			t.RawSetString("activelines", lines)
		}
	case 'f':
		if c.Fn != nil {
			t.RawSetString("func", c.Fn)
		}
	}
}

func sourceInfo(t *lua.LTable, fn *lua.LFunction) {
	what, source, short, first, last := "Lua", "=[C]", "[C]", -1, -1
	switch {
	case fn == nil:
		what, source, short = "tail", "=(tail call)", "(tail call)"
	case fn.IsG:
		what = "C"
	default:
		short, first, last = fn.Proto.SourceName, fn.Proto.LineDefined, fn.Proto.LastLineDefined
		source = "=" + short
		if chunk, ok := interp.ChunkOf(fn.Proto).(*syntax.Chunk); ok {
			source = chunk.Origin
		}
		if first == 0 {
			what = "main"
		}
	}
	t.RawSetString("what", lua.LString(what))
	t.RawSetString("source", lua.LString(source))
	t.RawSetString("short_src", lua.LString(short))
	t.RawSetString("linedefined", lua.LNumber(first))
	t.RawSetString("lastlinedefined", lua.LNumber(last))
}

// callArg is the call at the level that an argument gives.
func callArg(L, of *lua.LState, n int, function string) interp.Call {
	c, ok := interp.CallAt(of, luaio.CheckInt(L, n, function))
	if !ok {
		luaio.ArgError(L, n, function, "level out of range")
	}
	return c
}

// debugGetLocal is debug.getlocal([thread,] level, n).
func debugGetLocal(L *lua.LState) int {
	of, skip := threadArg(L)
	c := callArg(L, of, skip+1, "getlocal")
	name, v := c.Local(luaio.CheckInt(L, skip+2, "getlocal"))
	if name == "" {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(name))
	L.Push(v)
	return 2
}

// debugSetLocal is debug.setlocal([thread,] level, n, value).
func debugSetLocal(L *lua.LState) int {
	of, skip := threadArg(L)
	c := callArg(L, of, skip+1, "setlocal")
	v := luaio.CheckAny(L, skip+3, "setlocal")
	if name := c.SetLocal(luaio.CheckInt(L, skip+2, "setlocal"), v); name != "" {
		L.Push(lua.LString(name))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// debugSetHook is debug.sethook([thread,] hook, mask [, count]).
func debugSetHook(L *lua.LState) int {
	of, skip := threadArg(L)
	if L.Get(skip+1) == lua.LNil {
		interp.SetHook(of, lua.LNil, "", 0)
		return 0
	}
	mask := luaio.CheckString(L, skip+2, "sethook")
	fn := luaio.CheckFunction(L, skip+1, "sethook")
	interp.SetHook(of, fn, mask, luaio.OptInt(L, skip+3, "sethook", 0))
	return 0
}

// debugGetHook is debug.gethook([thread]).
func debugGetHook(L *lua.LState) int {
	of, _ := threadArg(L)
	fn, mask, count := interp.Hook(of)
	L.Push(fn)
	L.Push(lua.LString(mask))
	L.Push(lua.LNumber(count))
	return 3
}

func debugRegistry(L *lua.LState) int {
	L.Push(L.G.Registry)
	return 1
}

// debugDebug is debug.debug(): lines of standard input are run until one says cont.
func (l *Library) debugDebug(L *lua.LState) int {
	in := bufio.NewScanner(l.host.Stdin)
	for {
		fmt.Fprint(l.host.Notices, "lua_debug> ")
		if !in.Scan() || in.Text() == "cont" {
			return 0
		}
		chunk, err := l.host.Compile("=(debug command)", "(debug command)", in.Text())
		if err == nil {
			_, err = interp.Invoke(L, L.NewFunctionFromProto(chunk.Proto))
		}
		if err != nil {
			fmt.Fprintln(l.host.Notices, problem.FirstLine(err.Error()))
		}
		l.exitNow(L)
	}
}

// debugSetEnv is debug.setfenv(object, table).
func debugSetEnv(L *lua.LState) int {
	env := luaio.CheckTable(L, 2, "setfenv")
	switch L.Get(1).(type) {
	case *lua.LFunction, *lua.LUserData, *lua.LState:
		L.SetFEnv(L.Get(1), env)
	default:
		luaio.Raise(L, "'setfenv' cannot change environment of given object")
	}
	L.SetTop(1)
	return 1
}

// upvalueArg is the upvalue that arguments give by a function and a place, from 1; of a
// function that is not written in Lua its name is "".
func upvalueArg(L *lua.LState, function string) (name string, u *lua.Upvalue) {
	n := luaio.CheckInt(L, 2, function)
	fn := luaio.CheckFunction(L, 1, function)
	if fn.IsG || n < 1 || n > len(fn.Upvalues) {
		return "", nil
	}
	return fn.Proto.DbgUpvalues[n-1], fn.Upvalues[n-1]
}

// debugGetUpvalue is debug.getupvalue(function, n).
func debugGetUpvalue(L *lua.LState) int {
	name, u := upvalueArg(L, "getupvalue")
	if u == nil {
		return 0
	}
	L.Push(lua.LString(name))
	L.Push(u.Value())
	return 2
}

// debugSetUpvalue is debug.setupvalue(function, n, value).
func debugSetUpvalue(L *lua.LState) int {
	v := luaio.CheckAny(L, 3, "setupvalue")
	name, u := upvalueArg(L, "setupvalue")
	if u == nil {
		return 0
	}
	u.SetValue(v)
	L.Push(lua.LString(name))
	return 1
}
