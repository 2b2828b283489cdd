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
	list []lua.LValue   // the elements, where they stand side by side
}

// sortList is table.sort(t [, less]).
func sortList(L *lua.LState) int {
	s := sorting{L: L, t: luaio.CheckTable(L, 1, "sort")}
	n := interp.Len(s.t)
	if L.Get(2) != lua.LNil {
		s.less = luaio.CheckFunction(L, 2, "sort")
	}
	s.list = interp.List(s.t, n)
	s.between(1, n)
	return 0
}

// at gives an element: all of them stand in the table's array, as a rule.
func (s *sorting) at(i int) lua.LValue {
	if i >= 1 && i <= len(s.list) {
		return s.list[i-1]
	}
	return interp.GetInt(s.t, i)
}

func (s *sorting) put(i int, v lua.LValue) {
	if i >= 1 && i <= len(s.list) {
		s.list[i-1] = v
	} else {
		interp.SetInt(s.t, i, v)
	}
}

func (s *sorting) before(a, b lua.LValue) bool {
	if s.less != nil {
		return interp.Holds(s.L, s.less, a, b)
	}
	if x, ok := a.(lua.LNumber); ok {
		if y, ok := b.(lua.LNumber); ok {
			return x < y
		}
	}
	return interp.Less(s.L, a, b)
}

func (s *sorting) swap(i int, a lua.LValue, j int, b lua.LValue) {
	s.put(i, b)
	s.put(j, a)
}

// between sorts the elements from low to high. It calls itself for the smaller half, and
// goes on with the larger one.
func (s *sorting) between(low, high int) {
	for low < high {
		// The first, the middle and the last element are put in order.
		if a, b := s.at(low), s.at(high); s.before(b, a) {
			s.swap(low, a, high, b)
		}
		if high-low == 1 {
			return
		}
		i := (low + high) / 2
		if a, b := s.at(i), s.at(low); s.before(a, b) {
			s.swap(i, a, low, b)
		} else if b := s.at(high); s.before(b, a) {
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
	pivot := s.at(middle)
	s.swap(middle, pivot, high-1, s.at(high-1))
	i, j := low, high-1
	for {
		var a, b lua.LValue
		for {
			i++
			if a = s.at(i); !s.before(a, pivot) {
				break
			}
			if i > high {
				luaio.Raise(s.L, "invalid order function for sorting")
			}
		}
		for {
			j--
			if b = s.at(j); !s.before(pivot, b) {
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
	s.swap(high-1, s.at(high-1), i, s.at(i))
	return i
}
