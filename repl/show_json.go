package repl

import (
	"encoding/base64"
	"math"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/script/extension"
	"weir/script/interp"
	"weir/script/show"
)

// json writes a value as one line of JSON, whole. A string that is not UTF-8 becomes {"bytes":"..."}, in
// base64. What JSON has no form for (a function, a channel, inf, a table inside itself) becomes the text that
// the prompt shows of it, and so does a key that is neither a name nor an index.
func (p *Prompt) json(v lua.LValue) string {
	c := &jsonCopy{L: p.VM.Lua(), inside: map[*lua.LTable]bool{}}
	text, err := extension.AppendJSON(nil, c.value(v), "")
	if err != nil { // never: the copy can be written
		text, _ = extension.AppendJSON(nil, lua.LString(p.show(v)), "")
	}
	return string(text)
}

// jsonCopy copies one value so that it has JSON's types alone.
type jsonCopy struct {
	L      *lua.LState
	inside map[*lua.LTable]bool
}

func (c *jsonCopy) text(v lua.LValue, lines bool) lua.LString {
	return lua.LString(harmless(show.Text(c.L, v), lines))
}

func (c *jsonCopy) value(v lua.LValue) lua.LValue {
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
		bytes := c.L.NewTable()
		bytes.RawSetString("bytes", lua.LString(base64.StdEncoding.EncodeToString([]byte(v))))
		return bytes
	case *lua.LTable:
		if c.inside[v] {
			return lua.LString("<cycle>")
		}
		c.inside[v] = true
		defer delete(c.inside, v)
		return c.table(v)
	case *lua.LUserData:
		if _, err := extension.AppendJSON(nil, v, ""); err == nil { // an int64, json.null
			return v
		}
	}
	return c.text(v, false)
}

// table copies a list as a list, and a table with other keys by their texts.
func (c *jsonCopy) table(t *lua.LTable) *lua.LTable {
	list, keys := show.Entries(t)
	into := c.L.NewTable()
	if len(keys) == 0 {
		if list == 0 {
			into.Metatable = t.Metatable // which may say that it is an object
		}
		for i := 1; i <= list; i++ {
			into.Append(c.value(interp.GetInt(t, i)))
		}
		return into
	}
	for i := 1; i <= list; i++ {
		into.RawSetString(lua.LNumber(i).String(), c.value(interp.GetInt(t, i)))
	}
	for _, k := range keys {
		name, isName := c.value(k).(lua.LString)
		if !isName {
			name = c.text(k, true)
		}
		into.RawSetString(string(name), c.value(interp.RawGet(t, k)))
	}
	return into
}
