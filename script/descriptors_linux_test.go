package script

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestRunsLeaveNoDescriptors: what a run opens is closed with it, and does not
// wait for the collector.
func TestRunsLeaveNoDescriptors(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, code := range []string{
		`run(proc(function() return 1 end))`,
		`run(proc(function() return self().name end))`,
		`pcall(run, proc(function() return self().name end), cmd("/no/such"))`,
		`q = ring{slots = 2} run("echo a" | q | "cat >/dev/null") q:close()`,
		`local s = cmd("true") assert(s:text() == "")`,
		`local j = start(proc(function() self():receive() end)) j:send("x") j:wait()`,
	} {
		vm := newVM(t)
		eval := func(n int) int {
			for range n {
				if _, err := vm.Eval("x.lua", code); err != nil {
					t.Fatalf("%s: %v", code, err)
				}
			}
			open, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Fatal(err)
			}
			return len(open)
		}
		if before, after := eval(3), eval(20); after > before {
			t.Errorf("%s: %d descriptors, then %d", code, before, after)
		}
	}
}
