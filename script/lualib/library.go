package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Library is what the functions of one state keep.
type Library struct{ garbage *garbage }

// Open puts the functions in the place of gopher-lua's, which must be open.
func Open(L *lua.LState) *Library {
	g := newGarbage()
	put(L, "_G", map[string]lua.LGFunction{
		"collectgarbage": g.collect, "gcinfo": g.info, "getfenv": getfenv, "getmetatable": getmetatable, "newproxy": g.newproxy,
		"rawequal": rawequal, "rawget": rawget, "rawset": rawset, "select": selectFrom, "setfenv": setfenv, "setmetatable": g.setmetatable,
		"tonumber": tonumber, "tostring": tostring, "type": typeOf, "unpack": unpack,
	})
	openIterators(L)
	openPackage(L)
	put(L, "os", map[string]lua.LGFunction{"date": date, "difftime": difftime, "setlocale": setlocale, "time": clock})
	put(L, "table", map[string]lua.LGFunction{
		"concat": concat, "foreach": foreach, "foreachi": foreachi, "getn": getn, "insert": insert, "maxn": maxn,
		"remove": remove, "setn": setn, "sort": sortList,
	})
	openMath(L)
	r := newRandom()
	put(L, "math", map[string]lua.LGFunction{"random": r.next, "randomseed": r.seed})
	openStrings(L)
	return &Library{g}
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
