package extension

import (
	"fmt"
	"strings"
	"testing"
)

func TestUTF8(t *testing.T) {
	same(t, `
local s = "aö€😀z"
show(1, utf8.len, s)
show(2, utf8.codepoint, s, 1, -1)
show(3, utf8.char, 97, 246, 8364, 128512)
show(4, utf8.char)
show(5, utf8.offset, s, 3)
show(6, utf8.offset, s, -2)
show(7, utf8.offset, s, 0, 6)
show(8, function() local t = {} for p, c in utf8.codes(s) do t[#t + 1] = p t[#t + 1] = c end return unpack(t) end)
show(9, function() local t = {} for c in s:gmatch(utf8.charpattern) do t[#t + 1] = #c end return unpack(t) end)
show(10, function() local n = 0 for c in ("a\0b"):gmatch(utf8.charpattern) do n = n + 1 end return n end)
show(11, function() for p, c in utf8.codes("a\128") do end end)
show(12, utf8.len, "a\192\128")
`, `1	true	5
2	true	97 246 8364 128512 122
3	true	'a\195.\182.\226.\130.\172.\240.\159.\152.\128.'
4	true	''
5	true	4
6	true	7
7	true	4
8	true	1 97 2 246 4 8364 7 128512 11 122
9	true	1 2 3 4 1
10	true	3
11	false	'invalid UTF-8 code'
12	true	nil 2
`)
}

func TestUTF853(t *testing.T) {
	subjects := []string{"", "a", "aö€😀z", "\x80", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "ö\x80", "\xff\xfe", "a\x00b", "\xe0\x80\x80", "\xf0\x8f\xbf\xbf", "€€€"}
	positions := []string{"nil", "0", "1", "2", "3", "4", "7", "20", "-1", "-2", "-5", "-20", "1.5", "'2'", "{}"}
	var b strings.Builder
	call := func(function string, args ...string) {
		all := strings.Join(args, ", ")
		fmt.Fprintf(&b, "show([[%s %s]], function() local r = {n = 0, utf8.%s(%s)} return (table.unpack or unpack)(r, 1, #r == 0 and 2 or #r) end)\n", function, all, function, all)
	}
	for _, s := range subjects {
		text := luaString([]byte(s))
		fmt.Fprintf(&b, "show([[codes %s]], function() local t = {} for p, c in utf8.codes(%s) do t[#t + 1] = p t[#t + 1] = c end return (table.unpack or unpack)(t) end)\n", text, text)
		for _, i := range positions {
			call("len", text, i)
			call("codepoint", text, i)
			for _, j := range positions {
				call("len", text, i, j)
				call("codepoint", text, i, j)
				if i != "nil" {
					call("offset", text, i, j)
				}
			}
		}
	}
	for _, code := range []string{"0", "65", "127", "128", "0x7ff", "0x800", "0xd800", "0xdfff", "0xffff", "0x10000", "0x10ffff", "0x110000", "-1", "'66'", "1.5", "{}", "nil"} {
		call("char", code)
		call("char", "65", code)
	}
	both(t, "lua5.3", b.String())
}
