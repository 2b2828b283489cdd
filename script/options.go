package script

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/extension"
	"weir/script/problem"
	"weir/script/syntax"
)

// checkKeys refuses a key of an options table that what does not know.
func checkKeys(L *lua.LState, verb string, t *lua.LTable, positions bool, known ...string) {
	t.ForEach(func(k, v lua.LValue) {
		switch k := k.(type) {
		case lua.LString:
			if slices.Contains(known, string(k)) {
				return
			}
			p := problem.Here(L, "%s has no option %s", verb, problem.Quote(string(k))).Pointing(string(k))
			if similar, ok := syntax.Nearest(string(k), known); ok {
				p.Hinted("did you mean %s?", problem.Quote(similar))
			} else {
				p.Hinted("it has: %s", strings.Join(known, ", "))
			}
			problem.Raise(L, p)
		case lua.LNumber:
			if positions {
				return
			}
		}
		if !positions {
			p := problem.Here(L, "the options of %s are named, and this one is not: %s", verb, problem.Describe(k)).
				Hinted("it has: %s", strings.Join(known, ", ")).Pointing(verb)
			_, isNode := toNode(v)
			stage := k.Type() == lua.LTNumber && (isNode || v.Type() == lua.LTString)
			if stage && (verb == "run" || verb == "start" || verb == "watch") {
				p.Message = fmt.Sprintf("%s: a table is its options, and this one holds %s", verb, problem.Describe(v))
				p.Hinted("write %s(a | b), or %s(a, b) for two beside each other; cmd{\"name\", \"arg\"} is a program", verb, verb)
			}
			problem.Raise(L, p)
		}
	})
}

// parseSize reads a number of bytes: a number, or a string such as "64K", "1M".
func parseSize(v lua.LValue) (int, error) {
	bytes, text, err := parseUnits(v)
	if err != nil || bytes > math.MaxInt32 {
		return 0, fmt.Errorf("bad size %s: must be a number of bytes or like \"64K\", \"1M\", at most 2G", text)
	}
	return int(bytes), nil
}

// parseAmount reads how much will come: it may be more than memory has.
func parseAmount(v lua.LValue) (int64, error) {
	n, text, err := parseUnits(v)
	if err != nil || n > extension.Exact {
		return 0, fmt.Errorf("bad total %s: must be a number or like \"64K\", \"1M\", \"3G\"", text)
	}
	return int64(n), nil
}

// parseUnits reads a whole number from 1 on, which may have a unit.
func parseUnits(v lua.LValue) (n float64, text string, err error) {
	text = strings.TrimSpace(lua.LVAsString(v))
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
	if n = f * unit; err == nil && (n < 1 || n != math.Trunc(n)) {
		err = strconv.ErrRange
	}
	if text == "" {
		text = "a " + v.Type().String()
	}
	return n, text, err
}
