package script

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// pipeSources are operands of | of every kind. The file in holds the lines a and b, and
// each expression writes A and B.
var pipeSources = []struct{ name, setup, expression string }{
	{"string", ``, `"cat in" | "tr ab AB"`},
	{"long string", ``, `[[cat in]] | [[tr ab AB]]`},
	{"sh", ``, `sh"cat in" | sh"tr ab AB"`},
	{"cmd", ``, `cmd("cat", "in") | cmd{"tr", "ab", "AB"}`},
	{"function", ``, `function() io.write("a\nb\n") end | function() for l in io.lines() do print(l:upper()) end end`},
	{"proc", ``, `proc(function(x) print(x) print("b") end, "a") | "tr ab AB"`},
	{"thread", ``, `thread(function() io.write("a\nb\n") end) | "tr ab AB"`},
	{"text", ``, `text"a\nb\n" | "tr ab AB"`},
	{"file", ``, `file"in" | "tr ab AB"`},
	{"filters", ``, `file"in" | grep("[ab]") | upper()`},
	{"sum", ``, `concat("echo a", "echo b") | sh"tr ab AB" + sh"true"`},
	{"replicas", ``, `"cat in" | ordered(sh"tr ab AB" * 2)`},
	{"three bars", ``, `"cat in" | "cat" | function() for l in io.lines() do print(l) end end | "tr ab AB"`},
	{"call", `local function make(s) return s, 9 end`, `make("cat in") | make"tr ab AB"`},
	{"method", `local o = {s = "cat in"} function o:make(k) return self.s end`, `o:make(1) | sh"tr ab AB":named("x")`},
	{"field", `local src = {x = "cat in", y = {z = sh"tr ab AB"}}`, `src.x | src.y.z`},
	{"index", `local src, at = {"cat in", sh"tr ab AB"}, 1`, `src[at] | src[at + 1]`},
	{"brackets", ``, `(("cat in") | ("cat" | ("tr ab AB")))`},
	{"condition", `local yes, no = true, nil`, `(yes and "cat in" or "false") | (no or sh"tr ab AB")`},
	{"lines", ``, "\"cat in\" -- a comment | \n | --[[ another | ]] \n\n \"tr ab AB\""},
}

// pipePositions put an expression, E, where the grammar has one, and leave its value in T.
var pipePositions = []string{
	`local T = E`, `local T T = E`, `local T = 5 T = E`, `G = E local T = G`, `local t = {} t.x = E local T = t.x`, `local t, k = {}, "k" t[k] = E local T = t[k]`,
	`local T local function set() T = E end set()`, `local a, T = 1, E`, `local T, b = E, 2`, `local a, T = 1 a, T = 2, E`, `local t, T = {} t.x, T = 1, E`,
	`local T = first(E, 2)`, `local T = second(1, E)`, `local T = second(1, E, 3)`, `local T = second(second(1, 2), (E))`, `local t = {E} local T = t[1]`,
	`local t = {1, E, 3} local T = t[2]`, `local t = {k = E} local T = t.k`, `local t = {[1] = E, n = 2} local T = t[1]`, `local function f() return E end local T = f()`,
	`local function f() return 1, E end local _, T = f()`, `local function f(...) return ... end local T = f(E)`, `local T = nil or E`, `local T = true and E`,
	`local T = false and 1 or E`, `local T if E then T = E end`, `local T if not (E) then T = 1 else T = E end`, `local T for _, v in ipairs{E} do T = v end`,
	`local T while not T do T = E end`, `local T repeat local v = E T = v until T`, `local T for i = 1, 2 do if true then T = E break end end`,
	`local T = coroutine.wrap(function() coroutine.yield(E) end)()`, `local ok, T = pcall(function() return E end)`, `local T = (function() return function() return E end end)()()`,
	`local ok, T = xpcall(function() return E end, print)`, `local function f(x) return x end local T = f(f(f(E)))`, `local T = ({first = E}).first`,
	`local T = setmetatable({}, {__index = function() return E end}).x`, `local T = loadstring and E`, `local a, b, c, T = 1, 2, 3, E`,
	`local f = {} function f:run(x) return x end local T = f:run(E)`, `local T; (function(x) T = x end)(E)`,
}

// pipeWays run T, and leave what it writes in out.
var pipeWays = []struct{ name, code string }{
	{"text", `local out = T:text()`},
	{"lines", `local out = "" for l in T:lines() do out = out .. l .. "\n" end`},
	{"run", `run(T | file("out", "w")) local out = read()`},
	{"start", `local j = start(T | file("out", "w")) j:wait() local out = read()`},
	{"stage", `local out = proc(function() io.write(T:text()) end):text()`},
}

// pipeDirect run an expression where it stands.
var pipeDirect = []string{
	`local out = (E):text()`, `local out = "" for l in (E):lines() do out = out .. l .. "\n" end`, `run((E) | file("out", "w")) local out = read()`,
	`run(E | file("out", "w")) local out = read()`, `start(E | file("out", "w")):wait() local out = read()`, `local out = (E | "cat"):text()`,
	`local out = (concat(E, "true")):text()`, `local out = (((E) + sh"true")):text()`, `local out = ((E) * 1):text()`,
	`local out = cmd("cat", E):text()`, `local out = "" for l in (E | "cat" | "cat"):lines() do out = out .. l .. "\n" end`,
	`local out = proc(function() io.write((E):text()) end):text()`, `local out = select(2, pcall(function() return (E):text() end))`,
	`local out = coroutine.wrap(function() return (E):text() end)()`, `local t = {(E):text(), n = (E):text()} local out = t.n`,
}

const pipePrelude = `
local function first(a) return a end
local function second(a, b) return b end
local function read() local f = assert(io.open("out")) local s = f:read("*a") f:close() return s end
local function check(cell, out) if out ~= "A\nB\n" then print(cell, string.format("%q", tostring(out))) end end
`

// TestPipeTable runs each source at each position, in the first way at the prompt, in each
// of the others, a third of them for each source, in a script; and where it stands, in both.
func TestPipeTable(t *testing.T) {
	if testing.Short() {
		t.Skip("a long table")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("in", []byte("a\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cells := 0
	for _, s := range pipeSources {
		t.Run(s.name, func(t *testing.T) {
			var direct strings.Builder
			for i, code := range pipeDirect {
				pipeCell(&direct, fmt.Sprintf("direct %d", i), s.setup, s.expression, code)
			}
			cells += 2 * len(pipeDirect)
			pipeRun(t, direct.String(), true)
			pipeRun(t, direct.String(), false)
			for n, way := range pipeWays {
				var all strings.Builder
				for i, position := range pipePositions {
					if n > 0 && (i+len(s.name))%3 != n%3 { // each way beside the first gets a third of the positions
						continue
					}
					pipeCell(&all, fmt.Sprintf("%s: %s", way.name, position), s.setup, s.expression, position+" "+way.code)
					cells++
				}
				pipeRun(t, all.String(), n == 0)
			}
		})
	}
	t.Logf("%d cells", cells)
}

// pipeCell writes one cell of a script: code with E replaced by an expression.
func pipeCell(out *strings.Builder, cell, setup, expression, code string) {
	const mark = "\x00"
	code = capitalE(code, mark)
	fmt.Fprintf(out, "do %s %s check(%q, out) end\n", setup, strings.ReplaceAll(code, mark, expression), cell)
}

// capitalE replaces the word E.
func capitalE(code, with string) string {
	for i := 0; i < len(code); i++ {
		alone := (i == 0 || !isNameByte(code[i-1])) && (i+1 == len(code) || !isNameByte(code[i+1]))
		if code[i] == 'E' && alone {
			code = code[:i] + with + code[i+1:]
		}
	}
	return code
}

func isNameByte(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// pipeRun runs cells as a script, or as the input of a prompt; what they print is wrong.
func pipeRun(t *testing.T, cells string, prompt bool) {
	t.Helper()
	if !prompt {
		if wrong := printed(t, pipePrelude+cells); wrong != "" {
			t.Errorf("in a script:\n%s", wrong)
		}
		return
	}
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	vm := New(Options{Interactive: true, Stdout: out})
	defer vm.Close()
	if _, err := vm.Eval("input 1", pipePrelude+cells); err != nil {
		t.Error(err)
	}
	if wrong, _ := os.ReadFile(out.Name()); len(wrong) > 0 {
		t.Errorf("at the prompt:\n%s", wrong)
	}
}
