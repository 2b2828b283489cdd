package luastring

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/pattern"
)

// gsub is string.gsub(s, pattern, repl [, n]): str_gsub of lstrlib.c.
func (s *Strings) gsub(L *lua.LState) int {
	subject, p := luaio.CheckString(L, 1, "gsub"), s.compiled(luaio.CheckString(L, 2, "gsub"))
	with := L.Get(3)
	if n, ok := with.(lua.LNumber); ok {
		with = lua.LString(luaio.FormatNumber(float64(n)))
	}
	switch with.(type) {
	case lua.LString, *lua.LTable, *lua.LFunction:
	default:
		luaio.ArgError(L, 3, "gsub", "string/function/table expected")
	}
	limit := luaio.OptInt(L, 4, "gsub", len(subject)+1)
	luaio.Need(L, len(subject))
	m := s.matcher()
	if _, isText := with.(lua.LString); !isText && m == &s.m {
		s.busy = true
		defer func() { s.busy = false }()
	}
	out, count, err := m.Replace(nil, p, subject, 0, max(limit, 0), s.Replacement(L, with))
	if err != nil {
		raise(L, err)
	}
	if count == 0 {
		L.Push(lua.LString(subject))
	} else {
		luaio.Need(L, len(out))
		L.Push(luaio.NewString(out))
	}
	L.Push(lua.LNumber(count))
	return 2
}

// nearFull is how many bytes of a large buffer are left when it is taken for full.
const nearFull = 4 << 10

// Replacement gives what a string, table or function makes of matches.
func (s *Strings) Replacement(L *lua.LState, with lua.LValue) pattern.Replacement {
	asked := nearFull
	return func(out []byte, m *pattern.Matcher, subject string, from, to int) ([]byte, error) {
		if n := to - from; n > nearFull {
			luaio.Need(L, 4*n+cap(out))
		}
		if cap(out) > asked && cap(out)-len(out) < nearFull {
			luaio.Need(L, 2*cap(out)) // it grows soon
			asked = cap(out)
		}
		return replace(L, out, m, subject, from, to, with)
	}
}

// replace appends what takes the place of a match: add_value.
func replace(L *lua.LState, out []byte, m *pattern.Matcher, subject string, from, to int, with lua.LValue) (
	[]byte, error) {
	var value lua.LValue
	switch w := with.(type) {
	case lua.LString:
		return pattern.Expand(out, string(w), m, subject, from, to)
	case *lua.LTable:
		value = interp.Index(L, w, firstCapture(L, m, subject, from, to))
	case *lua.LFunction:
		L.Push(w)
		n := pushMatch(L, m, subject, from, to)
		L.Call(n, 1)
		value = L.Get(-1)
		L.Pop(1)
	}
	switch v := value.(type) {
	case lua.LString:
		return append(out, v...), nil
	case lua.LNumber:
		return luaio.AppendNumber(out, float64(v)), nil
	}
	if lua.LVAsBool(value) {
		return out, errors.New("invalid replacement value (a " + value.Type().String() + ")")
	}
	return append(out, subject[from:to]...), nil
}

func firstCapture(L *lua.LState, m *pattern.Matcher, subject string, from, to int) lua.LValue {
	if m.Count() == 0 {
		return part(subject, from, to)
	}
	return capture(L, m, subject, 0)
}
