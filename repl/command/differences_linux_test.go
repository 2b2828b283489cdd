package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"weir/ipc/oracle"
	"weir/repl/help"
	"weir/repl/reference"
)

// difference is a script that shows what a row of the reference says of weir, and what
// it prints here and in lua5.1.
type difference struct{ code, weir, lua string }

// unasked stands for an answer of lua5.1's that is not fixed.
const unasked = "unasked"

var deviations = map[string]difference{
	"string.dump": {`print(pcall(string.dump, function() end))`, "false\tunable to dump given function\n", unasked},
	"C modules": {`print(package.cpath == "", select(3, package.loadlib("/a.so", "f")))
local text = select(2, pcall(require, "none")) print(text:find("%.so'") ~= nil)`, "true\tabsent\nfalse\n", "false\topen\ntrue\n"},
	"compiled chunks": {`local f = io.open("chunk", "wb") f:write("\27LuaQ") f:close() print((pcall(dofile, "chunk")), loadfile("chunk"))
print(loadstring("\27LuaQ", "=s")) print(load(coroutine.wrap(function() coroutine.yield("\27Lua") end), "=l"))`,
		"false\tnil\tchunk:1: unexpected symbol near 'char(27)'\nnil\ts: bad header in precompiled chunk\nnil\tl: bad header in precompiled chunk\n",
		"false\tnil\tchunk: unexpected end in precompiled chunk\nnil\ts: unexpected end in precompiled chunk\nnil\tl: unexpected end in precompiled chunk\n"},
	"__gc": {`local p = newproxy(true) getmetatable(p).__gc = function() print("dead") end p = nil
for i = 1, 1e5 do local t = {} end print("between")
collectgarbage() left = newproxy(true) getmetatable(left).__gc = function() print("end") end os.exit(0)`, "between\ndead\nend\n", "dead\nbetween\n"},
	"weak tables": {`local late, early = {}, setmetatable({}, {__mode = "k"}) setmetatable(late, {}) getmetatable(late).__mode = "k"
late[{}], early[{}] = 1, 1 for i = 1, 1e5 do local t = {} end print(next(early) ~= nil)
collectgarbage() print(next(late) ~= nil, next(early) ~= nil)`, "true\ntrue\tfalse\n", "false\nfalse\tfalse\n"},
	"collectgarbage": {`collectgarbage("stop") local before = collectgarbage("count") for i = 1, 1e6 do local t = {} end
print(collectgarbage("count") - before < 30000, collectgarbage("setpause", 7), collectgarbage("setpause", 200))`, "true\t200\t7\n", "false\t200\t7\n"},
	"os.exit": {`left = newproxy(true) getmetatable(left).__gc = function() print("end") end io.write("written ") os.exit(0)`, "written end\n", "written "},
	"os.execute, io.popen": {`os.execute("sleep 1000 >/dev/null 2>&1 & echo $! >pid") local pid = io.open("pid"):read("*n")
print(os.execute("kill " .. pid .. " 2>/dev/null") == 0)`, "false\n", "true\n"},
	"os.setlocale": {`print(os.setlocale("C.UTF-8"), os.setlocale("C"))`, "nil\tC\n", "C.UTF-8\tC\n"},
	"math.random": {`math.randomseed(1) local a = math.random() math.randomseed(1) local steps = a * 2147483647
print(a == math.random(), math.abs(steps - math.floor(steps + 0.5)) < 1e-6)`, "true\tfalse\n", "true\ttrue\n"},
	"bytes of value 0": {`local f = io.tmpfile() f:write("a\0b\n") f:seek("set")
print(#f:read(), #string.format("%5s", "a\0b"), tonumber("1\0"), (io.open("none\0", "w"))) print("a\0b")`, "3\t5\tnil\tnil\na\x00b\n", unasked},
	"file names in errors": {`local n = ("n"):rep(100) local f = io.open(n, "w") f:write("error('x')") f:close() print(#select(2, pcall(dofile, n)))`, "105\n", "60\n"},
	"length of a string":   {`print((pcall(string.rep, "x", 2 ^ 31)))`, "false\n", "true\n"},
}

// additions have no answer of lua5.1's: it refuses the script, or has nil.
var additions = map[string]difference{
	"a | b":                       {`print(("seq 3" | "grep 2"):text() .. tostring(pcall(loadstring "return 1 | 2")))`, "2\nfalse\n", ""},
	"goto name, ::name::":         {`do local goto = 7 print(goto) end for i = 1, 3 do if i > 1 then goto done end print(i) ::done:: end`, "7\n1\n", ""},
	`io.read("l"), io.read("*L")`: {`local f = io.tmpfile() f:write("12 ab\ncd") f:seek("set") print(f:read("n", "l")) f:seek("set") print(f:read("*L", "a"))`, "12\t ab\n12 ab\n\tcd\n", ""},
}

// TestDifferences: what the reference says of weir's Lua is so, and in lua5.1 it is not.
func TestDifferences(t *testing.T) {
	shown := 0
	for _, b := range section(t, "What differs from Lua 5.1").Blocks {
		switch x := b.(type) {
		case reference.Grid:
			for _, row := range x[1:] {
				d, ok := deviations[row[0]]
				if !ok {
					t.Errorf("no script shows %s", row[0])
					continue
				}
				shown++
				t.Run(row[0], func(t *testing.T) { d.check(t) })
			}
		case reference.Rows:
			for _, row := range x {
				d, ok := additions[row[0]]
				if ok {
					shown++
				} else {
					d = named(row[0])
				}
				t.Run(row[0], func(t *testing.T) { d.check(t) })
			}
		}
	}
	if all := len(deviations) + len(additions); shown != all {
		t.Errorf("%d scripts show rows of the reference, %d do not", shown, all-shown)
	}
}

// named shows names that lua5.1 does not have.
func named(names string) (d difference) {
	for _, name := range strings.Fields(names) {
		d.code += fmt.Sprintf("print(%s ~= nil)\n", name)
		d.weir += "true\n"
		d.lua += "false\n"
	}
	return d
}

// check runs the script with both.
func (d difference) check(t *testing.T) {
	path := filepath.Join(t.TempDir(), "script.lua")
	if err := os.WriteFile(path, []byte(d.code), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, side := range []struct {
		name, want string
		c          *exec.Cmd
	}{{"weir", d.weir, weir(t, path)}, {"lua5.1", d.lua, exec.Command(oracle.Need(t, "lua5.1"), path)}} {
		side.c.Dir = filepath.Dir(path)
		if got := finish(t, side.c); side.want != unasked && got.stdout != side.want {
			t.Errorf("%s prints %q, want %q\n%s", side.name, got.stdout, side.want, got.stderr)
		}
	}
}

func section(t *testing.T, title string) reference.Section {
	t.Helper()
	for _, s := range help.Manual() {
		if s.Title == title {
			return s
		}
	}
	t.Fatalf("the reference has no section %q", title)
	return reference.Section{}
}
