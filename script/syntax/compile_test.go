package syntax

import (
	"errors"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
)

// TestErrors has whole messages, as a user sees them.
func TestErrors(t *testing.T) {
	rows := []struct{ in, want string }{
		{`a || b`, "x.lua:1:3: || is not Lua\n    a || b\n      ^~\nwrite `or` between values, | between stages"},
		{"run(\"a\" |)", "x.lua:1:10: | needs a stage on its right, not ')'\n    run(\"a\" |)\n             ^"},
		{"x = | y", "x.lua:1:5: unexpected |\n    x = | y\n        ^\n| joins two stages: write one on each side of it"},
		{"run(a | | b)", "x.lua:1:9: unexpected |\n    run(a | | b)\n            ^\n| joins two stages: write one on each side of it"},
		{"f() --[[ a\n", "x.lua:1:11: the source ends, but `[[` at line 1 is not closed by `]]`\n    f() --[[ a\n              ^"},
		{"run(a |", "x.lua:1:7: | needs a stage on its right, but the source ends here\n    run(a |\n          ^"},
		{"local x = 'abc\n", "x.lua:1:11: this string is not closed on its line\n    local x = 'abc\n              ^\nclose it, or write [[...]] for several lines"},
		{"if x then\n  y()\n", "x.lua:2:6: the source ends, but `if` at line 1 is not closed by `end`\n      y()\n         ^"},
		{"m.in = (m.out + 1) % 10", "x.lua:1:3: unexpected 'in'\n    m.in = (m.out + 1) % 10\n      ^~\nin is a keyword of Lua's: the field of that name is [\"in\"], without the dot"},
		{"print(m.end)", "x.lua:1:9: unexpected 'end'\n    print(m.end)\n            ^~~\nend is a keyword of Lua's: the field of that name is [\"end\"], without the dot"},
		{"x = a .. in", "x.lua:1:10: unexpected 'in'\n    x = a .. in\n             ^~"},
		{"x = 3 // 2", "x.lua:1:7: '//' is not Lua\n    x = 3 // 2\n          ^~\na comment begins with --; math.floor(a / b) is the whole quotient"},
		{"x += 1", "x.lua:1:3: '+=' is not Lua\n    x += 1\n      ^~\nwrite x = x + ..."},
		{"if a != b then end", "x.lua:1:6: '!=' is not Lua\n    if a != b then end\n         ^~\nwrite ~= for not equal"},
		{"x = 'ä' .. größe", "x.lua:1:15: 'ö' (U+00F6) means nothing in Lua\n    x = 'ä' .. größe\n                 ^\nnames are made of the letters a to z and A to Z, digits and _"},
		{"print(“a”)", "x.lua:1:7: '“' (U+201C) means nothing in Lua\n    print(“a”)\n          ^\nwrite a string in \"\" or ''"},
		{"x = 3\u00a0+ 1", "x.lua:1:6: U+00A0 means nothing in Lua\n    x = 3\u00a0+ 1\n         ^\nwrite a plain blank"},
		{"x = \xff", "x.lua:1:5: the byte \\255 means nothing in Lua\n    x = \ufffd\n        ^\noutside strings and comments Lua is written in ASCII"},
		{"x = 5 @ 3", "x.lua:1:7: '@' means nothing in Lua\n    x = 5 @ 3\n          ^"},
		{"x = 12_3", "x.lua:1:5: malformed number '12_3'\n    x = 12_3\n        ^~~~"},
		{"x = 'a|b' | 0b1 y = 2", "x.lua:1:13: malformed number '0b1'\n    x = 'a|b' | 0b1 y = 2\n                ^~~"},
		{"for i in 1..3 do end", "x.lua:1:10: malformed number '1..3'\n    for i in 1..3 do end\n             ^~~~\nfor i = 1, 9 counts; .. joins strings, and needs a blank between itself and a number"},
		{"x = 1\n'ls' | 'wc'", "x.lua:2:1: unexpected 'ls'\n    'ls' | 'wc'\n    ^~~~\n" + noStatement},
		{"run 'ls' | 'wc'", "x.lua:1:10: unexpected |\n    run 'ls' | 'wc'\n             ^\n" + noStatement},
		{"run(a | b) x y", "x.lua:1:14: unexpected 'y'\n    run(a | b) x y\n                 ^"},
	}
	for _, row := range rows {
		_, err := Compile("x.lua", row.in)
		if err == nil {
			t.Errorf("%q compiles", row.in)
			continue
		}
		if err.Error() != row.want {
			t.Errorf("%q:\n%s\nwant\n%s", row.in, err, row.want)
		}
	}
}

func TestIncomplete(t *testing.T) {
	for in, want := range map[string]bool{"if x then": true, "return a |": true, "x = = 1": false, "f(": true, "x = [[ a": true, "x = 'a": false, "x = 0b11": false, "x = 1e5": false, "f(0x1F, 1e-5, .5, 5.": true} {
		_, err := Compile("x", in)
		if Incomplete(err) != want {
			t.Errorf("Incomplete(%q) = %v: %v", in, !want, err)
		}
	}
}

func TestShebang(t *testing.T) {
	if _, err := Compile("x", "#!/usr/bin/env weir\nlocal a = 1 | 2\n"); err != nil {
		t.Error(err)
	}
	_, err := Compile("x", "#!/it's/weir\na = 'b")
	const want = "x:2:5: this string is not closed on its line\n    a = 'b\n        ^\nclose it, or write [[...]] for several lines"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"run", "start", "string", "print", "file", "fifo"}
	for in, want := range map[string]string{"prnit": "print", "strat": "start", "rum": "run", "qqqq": "", "FILE": "file", "r": ""} {
		if got, ok := Nearest(in, names); got != want && ok {
			t.Errorf("Nearest(%q) = %q", in, got)
		}
	}
}

func TestFromLua(t *testing.T) {
	text := "local conf = nil\nprint(conf.name)\n"
	L := lua.NewState(lua.Options{MinimizeStackMemory: true, RegistrySize: 1024})
	defer L.Close()
	interp.Open(L)
	chunk, err := Compile("x.lua", text)
	if err != nil {
		t.Fatal(err)
	}
	L.Push(L.NewFunctionFromProto(chunk.Proto))
	e := FromLua(interp.PCall(L, 0, 0, nil), func(string) (string, bool) { return text, true })
	want := "x.lua:2:7: attempt to index local 'conf' (a nil value)\n    print(conf.name)\n          ^~~~"
	if e.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", e, want)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`a | b`, `"x" | function() end | 'y' -- |`, "[[|]]|[=[\n]=]", "--[[|\n]]|", "1|2\r\n|3", "\"\\\n|\"|",
		"for i = 1, 2 do local x <const>", "x = 0x", "goto a ::a::", "return ... | f{1, a = 2, [3] = 4}", "a.b:c'd'.e = 1 .. 2", "repeat local a until a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		_, err := Compile("x", in)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Line > lineCount(in)+1 || e.Message == "") {
			t.Fatalf("%q: %#v", in, err)
		}
	})
}
