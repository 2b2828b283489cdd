package command

import (
	"strings"
	"testing"
)

// failedRuns are what a script does with the error of a run that failed, and what that prints.
var failedRuns = []struct{ name, script, prints string }{
	{"its message", `local ok, e = pcall(run, cmd("sh", "-c", "exit 3")) print(ok, e)`, "false\t-e:1: sh exited with status 3\n"},
	{"its type", caught + `print(type(e))`, "userdata\n"},
	{"its result", caught + `print(e.result.ok, e.result.why, e.result.stages[1].name, e.result.stages[1].code)`, "false\texit\tsh\t3\n"},
	{"methods of a string", caught + `print(e:match("status (%d)"), (e:find("sh", 1, true)), #e, e:upper(), e.nothing)`, "3\t7\t29\t-E:1: SH EXITED WITH STATUS 3\tnil\n"},
	{"functions of string", caught + `print(string.match(e, "%d$"), string.format("%s, %q", e, e), string.len(e))`, "3\t-e:1: sh exited with status 3, \"-e:1: sh exited with status 3\"\t29\n"},
	{"joined", caught + `print("a " .. e .. 1, e .. "", pcall(function() return e .. {} end))`,
		"a -e:1: sh exited with status 31\t-e:1: sh exited with status 3\tfalse\t-e:1: attempt to concatenate a table value\n"},
	{"written", caught + `io.write(e, "\n") print(json.encode{e})`, "-e:1: sh exited with status 3\n[\"-e:1: sh exited with status 3\"]\n"},
	{"raised again", caught + `local _, f = pcall(error, e) local _, g = pcall(error, e, 0) print(rawequal(e, f), rawequal(e, g))`, "true\ttrue\n"},
	{"assert", caught + `local _, f = pcall(function() assert(pcall(run, "false")) end) print(f, f.result.stages[1].name)`, "-e:1: false exited with status 1\tfalse\n"},
	{"xpcall", caught + `print(xpcall(function() run("false") end, function(e) return e.result.stages[1].code end))`, "false\t1\n"},
	{"a traceback", caught + `local _, t = xpcall(function() run("false") end, debug.traceback) print((t:gsub("\n.*", "")), t:find("stack traceback", 1, true) ~= nil)`,
		"-e:1: false exited with status 1\ttrue\n"},
	{"a coroutine", caught + `local _, f = coroutine.resume(coroutine.create(function() run("false") end)) local _, g = pcall(coroutine.wrap(function() run("false") end)) print(f.result.why, g.result.why)`,
		"exit\texit\n"},
	{"a job", caught + `local j = start("false") local _, f = pcall(j.wait, j) print(f.result == j:result(), f)`, "true\t-e:1: false exited with status 1\n"},
	{"text", caught + `local _, f = pcall(function() return sh"false":text() end) print(f.result.stages[1].name)`, "false\n"},
	{"lines", caught + `local _, f = pcall(function() for l in sh"false":lines() do end end) print(f.result.stages[1].name)`, "false\n"},
	{"a channel that a job leaves", caught + `local p = pipe() start("false" | p) local _, f = pcall(p.read, p, "*a") print(f)`, "-e:1: false exited with status 1\n"},
	{"a timeout", caught + `local _, f = pcall(run, "sleep 9", {timeout = "10ms"}) print(f.result.why, f.result.stages[1].signal)`, "timeout\tSIGTERM\n"},
	{"a deadlock", caught + `local m = mutex() m:lock() local _, f = pcall(run, function() m:lock() end) print(f.result.why)`, "deadlock\n"},
	{"in a stage", caught + `run(function() local _, f = pcall(run, "false") print(f.result.stages[1].code, e.result.stages[1].code, e:match"%d$") end)`, "1\t3\t3\n"},
	{"through a channel", caught + `local r = ring() r:send(e) print(r:receive())`, "-e:1: sh exited with status 3\n"},
	{"beside |", caught + `print((select(2, pcall(function() return e | "cat" end)):match("^[^;]*")))`, "-e:1: the error of a run stands left of |, which joins stages\n"},
	{"what is no run", `print(type(select(2, pcall(run, "no-such-program"))), type(select(2, pcall(run, {}))))`, "string\tstring\n"},
}

const caught = `local _, e = pcall(run, cmd("sh", "-c", "exit 3")) `

// TestFailedRun: the error of a run is a value that is its message, and has the result.
func TestFailedRun(t *testing.T) {
	for _, row := range failedRuns {
		t.Run(row.name, func(t *testing.T) {
			got := finish(t, weir(t, "-e", row.script))
			if got.status != 0 || got.stdout != row.prints {
				t.Errorf("status %d; it prints %q, not %q\n%s", got.status, got.stdout, row.prints, got.stderr)
			}
		})
	}
	// Nobody catches it: it shows as an error does.
	for _, script := range []string{`run(cmd("sh", "-c", "exit 3"))`, `local _, e = pcall(run, cmd("sh", "-c", "exit 3")) error(e)`,
		`assert(pcall(run, cmd("sh", "-c", "exit 3")))`, `coroutine.wrap(function() run(cmd("sh", "-c", "exit 3")) end)()`} {
		got := finish(t, weir(t, "-e", script))
		if got.status != 1 || !strings.Contains(got.stderr, ": sh exited with status 3\n    "+script+"\n") || !strings.Contains(got.stderr, "^~") {
			t.Errorf("%s: status %d\n%s", script, got.status, got.stderr)
		}
	}
}

// TestShownAlike: print shows of weir's values what the prompt does, which goes on with what
// an object holds.
func TestShownAlike(t *testing.T) {
	for _, value := range []string{`run("true")`, `run("false", {check = false})`, `run(proc(function() return {1, "x"} end))`,
		`pipe()`, `fifo"x"`, `file"x"`, `text"x"`, `ring()`, `queue()`, `mailbox()`, `mutex()`, `semaphore(1)`, `event()`, `barrier(2)`, `condition()`,
		`shm{size = 64}`, `shm{layout = "int a[3];"}.a`, `start("sleep 9")`, `jobs()`, `out`, `select(2, pcall(run, "false"))`, `self()`} {
		cmd := weir(t)
		cmd.Stdin = strings.NewReader("v = " + value + "\ndo io.write(tostring(v), '\\n') end\nprint(v)\n= v\n_ = nil\n")
		got := finish(t, cmd)
		lines := strings.SplitAfter(got.stdout, "\n")
		n := len(lines) / 3
		a, b, c := strings.Join(lines[:n], ""), strings.Join(lines[n:2*n], ""), strings.Join(lines[2*n:], "")
		if a != b || !strings.HasPrefix(c, strings.TrimSuffix(b, "\n")) || strings.Contains(a, "0x") {
			t.Errorf("%s: tostring %q, print %q, the prompt %q\n%s", value, a, b, c, got.stderr)
		}
	}
}

// TestLastRun: at the prompt _ is the last run's result, failed or not.
func TestLastRun(t *testing.T) {
	for _, row := range []struct{ input, prints string }{
		{"run(\"false\")", "false false"}, {"\"true\" | \"false\"", "false true"}, {"$ false", "false false"}, {"sh\"false\":text()", "false false"},
		{"for l in sh\"false\":lines() do end", "false false"}, {"j = start(\"false\")\nj:wait()", "false false"}, {"pcall(run, \"false\") ; x = 1", "false false"},
		{"local r = run(\"true\")", "true true"}, {"run(\"sleep 9\", {timeout = \"10ms\"})", "false sleep"}, {"run(\"true\")\nrun(\"false\")", "false false"},
	} {
		c := weir(t)
		c.Stdin = strings.NewReader(row.input + "\nprint(_.ok, _.stages[1].name)\n")
		got := finish(t, c)
		lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
		if last := lines[len(lines)-1]; strings.ReplaceAll(last, "\t", " ") != row.prints {
			t.Errorf("%s: %q, not %q\n%s", row.input, last, row.prints, got.stderr)
		}
	}
}
