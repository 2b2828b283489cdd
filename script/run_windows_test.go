package script

import (
	"os"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
)

// copies is a program that copies its lines.
const copies = `each(function(l) return l end)`

// seesRelays says that no deadlock is found of which a relay is a party.
const seesRelays = false

// TestMain lets the test binary play the Lua stages.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{wordStage: StageMain})
	os.Exit(leak.Main(m, guard.Shutdown))
}

// TestRunHere: stages of each sort, and what a run says of them.
func TestRunHere(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`return cmd("cmd", "/c", "echo hi"):text()`, "hi\r\n"},
		{`return ("cmd /c echo hi" | cmd("findstr", "h")):text()`, "hi\r\n"},
		{`return thread(function() print(1) end):text()`, "1\n"},
		{`return ("cmd /c echo hi" | thread(function() for l in io.lines() do print("T" .. l) end end)):text()`, "Thi\r\n"},
		{`return ("cmd /c echo hi" | proc(function() for l in io.lines() do print("P" .. l) end end)):text()`, "Phi\r\n"},
		{`local x = 3; local r = run("cmd /c echo hi" | proc(function() return #io.read() + x end)); return r.stages[2].value`, "6"},
		{`return (function() for i = 1, 10 do print(i) end end | grep"1"):text()`, "1\n10\n"},
		{`local t = {} for l in ("cmd /c echo hi" | grep"h"):lines() do t[#t + 1] = l end return #t, t[1]`, "1 hi\r"},
		{`return pcall(run, "cmd /c exit 3")`, "false x.lua:1: cmd exited with status 3"},
		{`return run("cmd /c exit 3", {check=false}).stages[1].code`, "3"},
		{`return pcall(run, "ping -n 100 127.0.0.1", {timeout="200ms"})`, "false x.lua:1: the run took longer than 200ms and was stopped"},
		{`return cmd("cmd", "/c", "echo %weir_x%"):env{WEIR_X="a b"}:text()`, "a b\r\n"},
		{`return cmd("cmd", "/c", "cd"):dir("C:\\windows"):text()`, "C:\\windows\r\n"},
		{`return cmd("cmd", "/c", "echo e 1>&2"):err(out):text()`, "e \r\n"},
		{`local p = fifo("weir-test-fifo"); local j = start(p | proc(function() return io.read() end)); p:write"abc\n" p:close() return j:wait().stages[1].value`, "abc"},
		{`local j = start(text"x\n" | proc(function() print(io.read()) end) | fifo("weir-test-fifo")); return (fifo("weir-test-fifo") | "sort"):text()`, "x\n"},
		{`return cmd("cmd", "/c", "type", proc(function() print("one\ntwo") end)):text()`, "one\ntwo\n"},
		{`return run(cmd("cmd", "/c", "echo", "hi", ">", into(proc(function() return io.read() end)))).stages[1].value`, "hi \r"},
		{`return run(cmd("cmd", "/c", "exit", proc(function() while true do print"x" end end))).ok`, "true"},
		{`return run(cmd("cmd", "/c", "exit", into(proc(function() return tostring(io.read()) end)))).stages[1].value`, "nil"},
		{`os.execute('mkdir "weir a b"') local r = cmd("cmd", "/c", "cd"):dir("weir a b"):text():match"[^\\]*$" os.remove"weir a b" return r`, "weir a b\r\n"},
		{`local e = event(); return pcall(run, proc(function() e:wait() end):named"A")`, "false x.lua:1: deadlock: no stage can go on: A waits for event1, and nobody goes on who could set it"},
		{`local a, b, c = mutex(), mutex(), barrier("", 2); local function f(x, y) x:lock() c:wait() y:lock() end; return pcall(run, proc(f, a, b):named"A", proc(f, b, a):named"B")`,
			"false x.lua:1: deadlock: no stage can go on: A waits for mutex2, and nobody goes on who could unlock it; B waits for mutex1, and nobody goes on who could unlock it"},
		{`local s = semaphore("", 0); return pcall(run, proc(function() s:wait() end):named"A" * 2)`, "false x.lua:1: deadlock: no stage can go on: A waits for semaphore1, and nobody goes on who could post it; A#2 waits for semaphore1, and nobody goes on who could post it"},
		{`local j = start"ping -n 50 127.0.0.1"; j:kill("KILL"); return j:wait().stages[1].signal`, "SIGKILL"},
	} {
		t.Run(row.code, func(t *testing.T) {
			vm := newVM(t)
			values, err := vm.Eval("x.lua", row.code)
			got := ""
			for i, v := range values {
				if i > 0 {
					got += " "
				}
				got += vm.L.ToStringMeta(v).String()
			}
			if err != nil || got != row.want && !(strings.Contains(row.want, "deadlock:") && strings.HasPrefix(got, row.want+"; let ")) {
				t.Errorf("got %q, %v\nwant %q", got, err, row.want)
			}
		})
	}
}
