package script

import (
	"fmt"
	"testing"
)

// TestKilled: a signal that the script sends does the same to each kind of stage, also to one that waits for
// its start: it has ended by that signal, in the result, in the error and in the job's line.
func TestKilled(t *testing.T) {
	stages := map[string]string{
		"proc":               `proc(function() io.stdout:write("x\n") io.stdout:flush() time.sleep(60) end):named"s"`,
		"thread":             `thread(function() io.stdout:write("x\n") io.stdout:flush() time.sleep(60) end):named"s"`,
		"program":            `cmd("sh", "-c", "echo x; exec sleep 60"):named"s"`,
		"server":             `listen("tcp:0", "cat"):named"s"`,
		"behind a FIFO":      `fifo("f", {create = true}) | cmd"cat":named"s"`,
		"behind a client":    `socket("tcp:0", {listen = true}) | cmd"cat":named"s"`,
		"behind one unready": `cmd("sleep", "60"):ready(3) | cmd"cat":named"s"`,
	}
	for kind, stage := range stages {
		writes := kind == "proc" || kind == "thread" || kind == "program"
		for _, kill := range []string{`j:kill()`, `j:kill("KILL")`, `j:kill("INT")`, `j:kill("USR1")`, `j:kill("TERM", "s")`} {
			sig := map[string]string{`j:kill("KILL")`: "SIGKILL", `j:kill("INT")`: "SIGINT", `j:kill("USR1")`: "SIGUSR1"}[kill]
			if sig == "" {
				sig = "SIGTERM"
			}
			if !writes && kind != "server" && sig == "SIGUSR1" {
				continue // it ends nothing that has not started
			}
			if kind == "behind one unready" && kill == `j:kill("TERM", "s")` {
				kill += ` j:kill()`
			}
			code := `local j = start(` + stage + `) `
			if writes {
				code = `local p = pipe() local j = start(` + stage + ` | p) p:read() `
			}
			code += kill + ` local r = j:wait() local s for _, of in ipairs(r.stages) do if of.name == "s" then s = of end end
				print(r.ok, r.why, s.signal, s.code, s.error, tostring(j):match"%](%s+%S+)", (select(2, pcall(j.wait, j, {check = true}))).why)`
			if got, want := said(t, code), fmt.Sprintf("false\tsignal\t%s\tnil\tnil\t  killed\tsignal\n", sig); got != want {
				t.Errorf("%s, %s\n got %q\nwant %q", kind, kill, got, want)
			}
		}
		for _, kill := range []string{`j:kill("CONT")`, `j:kill("WINCH")`, `j:kill("CHLD", "s")`} {
			code := `local j = start(` + stage + `) ` + kill + ` print(j:wait(0.05)) j:kill() print(j:wait().why)`
			if got := said(t, code); got != "nil\ttimeout\nsignal\n" && got != "x\nnil\ttimeout\nsignal\n" {
				t.Errorf("%s, %s\n got %q", kind, kill, got)
			}
		}
	}
}
