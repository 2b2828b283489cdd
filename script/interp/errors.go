package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// throwValue raises an error.
func throwValue(v lua.LValue) {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: v})
}

// throw raises an error with the place of the instruction that runs, where the function
// that runs is written in Lua.
func (s *state) throw(message string) {
	throwValue(lua.LString(s.place() + message))
}

func (s *state) place() string {
	if cf := s.currentFrame; cf != nil && !cf.Fn.IsG {
		return cf.place()
	}
	return ""
}

// line is the line of the instruction that a call runs, or is about to.
func (f *frame) line() int {
	lines := f.Fn.Proto.DbgSourcePositions
	if i := max(f.Pc-1, 0); i < len(lines) {
		return lines[i]
	}
	return -1
}

// typeError raises "attempt to OPERATION NAME (a TYPE value)". The name is that of the
// variable or field from which the instruction that runs has the value.
func (s *state) typeError(operation string, v lua.LValue) {
	s.typeErrorAt(operation, v, s.registerOf(v))
}

func (s *state) typeErrorAt(operation string, v lua.LValue, at int) {
	message := "attempt to " + operation + " a " + v.Type().String() + " value"
	if cf := s.currentFrame; cf != nil && !cf.Fn.IsG && at >= cf.LocalBase {
		if kind, name := nameOf(cf.Fn.Proto, cf.Pc-1, at-cf.LocalBase); kind != "" {
			message = "attempt to " + operation + " " + kind + " '" + name + "' (a " + v.Type().String() + " value)"
		}
	}
	s.throw(message)
}

// registerOf finds the register from which the instruction that runs has an operand, -1
// where it is a constant.
func (s *state) registerOf(v lua.LValue) int {
	cf := s.currentFrame
	if cf == nil || cf.Fn.IsG || cf.Pc == 0 {
		return -1
	}
	i := cf.Fn.Proto.Code[cf.Pc-1]
	var operands []int
	switch op := opOf(i); {
	case op == lua.OP_CONCAT:
		for r := argC(i); r >= argB(i); r-- {
			operands = append(operands, r)
		}
	case op == lua.OP_SETTABLE || op == lua.OP_SETTABLEKS:
		operands = []int{argA(i)}
	case op >= lua.OP_ADD && op <= lua.OP_POW:
		operands = []int{argB(i), argC(i)}
	case op == lua.OP_GETTABLE || op == lua.OP_GETTABLEKS || op == lua.OP_SELF || op == lua.OP_UNM || op == lua.OP_LEN:
		operands = []int{argB(i)}
	}
	for _, r := range operands {
		if r&bitRK == 0 && s.reg.array[cf.LocalBase+r] == v {
			return cf.LocalBase + r
		}
	}
	return -1
}

func (o operations) orderError(x, y lua.LValue) {
	a, b := x.Type().String(), y.Type().String()
	if a[2] == b[2] { // as ldebug.c compares them
		o.s.throw("attempt to compare two " + a + " values")
	}
	o.s.throw("attempt to compare " + a + " with " + b)
}
