package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// maxNesting is how deep tables may stand in tables, as a guard against cycles.
const maxNesting = 100

// toJSON writes a Lua value as JSON: a table whose keys are 1 to n is an array,
// one with string keys an object; an empty one is an array.
func toJSON(v lua.LValue) ([]byte, error) { return appendJSON(nil, v, 0) }

func appendJSON(b []byte, v lua.LValue, depth int) ([]byte, error) {
	switch v := v.(type) {
	case *lua.LNilType:
		return append(b, "null"...), nil
	case lua.LBool:
		return strconv.AppendBool(b, bool(v)), nil
	case lua.LNumber:
		return appendNumber(b, float64(v))
	case lua.LString:
		if !utf8.ValidString(string(v)) {
			return nil, fmt.Errorf("a string that is no UTF-8 cannot be JSON")
		}
		text, err := json.Marshal(string(v))
		return append(b, text...), err
	case *lua.LTable:
		if depth == maxNesting {
			return nil, fmt.Errorf("tables that stand in themselves, or deeper than %d, cannot be JSON", maxNesting)
		}
		return appendTable(b, v, depth+1)
	}
	return nil, fmt.Errorf("%s cannot be JSON", describe(v))
}

func appendNumber(b []byte, f float64) ([]byte, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return nil, fmt.Errorf("the number %v cannot be JSON", f)
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return strconv.AppendInt(b, int64(f), 10), nil
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64), nil
}

func appendTable(b []byte, t *lua.LTable, depth int) ([]byte, error) {
	n := t.Len()
	var keys []string
	var fault error
	t.ForEach(func(k, _ lua.LValue) {
		switch k := k.(type) {
		case lua.LString:
			keys = append(keys, string(k))
		case lua.LNumber:
			if i := int(k); lua.LNumber(i) == k && i >= 1 && i <= n {
				return
			}
			fault = fmt.Errorf("a table with the key %v cannot be JSON: keys are 1 to n, or strings", k)
		default:
			fault = fmt.Errorf("a table with %s as a key cannot be JSON", describe(k))
		}
	})
	if fault == nil && n > 0 && len(keys) > 0 {
		fault = fmt.Errorf("a table that is a list and has the key %q besides cannot be JSON", keys[0])
	}
	if fault != nil {
		return nil, fault
	}
	var err error
	if len(keys) == 0 {
		b = append(b, '[')
		for i := 1; i <= n && err == nil; i++ {
			if i > 1 {
				b = append(b, ',')
			}
			b, err = appendJSON(b, t.RawGetInt(i), depth)
		}
		return append(b, ']'), err
	}
	slices.Sort(keys)
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendJSON(b, lua.LString(key), depth); err != nil {
			return nil, err
		}
		if b, err = appendJSON(append(b, ':'), t.RawGetString(key), depth); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// fromJSON makes the Lua value of a JSON text. An integer that a number cannot
// hold exactly is an error: nothing is lost without a word.
func fromJSON(L *lua.LState, text []byte) (lua.LValue, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("what came is no JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("what came is no JSON: more follows the value")
	}
	return luaValue(L, v)
}

func luaValue(L *lua.LState, v any) (lua.LValue, error) {
	switch v := v.(type) {
	case bool:
		return lua.LBool(v), nil
	case string:
		return lua.LString(v), nil
	case json.Number:
		return luaNumber(v)
	case []any:
		t := L.CreateTable(len(v), 0)
		for i, e := range v {
			x, err := luaValue(L, e)
			if err != nil {
				return nil, err
			}
			t.RawSetInt(i+1, x)
		}
		return t, nil
	case map[string]any:
		t := L.CreateTable(0, len(v))
		for k, e := range v {
			x, err := luaValue(L, e)
			if err != nil {
				return nil, err
			}
			t.RawSetString(k, x)
		}
		return t, nil
	}
	return lua.LNil, nil
}

func luaNumber(n json.Number) (lua.LValue, error) {
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("the JSON number %s is out of range", n)
	}
	if i, err := n.Int64(); err == nil && int64(f) != i || err != nil && !bytes.ContainsAny([]byte(n), ".eE") {
		return nil, fmt.Errorf("the JSON number %s is larger than a number holds exactly", n)
	}
	return lua.LNumber(f), nil
}
