package extension

import (
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// CharPattern is utf8.charpattern: it "matches exactly one UTF-8 byte sequence,
// assuming that the subject is a valid UTF-8 string". Lua 5.3 writes the zero
// into it; in the patterns of Lua 5.1 that is %z.
const CharPattern = "[%z\x01-\x7F\xC2-\xF4][\x80-\xBF]*"

const maxUnicode = 0x10FFFF

func continues(s string, i int) bool { return i < len(s) && s[i]&0xC0 == 0x80 }

// decode reads the character at the start of s, and says how long it is; 0 is
// none. As in Lua 5.3, surrogates are characters, and longer forms are none.
func decode(s string) (code rune, length int) {
	limits := [...]rune{0xFF, 0x7F, 0x7FF, 0xFFFF}
	c := s[0]
	if c < 0x80 {
		return rune(c), 1
	}
	n := 0
	for ; c&0x40 != 0; c <<= 1 {
		n++
		if n > 3 || !continues(s, n) {
			return 0, 0
		}
		code = code<<6 | rune(s[n]&0x3F)
	}
	code |= rune(c&0x7F) << (5 * n)
	if code > maxUnicode || code <= limits[n] {
		return 0, 0
	}
	return code, n + 1
}

// UTF8Char is utf8.char(...).
func UTF8Char(L *lua.LState) int {
	var out []byte
	for i := 1; i <= L.GetTop(); i++ {
		n := checkInteger(L, i, "char")
		if n.bits > maxUnicode {
			luaio.ArgError(L, i, "char", "value out of range")
		}
		if code := rune(n.bits); 0xD800 <= code && code <= 0xDFFF { // Go refuses these
			out = append(out, 0xE0|byte(code>>12), 0x80|byte(code>>6)&0xBF, 0x80|byte(code)&0xBF)
		} else {
			out = utf8.AppendRune(out, code)
		}
	}
	L.Push(lua.LString(out))
	return 1
}

// UTF8Codes is utf8.codes(s): for p, c in utf8.codes(s) do ... end.
func UTF8Codes(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "codes")
	L.Push(L.NewFunction(nextCode))
	L.Push(lua.LString(s))
	L.Push(lua.LNumber(0))
	return 3
}

func nextCode(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "for iterator")
	at, _ := luaio.ToNumber(L.Get(2))
	i := int(at) - 1
	if i < 0 {
		i = 0
	} else if i < len(s) {
		for i++; continues(s, i); i++ {
		}
	}
	if i >= len(s) {
		return 0
	}
	code, length := decode(s[i:])
	if length == 0 || continues(s, i+length) {
		L.RaiseError("invalid UTF-8 code")
	}
	L.Push(lua.LNumber(i + 1))
	L.Push(lua.LNumber(code))
	return 2
}

// UTF8CodePoint is utf8.codepoint(s [, i [, j]]).
func UTF8CodePoint(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "codepoint")
	i, _ := position(optPosition(L, 2, "codepoint", 1), len(s))
	last, _ := position(optPosition(L, 3, "codepoint", int64(i)+1), len(s))
	if i < 0 {
		luaio.ArgError(L, 2, "codepoint", "out of range")
	}
	if last >= len(s) {
		luaio.ArgError(L, 3, "codepoint", "out of range")
	}
	if last-i >= maxResults {
		L.RaiseError("string slice too long")
	}
	n := 0
	for i <= last {
		code, length := decode(s[i:])
		if length == 0 {
			L.RaiseError("invalid UTF-8 code")
		}
		L.Push(lua.LNumber(code))
		i += length
		n++
	}
	return n
}

// UTF8Len is utf8.len(s [, i [, j]]): the count of characters, or nil and the
// place of the first byte that begins none.
func UTF8Len(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "len")
	from, to := optPosition(L, 2, "len", 1), optPosition(L, 3, "len", -1)
	i, ok := position(from, len(s))
	if !ok {
		luaio.ArgError(L, 2, "len", "initial position out of string")
	}
	last, _ := position(to, len(s))
	if last >= len(s) {
		luaio.ArgError(L, 3, "len", "final position out of string")
	}
	n := 0
	for ; i <= last; n++ {
		_, length := decode(s[i:])
		if length == 0 {
			L.Push(lua.LNil)
			L.Push(lua.LNumber(i + 1))
			return 2
		}
		i += length
	}
	L.Push(lua.LNumber(n))
	return 1
}

// UTF8Offset is utf8.offset(s, n [, i]): where the nth character begins, counted
// from position i; n = 0 asks for the character that holds the byte i.
func UTF8Offset(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "offset")
	n, _ := checkInteger(L, 2, "offset").Int64()
	start := int64(1)
	if n < 0 {
		start = int64(len(s)) + 1
	}
	i, ok := position(optPosition(L, 3, "offset", start), len(s))
	if !ok {
		luaio.ArgError(L, 3, "offset", "position out of range")
	}
	if n != 0 && continues(s, i) {
		L.RaiseError("initial position is a continuation byte")
	}
	switch {
	case n == 0:
		for i > 0 && continues(s, i) {
			i--
		}
	case n < 0:
		for ; n < 0 && i > 0; n++ {
			for i--; i > 0 && continues(s, i); i-- {
			}
		}
	default:
		for n--; n > 0 && i < len(s); n-- {
			for i++; continues(s, i); i++ {
			}
		}
	}
	if n != 0 {
		L.Push(lua.LNil)
	} else {
		L.Push(lua.LNumber(i + 1))
	}
	return 1
}
