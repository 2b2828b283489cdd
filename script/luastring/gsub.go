package luastring

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
	"weir/script/pattern"
)

// gsub is string.gsub(s, pattern, repl [, n]): str_gsub of lstrlib.c.
func (s *Strings) gsub(L *lua.LState) int {
	subject, p := text(L, 1, "gsub"), s.compiled(text(L, 2, "gsub"))
	with := L.Get(3)
	if n, ok := with.(lua.LNumber); ok {
		with = lua.LString(luaio.FormatNumber(float64(n)))
	}
	switch with.(type) {
	case lua.LString, *lua.LTable, *lua.LFunction:
	default:
		argError(L, 3, "gsub", "string/function/table expected")
	}
	limit := integer(L, 4, "gsub", len(subject)+1)
	m := s.matcher()
	if _, isText := with.(lua.LString); !isText && m == &s.m {
		s.busy = true
		defer func() { s.busy = false }()
	}
	var out []byte
	at, copied, count := 0, 0, 0
	for count < limit {
		from, to, err := m.Find(p, subject, at)
		if err != nil {
			raise(L, err)
		}
		if from < 0 {
			break
		}
		count++
		out = append(out, subject[copied:from]...)
		out = replace(L, out, m, subject, from, to, with)
		copied = to
		if at = to; to == from {
			if to < len(subject) {
				out = append(out, subject[to])
			}
			at, copied = to+1, min(to+1, len(subject))
		}
		if p.Anchored() || at > len(subject) {
			break
		}
	}
	if count == 0 {
		L.Push(lua.LString(subject))
	} else {
		L.Push(luaio.NewString(append(out, subject[copied:]...)))
	}
	L.Push(lua.LNumber(count))
	return 2
}

// replace appends what takes the place of a match: add_value.
func replace(L *lua.LState, out []byte, m *pattern.Matcher, subject string, from, to int, with lua.LValue) []byte {
	var value lua.LValue
	switch w := with.(type) {
	case lua.LString:
		out, err := pattern.Expand(out, string(w), m, subject, from, to)
		if err != nil {
			raise(L, err)
		}
		return out
	case *lua.LTable:
		value = L.GetTable(w, firstCapture(L, m, subject, from, to))
	case *lua.LFunction:
		L.Push(w)
		n := pushMatch(L, m, subject, from, to)
		L.Call(n, 1)
		value = L.Get(-1)
		L.Pop(1)
	}
	switch v := value.(type) {
	case lua.LString:
		return append(out, v...)
	case lua.LNumber:
		return luaio.AppendNumber(out, float64(v))
	}
	if lua.LVAsBool(value) {
		L.RaiseError("invalid replacement value (a %s)", value.Type().String())
	}
	return append(out, subject[from:to]...)
}

func firstCapture(L *lua.LState, m *pattern.Matcher, subject string, from, to int) lua.LValue {
	if m.Count() == 0 {
		return part(subject, from, to)
	}
	return capture(L, m, subject, 0)
}
