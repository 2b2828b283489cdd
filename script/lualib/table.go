package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// maxn is table.maxn(t): the largest of the positive numbers among its keys.
func maxn(L *lua.LState) int {
	largest := lua.LNumber(0)
	luaio.CheckTable(L, 1, "maxn").ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok {
			largest = max(largest, n)
		}
	})
	L.Push(largest)
	return 1
}

func getn(L *lua.LState) int {
	return pushNumbers(L, float64(interp.Len(luaio.CheckTable(L, 1, "getn"))))
}

// setn is table.setn(t, n), of Lua 5.0: it says so.
func setn(L *lua.LState) int {
	luaio.CheckTable(L, 1, "setn")
	luaio.Raise(L, "'setn' is obsolete")
	return 0
}

// foreachi is table.foreachi(list, f).
func foreachi(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "foreachi")
	n := interp.Len(t)
	fn := luaio.CheckFunction(L, 2, "foreachi")
	for i := 1; i <= n; i++ {
		if r := call(L, fn, lua.LNumber(i), interp.GetInt(t, i)); r != lua.LNil {
			L.Push(r)
			return 1
		}
	}
	return 0
}

// foreach is table.foreach(t, f).
func foreach(L *lua.LState) int {
	t, fn := luaio.CheckTable(L, 1, "foreach"), luaio.CheckFunction(L, 2, "foreach")
	for k, v := mustNext(L, t, lua.LNil); k != lua.LNil; k, v = mustNext(L, t, k) {
		if r := call(L, fn, k, v); r != lua.LNil {
			L.Push(r)
			return 1
		}
	}
	return 0
}

// insert is table.insert(t, [at,] v). A place outside the list is as good as one
// within: what is between moves, be it nil.
func insert(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "insert")
	end := interp.Len(t) + 1
	switch L.GetTop() {
	case 2:
		interp.SetInt(t, end, L.Get(2))
	case 3:
		at := luaio.CheckInt(L, 2, "insert")
		if at >= 1 && at < end {
			interp.Insert(t, at, end-1, L.Get(3))
			break
		}
		for i := end; i > at; i-- {
			interp.SetInt(t, i, interp.GetInt(t, i-1))
		}
		interp.SetInt(t, at, L.Get(3))
	default:
		luaio.Raise(L, "wrong number of arguments to 'insert'")
	}
	return 0
}

// remove is table.remove(t [, at]): nothing where the list has no such place.
func remove(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "remove")
	end := interp.Len(t)
	at := luaio.OptInt(L, 2, "remove", end)
	if at < 1 || at > end {
		return 0
	}
	L.Push(interp.Remove(t, at, end))
	return 1
}

// concat is table.concat(t [, between [, i [, j]]]).
func concat(L *lua.LState) int {
	between := luaio.OptString(L, 2, "concat", "")
	t := luaio.CheckTable(L, 1, "concat")
	i, last := luaio.OptInt(L, 3, "concat", 1), 0
	if L.Get(4) == lua.LNil {
		last = interp.Len(t)
	} else {
		last = luaio.CheckInt(L, 4, "concat")
	}
	var out strings.Builder
	for ; i <= last; i++ {
		switch v := interp.GetInt(t, i).(type) {
		case lua.LString:
			if out.Cap()-out.Len() < len(v) {
				luaio.Need(L, 2*out.Cap()+len(v)) // it grows
			}
			out.WriteString(string(v))
		case lua.LNumber:
			var b [32]byte
			out.Write(luaio.AppendNumber(b[:0], float64(v)))
		default:
			luaio.Raise(L, "invalid value (%s) at index %d in table for 'concat'", v.Type(), i)
		}
		if i < last {
			out.WriteString(between)
		}
	}
	L.Push(lua.LString(out.String()))
	return 1
}
