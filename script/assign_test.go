package script

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"weir/ipc/oracle"
)

func TestMultipleAssignment(t *testing.T) {
	rows := []struct{ code, want string }{
		{`local a, b = 1, 2  a, b = b, a  return a, b`, "2 1"},
		{`local a, b, c = 1, 2, 3  a, b, c = c, a, b  return a, b, c`, "3 1 2"},
		{`local a, b = 0, 1  for i = 1, 10 do a, b = b, a + b end  return a, b`, "55 89"},
		{`local function f(a, b) if a > b then a, b = b, a end return a, b end  return f(5, 1)`, "1 5"},
		{`x, y = 1, 2  x, y = y, x  return x, y`, "2 1"},
		{`local a, b = 1, 2  local function swap() a, b = b, a end  swap()  return a, b`, "2 1"},
		{`local a, b = 1, 2  local function read() return a end  a, b = 7, read()  return a, b`, "7 1"},
		{`local i, t = 3, {}  i, t[i] = i + 1, 20  return i, t[3], t[4]`, "4 20 nil"},
		{`local i, t = 1, {}  t[i], i = 20, 2  return i, t[1], t[2]`, "2 20 nil"},
		{`local t = {x = 1}  local u = t  t, t.x = {x = 5}, 9  return t.x, u.x`, "5 9"},
		{`local t = {1, 2}  t[1], t[2] = t[2], t[1]  return t[1], t[2]`, "2 1"},
		{`local a, b = 1, 2  a, b = (function() return 3, 4 end)()  return a, b`, "3 4"},
		{`local a, b, c = 1, 2, 3  a, b, c = b, (function() return a, 9 end)()  return a, b, c`, "2 1 9"},
		{`local a, b = 1, 2  a, b = b  return a, b`, "2 nil"},
		{`local a, t = 1, {}  t[2], a = a  return a, t[2]`, "nil 1"},
		{`local a, b = 1, 2  a, b = b, a, error  return a, b`, "2 1"},
		{`local a, b = 1, 2  local f = {function() a, b = b, a end}  f[1]()  return a, b`, "2 1"},
		{`local a, b = 1, 2  repeat local c = a a, b = b, c until (function() a, b = b, a return true end)()  return a, b`, "1 2"},
	}
	for _, row := range rows {
		got, err := eval(t, row.code)
		if err != nil || got != row.want {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
}

// TestMultipleAssignmentOfLua compares random assignments to locals, globals,
// variables of outer functions and fields with what lua5.1 makes of them.
func TestMultipleAssignmentOfLua(t *testing.T) {
	lua := oracle.Need(t, "lua5.1")
	var script strings.Builder
	script.WriteString("local out = {}\n")
	for range 300 {
		names := []string{"a", "b", "u", "v", "G", "H", "t[1]", "t[a]", "t.x", "t[b]"}
		value := func() string {
			x := names[rand.IntN(len(names))]
			switch rand.IntN(5) {
			case 0:
				return fmt.Sprint(rand.IntN(9))
			case 1:
				return fmt.Sprintf("(%s or 0) + 1", x)
			case 2:
				return "two()"
			}
			return x
		}
		n := 2 + rand.IntN(3)
		var left, right []string
		// Which of two stores to one place is last, Lua does not say.
		for _, i := range rand.Perm(6)[:n-1] {
			left = append(left, names[i])
		}
		left = append(left, names[6+rand.IntN(4)])
		rand.Shuffle(n, func(i, j int) { left[i], left[j] = left[j], left[i] })
		for range n - 1 + rand.IntN(3) {
			right = append(right, value())
		}
		fmt.Fprintf(&script, `do
  local u, v = 5, 6
  G, H = 7, 8
  local function f(a, b)
    local t = {1, 2, 3, 4, 5, 6, x = 2}
    local function two() return a, u end
    %s = %s
    for _, x in ipairs{"a", "b", "u", "v"} do out[#out + 1] = x end
    for _, x in pairs{a, b, u, v, G, H} do out[#out + 1] = tostring(x) end
    for i = 1, 8 do out[#out + 1] = tostring(t[i]) end
    out[#out + 1] = tostring(t.x) .. "\n"
  end
  f(1, 2)
end
`, strings.Join(left, ", "), strings.Join(right, ", "))
	}
	script.WriteString(`return table.concat(out, " ")`)
	c := exec.Command(lua, "-")
	c.Stdin = strings.NewReader("print((function() " + script.String() + " end)())")
	want, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := eval(t, script.String())
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
		blocks := strings.Split(script.String(), "do\n  local u, v")[1:]
		mine := strings.Split(got, "\n")
		for i, line := range strings.Split(string(want), "\n") {
			if i < len(mine) && mine[i] != line && i < len(blocks) {
				t.Fatalf("%s\n got %q\nwant %q", blocks[i], mine[i], line)
			}
		}
	}
}
