package extension

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// JSON is RFC 8259's. What Lua and JSON do not share is decided so:
//
//   - A table whose keys are 1 to n is an array, and a hole in it null; where more
//     than half are holes it is refused. One whose keys are strings is an object,
//     and one with other keys is refused. An empty table is an array, unless its
//     metatable says __jsontype = "object", as dkjson has it: json.object makes
//     such a table, and decoding {} does.
//   - null is json.null, so that no element of an array goes missing; messages
//     between stages, where it stands for nil, say so to the decoder.
//   - An integer that a number does not hold exactly is an int64, or a uint64. One
//     of more than 64 bits that is no number either is refused, as is a number
//     that is too large: nothing is lost without a word.
//   - Strings are UTF-8 on both sides, and others are refused, halves of a
//     surrogate pair too.
//   - The keys of an object are written in order. Of keys that come twice the
//     last one counts.
const jsonNesting = 1000 // how deep values may stand in each other

const (
	nullName   = "weir.null"
	objectName = "weir.object"
	typeField  = "__jsontype"
)

type null struct{}

// Null gives the state's json.null.
func Null(L *lua.LState) lua.LValue {
	registry := L.G.Registry
	if v := registry.RawGetString(nullName); v != lua.LNil {
		return v
	}
	t := L.NewTable()
	t.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString("null"))
		return 1
	}))
	v := &lua.LUserData{Value: null{}, Env: L.Env, Metatable: t}
	registry.RawSetString(nullName, v)
	return v
}

// objectTable gives the metatable by which an empty table is an object.
func objectTable(L *lua.LState) *lua.LTable {
	registry := L.G.Registry
	if t, ok := registry.RawGetString(objectName).(*lua.LTable); ok {
		return t
	}
	t := L.NewTable()
	t.RawSetString(typeField, lua.LString("object"))
	registry.RawSetString(objectName, t)
	return t
}

// AsObject has an empty table be an object in JSON, as json.object does.
func AsObject(L *lua.LState, t *lua.LTable) *lua.LTable {
	t.Metatable = objectTable(L)
	return t
}

func isObject(t *lua.LTable) bool {
	mt, ok := t.Metatable.(*lua.LTable)
	return ok && mt.RawGetString(typeField) == lua.LString("object")
}

// JSONObject is json.object([t]): the table, which is an object also while it is
// empty.
func JSONObject(L *lua.LState) int {
	var t *lua.LTable
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
		t = L.NewTable()
	case *lua.LTable:
		t = v
	default:
		L.RaiseError("json.object: it takes a table, but this is %s", kind(v))
	}
	if t.Metatable == lua.LNil || t.Metatable == nil {
		t.Metatable = objectTable(L)
	} else if !isObject(t) {
		L.RaiseError("json.object: the table has a metatable already: set %s = \"object\" there", typeField)
	}
	L.Push(t)
	return 1
}

// JSONEncode is json.encode(value [, {indent=}]).
func JSONEncode(L *lua.LState) int {
	if L.GetTop() == 0 {
		L.RaiseError("json.encode: it takes a value")
	}
	indent, err := indentOption(L.Get(2))
	if err == nil {
		var text []byte
		if text, err = AppendJSON(nil, L.Get(1), indent); err == nil {
			L.Push(lua.LString(text))
			return 1
		}
	}
	L.RaiseError("json.encode: %v", err)
	return 0
}

// JSONDecode is json.decode(text).
func JSONDecode(L *lua.LState) int {
	text, ok := L.Get(1).(lua.LString)
	if !ok {
		L.RaiseError("json.decode: it takes a string, but this is %s", kind(L.Get(1)))
	}
	v, err := DecodeJSON(L, string(text), Null(L))
	if err != nil {
		L.RaiseError("json.decode: %v", err)
	}
	L.Push(v)
	return 1
}

// indentOption reads {indent=}: a count of spaces, or the white space itself.
func indentOption(v lua.LValue) (string, error) {
	t, ok := v.(*lua.LTable)
	if v == lua.LNil {
		return "", nil
	} else if !ok {
		return "", fmt.Errorf("its options are a table, but this is %s: write {indent = 2}", kind(v))
	}
	indent := ""
	var err error
	t.ForEach(func(k, v lua.LValue) {
		if k != lua.LString("indent") {
			err = fmt.Errorf("there is no option %s, but indent", k)
			return
		}
		if indent, ok = indentText(v); !ok {
			err = fmt.Errorf("indent must be a count of spaces from 0 to 16, or a string of spaces and tabs, but is %s", v)
		}
	})
	return indent, err
}

func indentText(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		if n := int(v); lua.LNumber(n) == v && 0 <= n && n <= 16 {
			return "                "[:n], true
		}
	case lua.LString:
		for _, c := range v {
			if c != ' ' && c != '\t' {
				return "", false
			}
		}
		return string(v), true
	}
	return "", false
}
