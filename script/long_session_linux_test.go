package script

import (
	goruntime "runtime"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestForgetsWhatHasEnded: neither a job that was waited for nor a capture that was read
// to its end stays.
func TestForgetsWhatHasEnded(t *testing.T) {
	vm := newVM(t)
	if err := vm.Run("x.lua", `for i = 1, 5 do start("true"):wait() for l in sh"echo x":lines() do end end`); err != nil {
		t.Fatal(err)
	}
	if len(vm.jobs) != 0 || len(vm.captures) != 0 {
		t.Errorf("%d jobs, %d captures", len(vm.jobs), len(vm.captures))
	}
}

// TestIteratorIsCollected: a capture does not hold the iterator by whose collection it is
// given up.
func TestIteratorIsCollected(t *testing.T) {
	vm := newVM(t)
	collected := make(chan bool)
	vm.L.SetGlobal("watch", vm.L.NewFunction(func(L *lua.LState) int {
		goruntime.AddCleanup(L.CheckFunction(1), func(c chan bool) { close(c) }, collected)
		return 0
	}))
	if err := vm.Run("x.lua", `local function f() local n = sh"yes":lines() n() watch(n) end f() local a, b, c, d = 1, 2, 3, 4 f = nil`); err != nil {
		t.Fatal(err)
	}
	for {
		goruntime.GC()
		select {
		case <-collected:
			return
		default:
			if t.Context().Err() != nil {
				t.Fatal("it stays")
			}
			_ = vm.Run("y.lua", `local t = {} for i = 1, 50 do t[i] = function() end end`)
		}
	}
}
