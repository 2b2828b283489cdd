package lualib

import (
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

func table(L *lua.LState, n int, function string) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		luaio.TypeError(L, n, function, "table")
	}
	return t
}

// maxn is table.maxn(t): the largest of the positive numbers among its keys.
func maxn(L *lua.LState) int {
	largest := lua.LNumber(0)
	table(L, 1, "maxn").ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok {
			largest = max(largest, n)
		}
	})
	L.Push(largest)
	return 1
}

func getn(L *lua.LState) int { return pushNumbers(L, float64(table(L, 1, "getn").Len())) }

// insert is table.insert(t, [at,] v). A place outside the list is as good as one
// within: what is between moves, be it nil.
func insert(L *lua.LState) int {
	t := table(L, 1, "insert")
	end := t.Len() + 1
	switch L.GetTop() {
	case 2:
		t.RawSetInt(end, L.Get(2))
	case 3:
		at := integer(L, 2, "insert")
		if at >= 1 && at < end {
			t.Insert(at, L.Get(3))
			break
		}
		for i := end; i > at; i-- {
			t.RawSetInt(i, t.RawGet(lua.LNumber(i-1)))
		}
		t.RawSetInt(at, L.Get(3))
	default:
		L.RaiseError("wrong number of arguments to 'insert'")
	}
	return 0
}

// remove is table.remove(t [, at]): nothing where the list has no such place.
func remove(L *lua.LState) int {
	t := table(L, 1, "remove")
	end := t.Len()
	at := optional(L, 2, "remove", end)
	if at < 1 || at > end {
		return 0
	}
	L.Push(t.Remove(at))
	return 1
}

// concat is table.concat(t [, between [, i [, j]]]).
func concat(L *lua.LState) int {
	t, between := table(L, 1, "concat"), optionalText(L, 2, "concat", "")
	i, last := optional(L, 3, "concat", 1), t.Len()
	last = optional(L, 4, "concat", last)
	var out strings.Builder
	for ; i <= last; i++ {
		switch v := t.RawGet(lua.LNumber(i)).(type) {
		case lua.LString:
			out.WriteString(string(v))
		case lua.LNumber:
			out.WriteString(luaio.FormatNumber(float64(v)))
		default:
			L.RaiseError("invalid value (%s) at index %d in table for 'concat'", v.Type(), i)
		}
		if i == last { // the largest integer has none after it
			break
		}
		out.WriteString(between)
	}
	L.Push(lua.LString(out.String()))
	return 1
}

// sorting is a list while table.sort orders it.
type sorting struct {
	L    *lua.LState
	list []lua.LValue
	less *lua.LFunction // nil for <
}

func (s sorting) Len() int      { return len(s.list) }
func (s sorting) Swap(i, j int) { s.list[i], s.list[j] = s.list[j], s.list[i] }
func (s sorting) Less(i, j int) bool {
	if s.less == nil {
		return s.L.LessThan(s.list[i], s.list[j])
	}
	s.L.Push(s.less)
	s.L.Push(s.list[i])
	s.L.Push(s.list[j])
	s.L.Call(2, 1)
	before := s.L.ToBool(-1)
	s.L.Pop(1)
	return before
}

// sortList is table.sort(t [, less]). The list ends where # does: gopher-lua keeps
// room behind it for what was taken out.
func sortList(L *lua.LState) int {
	t := table(L, 1, "sort")
	s := sorting{L: L, list: make([]lua.LValue, t.Len())}
	if L.Get(2) != lua.LNil {
		var ok bool
		if s.less, ok = L.Get(2).(*lua.LFunction); !ok {
			luaio.TypeError(L, 2, "sort", "function")
		}
	}
	for i := range s.list {
		s.list[i] = t.RawGetInt(i + 1)
	}
	sort.Sort(s)
	for i, v := range s.list {
		t.RawSetInt(i+1, v)
	}
	return 0
}
