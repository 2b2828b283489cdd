package lualib

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// tonumber is tonumber(v [, base]).
func tonumber(L *lua.LState) int {
	base := luaio.OptInt(L, 2, "tonumber", 10)
	if base != 10 {
		s := luaio.CheckString(L, 1, "tonumber")
		if base < 2 || base > 36 {
			luaio.ArgError(L, 2, "tonumber", "base out of range")
		}
		return pushIfNumber(L)(inBase(s, base))
	}
	return pushIfNumber(L)(luaio.ToNumber(luaio.CheckAny(L, 1, "tonumber")))
}

func pushIfNumber(L *lua.LState) func(f float64, ok bool) int {
	return func(f float64, ok bool) int {
		if ok {
			L.Push(lua.LNumber(f))
		} else {
			L.Push(lua.LNil)
		}
		return 1
	}
}

// blanks are what isspace(3) takes for blank in the C locale.
const blanks = " \t\n\v\f\r"

// inBase is strtoul(3) over a whole string: what is negative is taken modulo 2^64,
// and what is too large is the largest.
func inBase(s string, base int) (float64, bool) {
	s = strings.Trim(s, blanks)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		s = s[2:]
	}
	if s == "" {
		return 0, false
	}
	var n uint64
	over := false
	for i := range len(s) {
		d := digit(s[i])
		if d >= base {
			return 0, false
		}
		over = over || n > (math.MaxUint64-uint64(d))/uint64(base)
		n = n*uint64(base) + uint64(d)
	}
	if over {
		n = math.MaxUint64
	} else if negative {
		n = -n
	}
	return float64(n), true
}

// digit is the value of a digit or letter; of others it is beyond every base.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 99
}
