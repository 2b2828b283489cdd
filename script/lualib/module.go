package lualib

import (
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// packages is package, with what C keeps for it in the registry: loadlib.c of a system
// that has no dynamic libraries.
type packages struct {
	library, loaded *lua.LTable
	loading         *lua.LUserData // stands for a module while it is being loaded: C's sentinel
}

// openPackage puts require, module and package's functions in the place of gopher-lua's.
func (l *Library) openPackage(L *lua.LState) {
	library, ok := L.GetGlobal("package").(*lua.LTable)
	if !ok {
		return
	}
	loaded, ok := library.RawGetString("loaded").(*lua.LTable)
	if !ok {
		return
	}
	p := &packages{library, loaded, L.NewUserData()}
	put(L, "_G", map[string]lua.LGFunction{"module": p.module, "require": p.require})
	put(L, "package", map[string]lua.LGFunction{"loadlib": loadlib, "seeall": seeall})
	// What gopher-lua has ends in a newline besides.
	library.RawSetString("config", lua.LString(strings.TrimSuffix(lua.LVAsString(library.RawGetString("config")), "\n")))
	if loaders, ok := library.RawGetString("loaders").(*lua.LTable); ok {
		loaders.RawSetInt(1, L.NewFunction(p.preload))
		loaders.RawSetInt(2, L.NewFunction(l.loader))
		loaders.RawSetInt(3, L.NewFunction(p.library3))
		loaders.RawSetInt(4, L.NewFunction(p.library4))
	}
}

// require is require(name).
func (p *packages) require(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "require")
	if v := L.GetField(p.loaded, name); lua.LVAsBool(v) {
		if v == p.loading {
			luaio.Raise(L, "loop or previous error loading module '%s'", name)
		}
		L.Push(v)
		return 1
	}
	module := p.find(L, name)
	L.SetField(p.loaded, name, p.loading)
	if v := call(L, module, lua.LString(name)); v != lua.LNil {
		L.SetField(p.loaded, name, v)
	}
	v := L.GetField(p.loaded, name)
	if v == p.loading {
		v = lua.LTrue
		L.SetField(p.loaded, name, v)
	}
	L.Push(v)
	return 1
}

// find asks the loaders for a module's function.
func (p *packages) find(L *lua.LState, name string) lua.LValue {
	loaders, ok := L.GetField(p.library, "loaders").(*lua.LTable)
	if !ok {
		luaio.Raise(L, "'package.loaders' must be a table")
	}
	var tried strings.Builder
	for i := 1; ; i++ {
		loader := interp.GetInt(loaders, i)
		if loader == lua.LNil {
			luaio.Raise(L, "module '%s' not found:%s", name, tried.String())
		}
		v := call(L, loader, lua.LString(name))
		if v.Type() == lua.LTFunction {
			return v
		}
		tried.WriteString(text(v))
	}
}

// text is lua_tostring: a string or a number, and nothing of what is neither.
func text(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return luaio.FormatNumber(float64(n))
	}
	return lua.LVAsString(v)
}

// preload is the first of package.loaders.
func (p *packages) preload(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "loader")
	preload := L.GetField(p.library, "preload")
	if preload.Type() != lua.LTTable {
		luaio.Raise(L, "'package.preload' must be a table")
	}
	v := L.GetField(preload, name)
	if v == lua.LNil {
		v = lua.LString("\n\tno field package.preload['" + name + "']")
	}
	L.Push(v)
	return 1
}

// library3 is the third of package.loaders, which looks for a library in C along
// package.cpath.
func (p *packages) library3(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "loader")
	return p.libraryIn(L, name, name)
}

// library4 is the fourth, which looks for the library of the package that a module is in.
func (p *packages) library4(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "loader")
	root, _, inside := strings.Cut(name, ".")
	if !inside {
		return 0
	}
	return p.libraryIn(L, name, root)
}

func (p *packages) libraryIn(L *lua.LState, name, file string) int {
	path, ok := L.GetField(p.library, "cpath").(lua.LString)
	if !ok {
		luaio.Raise(L, "'package.cpath' must be a string")
	}
	file = strings.ReplaceAll(file, ".", string(os.PathSeparator))
	var tried strings.Builder
	for _, template := range strings.Split(string(path), ";") {
		if template == "" {
			continue
		}
		candidate := strings.ReplaceAll(template, "?", file)
		if f, err := os.Open(candidate); err == nil {
			f.Close()
			luaio.Raise(L, "error loading module '%s' from file '%s':\n\t%s", name, candidate, noLibraries)
		}
		tried.WriteString("\n\tno file '" + candidate + "'")
	}
	L.Push(lua.LString(tried.String()))
	return 1
}

const noLibraries = "dynamic libraries not enabled; check your Lua installation"

// loadlib is package.loadlib(path, name).
func loadlib(L *lua.LState) int {
	luaio.CheckString(L, 1, "loadlib")
	luaio.CheckString(L, 2, "loadlib")
	L.Push(lua.LNil)
	L.Push(lua.LString(noLibraries))
	L.Push(lua.LString("absent"))
	return 3
}

// seeall is package.seeall(module).
func seeall(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "seeall")
	meta, ok := t.Metatable.(*lua.LTable)
	if !ok {
		meta = L.NewTable()
		t.Metatable = meta
	}
	L.SetField(meta, "__index", L.G.Global)
	return 0
}

// module is module(name [, ...]).
func (p *packages) module(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "module")
	t, ok := L.GetField(p.loaded, name).(*lua.LTable)
	if !ok {
		if t, ok = findTable(L.G.Global, name); !ok {
			luaio.Raise(L, "name conflict for module '%s'", name)
		}
		L.SetField(p.loaded, name, t)
	}
	if L.GetField(t, "_NAME") == lua.LNil {
		L.SetField(t, "_M", t)
		L.SetField(t, "_NAME", lua.LString(name))
		L.SetField(t, "_PACKAGE", lua.LString(name[:strings.LastIndexByte(name, '.')+1]))
	}
	caller := callerOf(L)
	if caller == nil || caller.IsG {
		luaio.Raise(L, "'module' not called from a Lua function")
	}
	caller.Env = t
	for i := 2; i <= L.GetTop(); i++ {
		call(L, L.Get(i), t)
	}
	return 0
}

// callerOf gives the function that calls the running one.
func callerOf(L *lua.LState) *lua.LFunction {
	at, ok := L.GetStack(1)
	if !ok {
		return nil
	}
	v, err := L.GetInfo("f", at, lua.LNil)
	if err != nil {
		return nil
	}
	fn, _ := v.(*lua.LFunction)
	return fn
}

// findTable gives the table at the end of a path of names, and makes those that are not
// there: luaL_findtable. ok is false where something else has a name.
func findTable(t *lua.LTable, path string) (*lua.LTable, bool) {
	for _, name := range strings.Split(path, ".") {
		v := t.RawGetString(name)
		if v == lua.LNil {
			v = &lua.LTable{Metatable: lua.LNil}
			t.RawSetString(name, v)
		}
		inner, ok := v.(*lua.LTable)
		if !ok {
			return nil, false
		}
		t = inner
	}
	return t, true
}
