package interp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/interp/luagen"
)

// TestScan: what is no Lua is taken apart, too. A kind is s, w, n, q for a string and c for a
// comment; ! stands behind what is open.
func TestScan(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"x = 1e-5 -- so", "w:x s:= n:1e-5 c!:-- so"},
		{"a..b ... ::l:: goto l", "w:a s:.. w:b s:... s::: w:l s::: w:goto w:l"},
		{"-- a\n--[[ b\n]]--[==[ ]]", "c:-- a c:--[[ b\n]] c!:--[==[ ]]"},
		{"'a\\'b' \"c\n'd\\", "q:'a\\'b' q!:\"c q!:'d\\"},
		{"[[ [[ ]] [=x [==[", "q:[[ [[ ]] s:[ s:= w:x q!:[==["},
		{"0b1 1..3 0x 12_3", "n:0b1 n:1..3 n:0x n:12_3"},
		{"'\\999' @ \xc3\xa9", "q:'\\999' s:@ s:\xc3 s:\xa9"},
	} {
		var got []string
		for _, token := range interp.Scan(row.text) {
			open := ""
			if token.Open {
				open = "!"
			}
			got = append(got, fmt.Sprintf("%c%s:%s", "swnqc"[token.Kind], open, token.Text))
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%q\n got %q\nwant %q", row.text, got, row.want)
		}
	}
}

// FuzzScan: between tokens there are blanks alone, and the compiler makes the same of the
// tokens as of the text.
func FuzzScan(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(luagen.Program(seed))
	}
	f.Add("x = [[\n\na]] --[[ b ]] .. '\\\r\n' y = 3 .. 4")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		var tokens []string
		for _, token := range interp.Scan(text) {
			if token.Text == "" || strings.Trim(text[at:token.Start], " \t\v\f\r\n") != "" {
				t.Fatalf("%q: %+v behind byte %d", text, token, at)
			}
			if at = token.End(); token.Kind != interp.Comment {
				tokens = append(tokens, token.Text)
			}
		}
		if rest := strings.Trim(text[at:], " \t\v\f\r\n"); rest != "" {
			t.Fatalf("%q: %q is no token", text, rest)
		}
		whole, err := interp.Compile(text, "x")
		if err != nil {
			return
		}
		joined, err := interp.Compile(strings.Join(tokens, " "), "x")
		if err != nil || !slices.Equal(instructions(whole), instructions(joined)) {
			t.Fatalf("%q is another program than %q: %v", text, tokens, err)
		}
	})
}

func instructions(p *lua.FunctionProto) []uint32 {
	all := slices.Clone(p.Code)
	for _, inner := range p.FunctionPrototypes {
		all = append(all, instructions(inner)...)
	}
	return all
}
