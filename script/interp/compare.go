package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// equal is ==. Numbers, strings and booleans are equal by value, all else by identity, but
// for tables and userdata that share a metamethod __eq.
func (s *state) equal(x, y lua.LValue) bool {
	if x == y {
		return true
	}
	switch x := x.(type) {
	case *lua.LTable:
		if y, ok := y.(*lua.LTable); ok {
			return s.equalBy(x.Metatable, y.Metatable, x, y)
		}
	case *lua.LUserData:
		if y, ok := y.(*lua.LUserData); ok {
			return s.equalBy(x.Metatable, y.Metatable, x, y)
		}
	}
	return false
}

func (s *state) equalBy(m, n, x, y lua.LValue) bool {
	f := s.field(m, "__eq")
	if isNil(f) || m != n && f != s.field(n, "__eq") {
		return false
	}
	return !isFalse(s.callMeta(f, x, y))
}

// less is <.
func (s *state) less(x, y lua.LValue) bool {
	if x.Type() != y.Type() {
		s.orderError(x, y)
	}
	switch x := x.(type) {
	case lua.LNumber:
		return x < y.(lua.LNumber)
	case lua.LString:
		return x < y.(lua.LString)
	}
	r, ok := s.order("__lt", x, y)
	if !ok {
		s.orderError(x, y)
	}
	return r
}

// lessEqual is <=. Without __le, a <= b is not (b < a).
func (s *state) lessEqual(x, y lua.LValue) bool {
	if x.Type() != y.Type() {
		s.orderError(x, y)
	}
	switch x := x.(type) {
	case lua.LNumber:
		return x <= y.(lua.LNumber)
	case lua.LString:
		return x <= y.(lua.LString)
	}
	if r, ok := s.order("__le", x, y); ok {
		return r
	}
	r, ok := s.order("__lt", y, x)
	if !ok {
		s.orderError(x, y)
	}
	return !r
}

// order calls a metamethod that both values share.
func (s *state) order(event string, x, y lua.LValue) (result, ok bool) {
	f := s.metamethod(x, event)
	if isNil(f) || f != s.metamethod(y, event) {
		return false, false
	}
	return !isFalse(s.callMeta(f, x, y)), true
}
