package interp

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// prepare checks the three values of a numeric for, which may be strings that hold
// numbers, and steps back once.
func (s *state) prepare(v []lua.LValue) {
	var n [3]float64
	for i, what := range [...]string{"initial value", "limit", "step"} {
		var ok bool
		if n[i], ok = toNumber(v[i]); !ok {
			s.throw("'for' " + what + " must be a number")
		}
	}
	v[0] = lua.LNumber(n[0] - n[2])
	v[1], v[2] = lua.LNumber(n[1]), lua.LNumber(n[2])
}

// generate calls the generator of a for loop, which lies in a register with its two
// arguments behind it.
func (s *state) generate(at, nret int) {
	fn, ok := s.reg.array[at].(*lua.LFunction)
	if !ok || !fn.IsG || s.depth >= maxNested-1 {
		s.reg.top = at + 3
		s.call(at, 2, nret)
		return
	}
	cf := s.newFrame(fn, at, 2, nret)
	s.reg.top = at + 3
	s.currentFrame = cf
	if s.hooked {
		s.hookCall(cf)
	}
	if s.runGo(cf) {
		s.noYield()
	}
}

// sameKind reports whether two values that are not identical can be equal by a metamethod.
func (s *state) sameKind(x, y lua.LValue) bool {
	a, b := (*word)(unsafe.Pointer(&x)).table, (*word)(unsafe.Pointer(&y)).table
	if a != b {
		return false
	}
	switch x.(type) {
	case *lua.LTable, *lua.LUserData:
		return true
	}
	return false
}

// setItems stores items of a constructor from a place on, nil ones too. The array gets
// room for just these.
func (t *table) setItems(from int, items []lua.LValue) {
	if n := from + len(items); n > cap(t.array) {
		t.resize(n)
	}
	t.extend(from)
	if len(t.array) == from && t.dict == nil {
		t.array = append(t.array, items...)
		return
	}
	t.extend(from + len(items))
	for i, v := range items {
		t.setIndex(from+i, v)
	}
}

// barKey is where the registry has the value that stands for | between stages.
const barKey = "weir |"

// SetBar sets the value that stands for |: a | b joins a, the value and b as .. does.
func SetBar(L *lua.LState, v lua.LValue) { L.G.Registry.RawSetString(barKey, v) }

func (s *state) bar() lua.LValue { return s.G.Registry.RawGetString(barKey) }
