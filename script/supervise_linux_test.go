package script

import (
	"fmt"
	"strings"
	"testing"
)

// supervised are scripts that return what they saw; FOLDER is the test's own.
var supervised = []struct{ name, code, want string }{
	{"its neighbours see no end while it is started again", `
		local flaky = cmd("bash", "-c", [[n=$(cat FOLDER/n 2>/dev/null || echo 0); echo $((n + 1)) > FOLDER/n; read l; echo "$l"; [ $n -ge 3 ] && exec cat; exit 1]])
		local t = "seq 6" | flaky:restart{max = 5, backoff = "1ms"} | "paste -sd,"
		return t:text()`, "1,2,3,4,5,6\n"},
	{"it is given up after max", `
		local r = run("seq 6" | cmd("false"):restart{max = 3, within = "10s", backoff = "1ms"} | "cat", {check = false})
		return tostring(r.ok) .. " " .. r.stages[2].restarts .. " " .. r.stages[2].code`, "false 3 1"},
	{"one that succeeds is not", `
		local r = run(cmd("true"):restart{max = 3, backoff = "1ms"})
		return tostring(r.ok) .. tostring(r.stages[1].restarts)`, "truenil"},
	{"always starts one that succeeds too", `
		local r = run("seq 5" | cmd("bash", "-c", "read l && echo $l"):restart{on = "always", max = 4, backoff = "1ms"} | "paste -sd,", {check = false})
		return r.stages[2].restarts`, "4"},
	{"a killed one is started again", `
		local p = pipe()
		local j = start(p | cmd("bash", "-c", "read l; echo $l; [ $l = stop ] || kill -9 $$"):restart{max = 3, backoff = "1ms"} | "paste -sd,")
		p:write("a\n") p:write("b\n") p:write("stop\n") p:close()
		local r = j:wait()
		return r.stages[1].restarts .. " " .. tostring(r.ok)`, "2 true"},
	{"a writer whose reader left has not failed", `
		local r = run(cmd("yes"):restart{max = 3, backoff = "1ms"} | "head -1", {check = false})
		return tostring(r.ok) .. tostring(r.stages[1].restarts)`, "truenil"},
	{"a run that is stopped does not wait for the next start", `
		local r = run(cmd("false"):restart{backoff = "1h"}, {timeout = "50ms", check = false})
		return r.why`, "timeout"},
	{"a job that is killed ends", `
		local j = start(cmd("sleep", "100"):restart{on = "always", backoff = "1ms"})
		j:kill()
		return j:wait{check = false}.stages[1].signal`, "SIGTERM"},
	{"a Lua stage leaves the result of its last start", `
		local function f(path)
			local file = io.open(path)
			if file then file:close() return "second" end
			io.open(path, "w"):close()
			error("first")
		end
		return run(proc(f, "FOLDER/lua"):restart{max = 1, backoff = "1ms"}).stages[1].value`, "second"},
	{"a timeout ends what the stage has started", `
		local t = cmd("bash", "-c", "(trap '' TERM; exec setsid sleep 100) & wait"):timeout"50ms" | "cat"
		local r = run(t, {check = false})
		return r.why .. " " .. tostring(r.elapsed < 50)`, "timeout true"},
	{"limits are those of setrlimit", `
		return sh"bash -c 'ulimit -n; ulimit -v; ulimit -t'":limit{files = 64, memory = "1G", cpu = "3s"}:text()`, "64\n1048576\n3\n"},
	{"a Lua stage whose time is over says so", `
		return run(proc(function() while true do end end):limit{cpu = "1s"}, {check = false}).stages[1].error`, "it needs more processor time than its limit of 1s"},
	{"readers start when it is ready", `
		local fifo1 = fifo"FOLDER/f"
		local t = cmd("bash", "-c", "echo first > FOLDER/order; echo >&3; cat FOLDER/order"):ready(3) | cmd("bash", "-c", "echo second >> FOLDER/order; cat FOLDER/order; cat >/dev/null")
		return t:text()`, "first\nsecond\n"},
	{"a pattern of stderr tells too", `
		local t = cmd("bash", "-c", "echo loading; echo up >&2; cat"):ready"^up" | "paste -sd,"
		return (text"x\n" | t):text()`, "loading,x\n"},
	{"through relays", `
		local t = cmd("bash", "-c", "echo first > FOLDER/o; echo >&3; seq 3"):ready(3) | tee("cat FOLDER/o -", "wc -l")
		return #t:text()`, "14"},
}

func TestSupervision(t *testing.T) {
	for i, row := range supervised {
		t.Run(row.name, func(t *testing.T) {
			vm := newVM(t)
			values, err := vm.Eval("x.lua", strings.ReplaceAll(row.code, "FOLDER", t.TempDir()))
			if err != nil || fmt.Sprint(values[0]) != row.want {
				t.Errorf("%d: %q, %v, not %q", i, values, err, row.want)
			}
		})
	}
}

// TestRestartWhileOthersStart: a stage whose process group has gone with its last process is
// started again while the guard starts other runs ahead.
func TestRestartWhileOthersStart(t *testing.T) {
	got, err := eval(t, `local j = start(cmd("false"):restart{on = "failure", max = 6, backoff = "5ms"}, {check = false})
		repeat run("true", "true") until j:result()
		return j:result().stages[1].code`)
	if err != nil || got != "1" {
		t.Errorf("got %q, %v", got, err)
	}
}
