package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// equal is ==. Numbers, strings and booleans are equal by value, all else by identity, but
// for tables and userdata that share a metamethod __eq.
func (o operations) equal(x, y lua.LValue) bool {
	if x == y {
		return true
	}
	switch x := x.(type) {
	case *lua.LTable:
		if y, ok := y.(*lua.LTable); ok {
			return o.equalBy(x.Metatable, y.Metatable, x, y)
		}
	case *lua.LUserData:
		if y, ok := y.(*lua.LUserData); ok {
			return o.equalBy(x.Metatable, y.Metatable, x, y)
		}
	}
	return false
}

func (o operations) equalBy(m, n, x, y lua.LValue) bool {
	f := fieldOf(m, "__eq")
	if isNil(f) || m != n && f != fieldOf(n, "__eq") {
		return false
	}
	return !isFalse(o.s.callMeta(f, x, y))
}

// less is <.
func (o operations) less(x, y lua.LValue) bool {
	if x.Type() != y.Type() {
		o.orderError(x, y)
	}
	switch x := x.(type) {
	case lua.LNumber:
		return x < y.(lua.LNumber)
	case lua.LString:
		return x < y.(lua.LString)
	}
	r, ok := o.order("__lt", x, y)
	if !ok {
		o.orderError(x, y)
	}
	return r
}

// lessEqual is <=. Without __le, a <= b is not (b < a).
func (o operations) lessEqual(x, y lua.LValue) bool {
	if x.Type() != y.Type() {
		o.orderError(x, y)
	}
	switch x := x.(type) {
	case lua.LNumber:
		return x <= y.(lua.LNumber)
	case lua.LString:
		return x <= y.(lua.LString)
	}
	if r, ok := o.order("__le", x, y); ok {
		return r
	}
	r, ok := o.order("__lt", y, x)
	if !ok {
		o.orderError(x, y)
	}
	return !r
}

// order calls a metamethod that both values share.
func (o operations) order(event string, x, y lua.LValue) (result, ok bool) {
	f := o.s.globals().metamethod(x, event)
	if isNil(f) || f != o.s.globals().metamethod(y, event) {
		return false, false
	}
	return !isFalse(o.s.callMeta(f, x, y)), true
}
