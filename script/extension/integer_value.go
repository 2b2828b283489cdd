package extension

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// The metatable of Integers stands in the state's registry under this name.
const integerName = "weir.Integer"

// Value makes a value of Lua's. Two of the same integer are equal by ==, but are
// two keys of a table.
func (n Integer) Value(L *lua.LState) lua.LValue {
	return &lua.LUserData{Value: n, Env: L.Env, Metatable: integerTable(L)}
}

// Describe names the value in errors.
func (n Integer) Describe() string { return "an integer" }

// Fill makes a userdata one of n.
func (n Integer) Fill(L *lua.LState, ud *lua.LUserData) { ud.Value, ud.Metatable = n, integerTable(L) }

// Plain is a number where that is exact, and else an Integer.
func (n Integer) Plain(L *lua.LState) lua.LValue {
	if f, exact := n.Float(); exact {
		return lua.LNumber(f)
	}
	return n.Value(L)
}

// ToInteger gives the Integer behind a value.
func ToInteger(v lua.LValue) (Integer, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return Integer{}, false
	}
	n, ok := ud.Value.(Integer)
	return n, ok
}

// Int64 is int64(x): of a number, a string or another Integer.
func Int64(L *lua.LState) int { return convert(L, "int64", false) }

// Uint64 is uint64(x).
func Uint64(L *lua.LState) int { return convert(L, "uint64", true) }

func convert(L *lua.LState, function string, unsigned bool) int {
	n, err := operand(L.Get(1), unsigned)
	if err != nil {
		L.RaiseError("%s: %v", function, err)
	}
	n.unsigned = unsigned
	L.Push(n.Value(L))
	return 1
}

// operand takes what stands for an integer: an Integer, a number or a string.
func operand(v lua.LValue, unsigned bool) (Integer, error) {
	switch v := v.(type) {
	case lua.LNumber:
		return fromFloat(float64(v), unsigned)
	case lua.LString:
		return ParseInteger(string(v), unsigned)
	case *lua.LUserData:
		if n, ok := v.Value.(Integer); ok {
			return n, nil
		}
	}
	return Integer{}, fmt.Errorf("%s is no integer: it takes a number, a string or another of them", kind(v))
}

// integerTable gives the one metatable of both types: == and < ask for the same
// function on both sides.
func integerTable(L *lua.LState) *lua.LTable {
	registry := L.G.Registry
	if t, ok := registry.RawGetString(integerName).(*lua.LTable); ok {
		return t
	}
	t, methods := L.NewTable(), L.NewTable()
	for name, op := range map[string]byte{"__add": '+', "__sub": '-', "__mul": '*', "__div": '/', "__mod": '%',
		"__pow": '^'} {
		t.RawSetString(name, L.NewFunction(func(L *lua.LState) int { return integerArithmetic(L, op) }))
	}
	for name, fn := range map[string]lua.LGFunction{
		"__unm": integerMinus, "__tostring": integerText, "__concat": integerConcat,
		"__eq": comparison("==", func(order int) bool { return order == 0 }),
		"__lt": comparison("<", func(order int) bool { return order < 0 }),
		"__le": comparison("<=", func(order int) bool { return order <= 0 }),
	} {
		t.RawSetString(name, L.NewFunction(fn))
	}
	methods.RawSetString("number", L.NewFunction(IntegerNumber))
	methods.RawSetString("hex", L.NewFunction(IntegerHex))
	t.RawSetString("__index", methods)
	registry.RawSetString(integerName, t)
	return t
}

func integerArithmetic(L *lua.LState, op byte) int {
	a, b := L.Get(1), L.Get(2)
	unsigned := false
	for _, v := range []lua.LValue{a, b} {
		if n, ok := ToInteger(v); ok {
			unsigned = unsigned || n.unsigned
		}
	}
	n, err := operand(a, unsigned)
	if err == nil {
		var m Integer
		if m, err = operand(b, unsigned); err == nil {
			n, err = n.arithmetic(op, m)
		}
	}
	if err != nil {
		name := "int64"
		if unsigned {
			name = "uint64"
		}
		L.RaiseError("%s %c: %v", name, op, err)
	}
	L.Push(n.Value(L))
	return 1
}

func integerMinus(L *lua.LState) int {
	n := checkSelf(L, "-")
	n.bits = -n.bits
	L.Push(n.Value(L))
	return 1
}

func comparison(name string, holds func(order int) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		n, ok := ToInteger(L.Get(1))
		m, both := ToInteger(L.Get(2))
		if !ok || !both {
			L.RaiseError("int64 %s: both sides must be integers", name)
		}
		L.Push(lua.LBool(holds(n.compare(m))))
		return 1
	}
}

func integerText(L *lua.LState) int {
	L.Push(lua.LString(checkSelf(L, "tostring").String()))
	return 1
}

// integerConcat joins as a number is joined: as its decimal. What joins in a way
// of its own is asked: the mark that stands for |.
func integerConcat(L *lua.LState) int {
	text := ""
	for i := 1; i <= 2; i++ {
		v := L.Get(i)
		if n, ok := ToInteger(v); ok {
			text += n.String()
		} else if lua.LVCanConvToString(v) {
			text += luaio.CheckString(L, i, "..")
		} else if join, ok := L.GetMetaField(v, "__concat").(*lua.LFunction); ok {
			a, b := L.Get(1), L.Get(2)
			L.Push(join)
			L.Push(a)
			L.Push(b)
			L.Call(2, 1)
			return 1
		} else {
			L.RaiseError("attempt to concatenate a %s value", v.Type())
		}
	}
	L.Push(lua.LString(text))
	return 1
}

// IntegerNumber is n:number(): the nearest number.
func IntegerNumber(L *lua.LState) int {
	f, _ := checkSelf(L, "number").Float()
	L.Push(lua.LNumber(f))
	return 1
}

// IntegerHex is n:hex(): the bits, as int64 and uint64 read them.
func IntegerHex(L *lua.LState) int {
	L.Push(lua.LString(fmt.Sprintf("0x%x", checkSelf(L, "hex").bits)))
	return 1
}

func checkSelf(L *lua.LState, method string) Integer {
	n, ok := ToInteger(L.Get(1))
	if !ok {
		L.RaiseError("%s is a method of int64 and uint64: write n:%s(), with a colon", method, method)
	}
	return n
}
