package script

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/extension"
)

// toJSON writes a Lua value as a message, as json.encode does.
func toJSON(v lua.LValue) ([]byte, error) { return extension.AppendJSON(nil, v, "") }

// fromJSON makes the Lua value of a message, as json.decode does, but that null
// is nil: so a table arrives as it was sent.
func fromJSON(L *lua.LState, text []byte) (lua.LValue, error) {
	v, err := extension.DecodeJSON(L, string(text), lua.LNil)
	if err != nil {
		return nil, fmt.Errorf("what came is no JSON: %w", err)
	}
	return v, nil
}

// tagInteger is that of an int64 or uint64 that travels: its parts are a letter
// for the type and the decimal.
const tagInteger = "integer"

func dismantleInteger(n extension.Integer) lua.LValue {
	if n.IsUnsigned() {
		return lua.LString("u" + n.String())
	}
	return lua.LString("i" + n.String())
}

func assembleInteger(parts lua.LValue) (extension.Integer, error) {
	text := lua.LVAsString(parts)
	return extension.ParseInteger(strings.TrimLeft(text, "ui"), strings.HasPrefix(text, "u"))
}
