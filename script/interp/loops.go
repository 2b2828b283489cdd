package interp

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// prepare checks the three values of a numeric for, which may be strings that hold
// numbers, and steps back once.
func (s *state) prepare(v []lua.LValue) {
	var n [3]float64
	for i, part := range [...]string{"initial value", "limit", "step"} {
		var ok bool
		if n[i], ok = toNumber(v[i]); !ok {
			s.throw("'for' " + part + " must be a number")
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
		s.globals().hooks().call(s)
	}
	if s.runGo(cf) {
		s.noYield()
	}
}

// newTable makes a table with room for elements and for named fields.
func newTable(elements, fields int) *lua.LTable {
	t := &table{Metatable: lua.LNil}
	if elements > 0 {
		t.array = make([]lua.LValue, 0, elements)
	}
	if fields > 0 {
		t.strdict = make(map[string]lua.LValue, fields)
		t.keys = make([]lua.LValue, 0, powerOfTwo(fields))
	}
	return (*lua.LTable)(unsafe.Pointer(t))
}

// setList stores the n items behind a constructor's table, or all up to the top for 0.
func (s *state) setList(cf *frame, at, n, batch int) {
	if n == 0 {
		n = s.reg.top - at - 1
		s.reg.top = cf.LocalBase + int(cf.Fn.Proto.NumUsedRegisters)
	}
	t := tableOf(s.reg.array[at].(*lua.LTable))
	t.setItems((batch-1)*lua.FieldsPerFlush, s.reg.array[at+1:at+1+n])
}

// closure makes a function inside another; the instructions behind the one that makes it
// say where its upvalues are.
func (s *state) closure(outer *lua.LFunction, base int, p *lua.FunctionProto, from []instruction) *lua.LFunction {
	f := &lua.LFunction{Env: outer.Env, Proto: p, Upvalues: make([]*lua.Upvalue, p.NumUpvalues)}
	for i := range f.Upvalues {
		if opOf(from[i]) == lua.OP_MOVE {
			f.Upvalues[i] = s.upvalues.find(s.reg, base+argB(from[i]))
		} else {
			f.Upvalues[i] = outer.Upvalues[argB(from[i])]
		}
	}
	return f
}

// varargs puts the arguments that ... stands for into registers: so many as are wanted, or
// for multiple all, with the top behind them.
func (s *state) varargs(cf *frame, at, want int) {
	params := int(cf.Fn.Proto.NumParameters)
	from, n := cf.Base+1+params, max(cf.NArgs-params, 0)
	if want == multiple {
		want = n
		s.room(at + n)
		s.reg.top = at + n
	}
	array := s.reg.array
	copy(array[at:at+min(n, want)], array[from:from+n])
	for i := n; i < want; i++ {
		array[at+i] = lua.LNil
	}
}

// sameKind reports whether two values that are not identical can be equal by a metamethod.
func sameKind(x, y lua.LValue) bool {
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

func (g *globals) bar() lua.LValue { return g.Registry.RawGetString(barKey) }
