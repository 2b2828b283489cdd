package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Open puts the functions in the place of gopher-lua's, which must be open.
func Open(L *lua.LState) {
	put(L, "_G", map[string]lua.LGFunction{"collectgarbage": (&garbage{200, 200}).collect, "tonumber": tonumber})
	put(L, "os", map[string]lua.LGFunction{"date": date, "difftime": difftime, "setlocale": setlocale, "time": clock})
	put(L, "table", map[string]lua.LGFunction{
		"concat": concat, "getn": getn, "insert": insert, "maxn": maxn, "remove": remove, "sort": sortList,
	})
	r := newRandom()
	put(L, "math", map[string]lua.LGFunction{"random": r.next, "randomseed": r.seed})
	openMath(L)
	openStringArithmetic(L)
}

func put(L *lua.LState, library string, functions map[string]lua.LGFunction) {
	t, ok := L.GetGlobal(library).(*lua.LTable)
	if !ok {
		return
	}
	for name, fn := range functions {
		t.RawSetString(name, L.NewFunction(fn))
	}
}
