package repl

import (
	"encoding/base64"
	"math"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/script/beyond"
	"weir/script/interp"
	"weir/script/show"
)

// json writes a value as one line of JSON, whole. A string that is not UTF-8 is
// {"bytes":"..."}, in base64, which no text is taken for. What JSON has no form for (a
// function, a channel, inf, a table inside itself) stands there as the text that the
// prompt shows of it, and so does a key that is neither a name nor of a list.
func (p *Prompt) json(v lua.LValue) string {
	s := &plainly{p: p, inside: map[*lua.LTable]bool{}}
	text, err := beyond.AppendJSON(nil, s.value(v), "")
	if err != nil { // what plainly leaves can be written
		text, _ = beyond.AppendJSON(nil, lua.LString(p.show(v)), "")
	}
	return string(text)
}

// plainly is the way through one value whose copy holds nothing but JSON's types.
type plainly struct {
	p      *Prompt
	inside map[*lua.LTable]bool
}

func (s *plainly) value(v lua.LValue) lua.LValue {
	switch v := v.(type) {
	case *lua.LNilType, lua.LBool:
		return v
	case lua.LNumber:
		if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return v
		}
	case lua.LString:
		if utf8.ValidString(string(v)) {
			return v
		}
		bytes := s.p.VM.Lua().NewTable()
		bytes.RawSetString("bytes", lua.LString(base64.StdEncoding.EncodeToString([]byte(v))))
		return bytes
	case *lua.LTable:
		if s.inside[v] {
			return lua.LString("<cycle>")
		}
		s.inside[v] = true
		defer delete(s.inside, v)
		return s.table(v)
	case *lua.LUserData:
		if _, err := beyond.AppendJSON(nil, v, ""); err == nil { // an int64, json.null
			return v
		}
	}
	return lua.LString(harmless(s.p.text(v), false))
}

// table copies a list as a list, and what has other keys by their texts.
func (s *plainly) table(t *lua.LTable) *lua.LTable {
	list, keys := show.Entries(t)
	into := s.p.VM.Lua().NewTable()
	if len(keys) == 0 {
		if list == 0 {
			into.Metatable = t.Metatable // which may say that it is an object
		}
		for i := 1; i <= list; i++ {
			into.Append(s.value(interp.GetInt(t, i)))
		}
		return into
	}
	for i := 1; i <= list; i++ {
		into.RawSetString(lua.LNumber(i).String(), s.value(interp.GetInt(t, i)))
	}
	for _, k := range keys {
		name, isName := s.value(k).(lua.LString)
		if !isName {
			name = lua.LString(harmless(s.p.text(k), true))
		}
		into.RawSetString(string(name), s.value(interp.RawGet(t, k)))
	}
	return into
}
