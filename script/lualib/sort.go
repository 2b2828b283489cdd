package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// sorting is table.sort at work: auxsort of ltablib.c, comparison for comparison. The
// order in which it leaves elements that compare as equal can be seen, and so can the
// table while less runs.
type sorting struct {
	L    *lua.LState
	t    *lua.LTable
	less *lua.LFunction // nil for <
}

// sortList is table.sort(t [, less]).
func sortList(L *lua.LState) int {
	s := sorting{L: L, t: luaio.CheckTable(L, 1, "sort")}
	n := interp.Len(s.t)
	if L.Get(2) != lua.LNil {
		s.less = luaio.CheckFunction(L, 2, "sort")
	}
	s.between(1, n)
	return 0
}

func (s *sorting) before(a, b lua.LValue) bool {
	if s.less != nil {
		s.L.Push(s.less)
		s.L.Push(a)
		s.L.Push(b)
		s.L.Call(2, 1)
		before := s.L.ToBool(-1)
		s.L.Pop(1)
		return before
	}
	if x, ok := a.(lua.LNumber); ok {
		if y, ok := b.(lua.LNumber); ok {
			return x < y
		}
	}
	return interp.Less(s.L, a, b)
}

func (s *sorting) swap(i int, a lua.LValue, j int, b lua.LValue) {
	interp.SetInt(s.t, i, b)
	interp.SetInt(s.t, j, a)
}

// between sorts the elements from low to high. It calls itself for the smaller half, and
// goes on with the larger one.
func (s *sorting) between(low, high int) {
	for low < high {
		// The first, the middle and the last element are put in order.
		if a, b := interp.GetInt(s.t, low), interp.GetInt(s.t, high); s.before(b, a) {
			s.swap(low, a, high, b)
		}
		if high-low == 1 {
			return
		}
		i := (low + high) / 2
		if a, b := interp.GetInt(s.t, i), interp.GetInt(s.t, low); s.before(a, b) {
			s.swap(i, a, low, b)
		} else if b := interp.GetInt(s.t, high); s.before(b, a) {
			s.swap(i, a, high, b)
		}
		if high-low == 2 {
			return
		}
		i = s.partition(low, high, i)
		if i-low < high-i {
			s.between(low, i-1)
			low = i + 1
		} else {
			s.between(i+1, high)
			high = i - 1
		}
	}
}

// partition takes the middle element for the pivot and gives the place where it stands at
// the end: none before it is greater, none behind it less.
func (s *sorting) partition(low, high, middle int) int {
	pivot := interp.GetInt(s.t, middle)
	s.swap(middle, pivot, high-1, interp.GetInt(s.t, high-1))
	i, j := low, high-1
	for {
		var a, b lua.LValue
		for {
			i++
			if a = interp.GetInt(s.t, i); !s.before(a, pivot) {
				break
			}
			if i > high {
				luaio.Raise(s.L, "invalid order function for sorting")
			}
		}
		for {
			j--
			if b = interp.GetInt(s.t, j); !s.before(pivot, b) {
				break
			}
			if j < low {
				luaio.Raise(s.L, "invalid order function for sorting")
			}
		}
		if j < i {
			break
		}
		s.swap(i, a, j, b)
	}
	s.swap(high-1, interp.GetInt(s.t, high-1), i, interp.GetInt(s.t, i))
	return i
}
