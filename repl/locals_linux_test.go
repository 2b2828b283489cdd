package repl

import (
	"regexp"
	"strings"
	"testing"
)

// TestLocals: which inputs are told that a name was local to another.
func TestLocals(t *testing.T) {
	for _, row := range []struct{ input, want string }{
		{"local z = 1\nz", "z1"},
		{"local z = 1\nprint(z)\nprint(z)", "z1"},
		{"local a, b = 1, 2\na\nb\na", "a1 b1"},
		{"local function f() end\nf()", "f1"},
		{"local z = 1\nfunction g() return z end", "z1"},
		{"local name = 1\nnosuch.name()\nname", "name1"},
		{"local z = 1\nprint('z') -- z", ""},
		{"local z = 1\nt = {z = 1}\nt.z", ""},
		{"local z = 1\nlocal z = 2; print(z)", ""},
		{"local z = 1\nz = 2; print(z)\nz", ""},
		{"local z = 1\nprint(function(z) return z end)", ""},
		{"local x = = 2\nx", ""},
		{"local z = 1\nz = = 1\nz", "z1"},
		{"local z = 1\nlocal z = 2\nz", "z2"},
		{"s = [[\nlocal q = 1\n]]\nq", ""},
		{"function f()\nlocal q = 1\nend\nq", ""},
		{"for i = 1, 2 do\nlocal q = i\nend\ni\nq", "q1"},
		{"local z = nosuch.x\nz", "z1"},
	} {
		var got []string
		for _, m := range regexp.MustCompile(`(?m)^(\w+) was local to input (\d+),`).FindAllStringSubmatch(said(t, row.input+"\n"), -1) {
			got = append(got, m[1]+m[2])
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%q\n got %q\nwant %q", row.input, got, row.want)
		}
	}
}
