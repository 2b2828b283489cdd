package script

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/script/problem"
)

// timeSleep is time.sleep(seconds or "200ms"). The script's context ends it:
// Ctrl-C, a timeout. Where a plan is explained nothing is waited for.
func timeSleep(L *lua.LState) int {
	vm := vmOf(L)
	v := L.Get(1)
	if v == lua.LNumber(0) {
		return 0
	}
	d, err := parseDuration(v)
	if err != nil {
		problem.Raisef(L, "sleep", "sleep: %v", err)
	}
	if vm.opts.Explain != nil {
		return 0
	}
	deliver(L, "sleep")
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-vm.ctx.Done():
		interrupted(L)
	}
	return 0
}
