package script

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
	"weir/script/syntax"
)

// checkKeys refuses a key of an options table that what does not know.
func (vm *VM) checkKeys(L *lua.LState, what string, t *lua.LTable, positions bool, known ...string) {
	t.ForEach(func(k, v lua.LValue) {
		switch k := k.(type) {
		case lua.LString:
			if slices.Contains(known, string(k)) {
				return
			}
			p := problemf(whereIs(L), "%s has no option %q", what, string(k)).pointing(string(k))
			if near, ok := syntax.Nearest(string(k), known); ok {
				p.hinted("did you mean %q?", near)
			} else {
				p.hinted("it has: %s", strings.Join(known, ", "))
			}
			vm.raise(L, p)
		case lua.LNumber:
			if positions {
				return
			}
		}
		if !positions {
			p := problemf(whereIs(L), "the options of %s are named, and this one is not: %s", what, describe(k)).
				hinted("it has: %s", strings.Join(known, ", ")).pointing(what)
			if _, isNode := toNode(v); k.Type() == lua.LTNumber && (isNode || v.Type() == lua.LTString) && (what == "run" || what == "start") {
				p.message = fmt.Sprintf("%s: a table is its options, and this one holds %s", what, describe(v))
				p.hinted("write %s(a | b), or %s(a, b) for two beside each other; cmd{\"name\", \"arg\"} is a program", what, what)
			}
			vm.raise(L, p)
		}
	})
}

// parseSize reads a number of bytes: a number, or a string such as "64K", "1M".
func parseSize(v lua.LValue) (int, error) {
	text := strings.TrimSpace(lua.LVAsString(v))
	number := strings.ToUpper(text)
	number = strings.TrimSuffix(strings.TrimSuffix(number, "B"), "I")
	unit := 1.0
	if n := len(number); n > 0 {
		if i := strings.IndexByte("KMG", number[n-1]); i >= 0 {
			unit = math.Pow(1024, float64(i+1))
			number = number[:n-1]
		}
	}
	f, err := strconv.ParseFloat(number, 64)
	bytes := f * unit
	if err != nil || bytes < 1 || bytes > math.MaxInt32 || bytes != math.Trunc(bytes) {
		if text == "" {
			text = "a " + v.Type().String()
		}
		return 0, fmt.Errorf("bad size %s: must be a number of bytes or like \"64K\", \"1M\", at most 2G", text)
	}
	return int(bytes), nil
}

// textOf gives a value that is to be a program's word: a string, or a number as
// Lua writes it.
func textOf(v lua.LValue) (string, bool) {
	switch v.(type) {
	case lua.LString, lua.LNumber:
		return lua.LVAsString(v), true
	}
	return "", false
}

// given shows a value where a number was wanted: a number itself, or else what it is.
func given(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return luaio.FormatNumber(float64(n))
	}
	return describe(v)
}
