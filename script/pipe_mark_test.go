package script

import (
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	rows := []struct{ code, want string }{
		{`return sh"ls -l"`, `sh"ls -l"`},
		{`return "ls" | "sort -r"`, `"ls" | "sort -r"`},
		{`return cmd("ls", "a b"):named("x"):dir("/tmp"):timeout("5s"):env{A = "1", B = false}`,
			`cmd("ls", "a b"):named("x"):env{A = "1", B = false}:dir("/tmp"):timeout("5s")`},
		{`return cmd{"ls", "-l", env = {["a b"] = 2}, dir = "/", name = "n"}`, `cmd("ls", "-l"):named("n"):env{["a b"] = "2"}:dir("/")`},
		{`return (sh"a" | "b") + sh"c"`, `("a" | "b") + sh"c"`},
		{`return "a" | sh"b" + sh"c" | "d"`, `"a" | (sh"b" + sh"c") | "d"`},
		{`return text"a\n\0001" | "cat" | file("o", "w")`, `text"a\n\0001" | "cat" | file("o", "w")`},
		{"local function shout() end\nreturn 'ls' | shout", `"ls" | proc(shout)`},
		{"local shout = function() end return 'ls' | proc(shout, 1)", `"ls" | proc(shout, ...)`},
		{"return 'ls' | function() end", `"ls" | proc(function() --[[ line 1 ]] end)`},
		{"return thread(function() end):timeout(90)", `thread(function() --[[ line 1 ]] end):timeout("1m30s")`},
		{`return pipe(), pipe{capacity = 10}, fifo"x":named("f")`, `pipe() pipe{capacity = 10} fifo"x":named("f")`},
		{`local a = sh"a" local b = a:named("b") return a, b`, `sh"a" sh"a":named("b")`},
	}
	for _, row := range rows {
		got, err := eval(t, row.code)
		if err != nil || got != row.want {
			t.Errorf("%s\n got %s, %v\nwant %s", row.code, got, err, row.want)
		}
	}
}

func TestMarkRefuses(t *testing.T) {
	rows := []struct{ code, want string }{
		{`return "a" .. sh"b"`, `attempt to join the string "a" and a topology with ..; stages are joined with |`},
		{`return sh"a" .. sh"b"`, `stages are joined with |`},
		{`return "x" .. "a" | "b"`, `stages are joined with |`},
		{`return "a" | 5`, `a number stands right of |`},
		{`return {} | "a"`, `a table stands left of |; a program with its arguments is cmd{`},
		{`return run "true" | "a"`, `the result of a run stands left of |; a call takes the string beside it alone: write run(a | b)`},
		{`return true | "a"`, `a boolean stands left of |`},
		{`return "a" | srot`, `nil stands right of |: there is no srot; did you mean sort?`},
		{`return "a" | sort`, `sort is a function of the library`},
		{`local shuot, shout = nil, "cat"; return "a" | shuot`, `there is no shuot; did you mean shout?`},
		{`return string.fmot | "a"`, `nil stands left of |: there is no string.fmot`},
		{`return "a" | nil`, `nil stands right of |`},
		{`return "a" | text`, `text is a function of the library, not one written in Lua, and cannot be a stage; call it: text(...)`},
		{`return "a" | print`, `print is a function of the library, not one written in Lua, and cannot be a stage; call it in one`},
		{`return "a" | "  "`, `an empty line names no program`},
		{`return sh"a" + "b"`, `the string "b" stands beside +, which takes topologies only; write sh"b"`},
		{`return "b" + sh"a"`, `write sh"b"`},
		{`return sh"a" + function() end`, `write proc(fn)`},
		{`return sh"a" * 0`, `0 replicas: there can be 1 to 200`},
		{`return sh"a":txet()`, `a topology has no method "txet"; did you mean :text()?`},
		{`return sh"a".named("x")`, `write t:named(), with a colon`},
		{`return cmd()`, `cmd: the program's name is missing`},
		{`return cmd("a", {})`, `cmd: word 2 must be a string, a number or a topology, but is a table`},
		{`return cmd("a", "b\0c")`, `zero byte`},
		{`return cmd{"a", evn = {}}`, `cmd has no option "evn"; did you mean "env"?`},
		{`return proc("ls")`, `proc: the first argument must be a function, but is the string "ls"`},
		{`return file("x", "rw")`, `the mode must be "r", "w" or "a"`},
		{`return pipe{capacity = "x"}`, `bad size x`},
		{`return pipe{capcaity = 1}`, `pipe has no option "capcaity"; did you mean "capacity"?`},
		{`return fifo("x", {mode = "999"})`, `permission bits in octal`},
		{`return sh"a":timeout("soon")`, `bad time "soon"`},
		{`return sh"a":timeout(0)`, `must be more than zero`},
		{`return sh"a":env{A = {}}`, `env: A must be a string`},
		{`return (sh"a" | "b"):named("x")`, `a name is for one stage or channel`},
		{`run()`, `run: there is nothing to run`},
		{`run({})`, `run: there is nothing to run`},
		{`run(5)`, `run: argument 1 must be a topology, but is a number`},
		{`run("a", {timout = 1})`, `run has no option "timout"; did you mean "timeout"?`},
		{`run("a" | pipe())`, `pipe() has no reader in this run`},
		{`pipe():write("x")`, `write: the script has no end of pipe()`},
	}
	for _, row := range rows {
		_, err := eval(t, row.code)
		if err == nil || !strings.Contains(flat(err), row.want) {
			t.Errorf("%s\n got %v\nwant %q", row.code, err, row.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for in, want := range map[string]string{"5": "5s", "5s": "5s", "200ms": "200ms", "1m30s": "1m30s", "90": "1m30s", "2h": "2h", "0.5": "500ms", "1 m": "1m"} {
		d, err := parseDuration(lString(in))
		if err != nil || formatDuration(d) != want {
			t.Errorf("%q is %s, %v; want %s", in, formatDuration(d), err, want)
		}
	}
	for _, in := range []string{"", "x", "-1s", "5 parsecs", "0"} {
		if _, err := parseDuration(lString(in)); err == nil {
			t.Errorf("%q is taken", in)
		}
	}
}

func TestSize(t *testing.T) {
	for in, want := range map[string]int{"64K": 65536, "1M": 1 << 20, "4096": 4096, "64KiB": 65536, "64 kb": 0, "1.5K": 1536, "": 0, "x": 0, "-1": 0} {
		n, err := parseSize(lString(in))
		if n != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v; want %d", in, n, err, want)
		}
	}
}
