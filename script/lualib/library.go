package lualib

import (
	"io"
	"os"

	"weir/script/interp"
	"weir/script/syntax"
	"weir/script/world"

	lua "github.com/yuin/gopher-lua"
)

// Host is the program that a state belongs to, as its library needs it.
type Host struct {
	Stdin       *os.File  // what loadfile(), dofile() and debug.debug() read
	Notices     io.Writer // where debug.debug() asks
	Interrupted func() bool
	// Compile compiles a text that errors call name; origin is what Lua calls a source:
	// "@file", "=name" or the text.
	Compile     func(origin, name, text string) (*syntax.Chunk, error)
	CompileFile func(name, text string) (*syntax.Chunk, error)
	Module      func(name string) (lua.LValue, bool)             // what require finds where package.path has no file
	Execute     func(L *lua.LState, command string) (status int) // os.execute
	World       world.World                                      // what the other functions of os act on
}

// Library is what the functions of one state keep.
type Library struct {
	Exiting *ExitError // what os.exit was told; nothing catches that
	host    Host
	garbage *garbage
}

// Open opens the libraries of a new state, all but io: gopher-lua's own, and in their
// place what is here.
func Open(L *lua.LState, host Host) *Library {
	for _, open := range []lua.LGFunction{lua.OpenPackage, lua.OpenBase, lua.OpenTable, lua.OpenString,
		lua.OpenMath, lua.OpenOs, lua.OpenDebug} {
		L.Push(L.NewFunction(open))
		L.Call(0, 0)
	}
	for _, extra := range []string{"_printregs", "_GOPHER_LUA_VERSION"} {
		L.SetGlobal(extra, lua.LNil)
	}
	g := newGarbage()
	l := &Library{host: host, garbage: g}
	put(L, "_G", map[string]lua.LGFunction{
		"assert": assert, "collectgarbage": g.collect, "dofile": l.doFile, "error": raiseError,
		"gcinfo": g.info, "getfenv": getfenv, "getmetatable": getmetatable, "load": l.load,
		"loadfile": l.loadFile, "loadstring": l.loadString, "newproxy": g.newproxy, "pcall": l.pcall,
		"rawequal": rawequal, "rawget": rawget, "rawset": rawset, "select": Select,
		"setfenv": setfenv, "setmetatable": g.setmetatable, "tonumber": tonumber, "tostring": tostring,
		"type": typeOf, "unpack": unpack, "xpcall": l.xpcall,
	})
	openIterators(L)
	l.openPackage(L)
	put(L, "os", map[string]lua.LGFunction{"date": date, "difftime": difftime, "setlocale": setlocale, "time": clock})
	l.openProcess(L)
	put(L, "table", map[string]lua.LGFunction{
		"concat": concat, "foreach": foreach, "foreachi": foreachi, "getn": getn, "insert": insert, "maxn": maxn,
		"remove": remove, "setn": setn, "sort": sortList,
	})
	openMath(L)
	r := newRandom()
	put(L, "math", map[string]lua.LGFunction{"random": r.next, "randomseed": r.seed})
	openStrings(L)
	interp.OpenCoroutines(L)
	if co, ok := L.GetGlobal("coroutine").(*lua.LTable); ok {
		if resume, ok := co.RawGetString("resume").(*lua.LFunction); ok {
			co.RawSetString("resume", L.NewFunction(l.notCaught(resume.GFunction)))
		}
	}
	l.openDebug(L)
	return l
}

// Close runs the finalizers of what is left, as lua_close does. The state goes on to be
// usable.
func (l *Library) Close(L *lua.LState) { l.garbage.proxies.close(L) }

func put(L *lua.LState, library string, functions map[string]lua.LGFunction) {
	t, ok := L.GetGlobal(library).(*lua.LTable)
	if !ok {
		return
	}
	for name, fn := range functions {
		t.RawSetString(name, L.NewFunction(fn))
	}
}
