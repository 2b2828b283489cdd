package script

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// protect is L.PCall. An error gets its trace while the calls are still there, and in
// words of a bounded length: gopher-lua writes a line for each tail call, a gigabyte
// for a loop that is written as one. An error that the script itself catches needs
// none.
func (vm *VM) protect(L *lua.LState, nargs, nret int, after *lua.LFunction) error {
	L.Insert(vm.guard, L.GetTop()-nargs)
	return L.PCall(nargs+1, nret, after)
}

// protectTraced is protect for what nobody catches: the error gets a trace, and what
// was visible to it is kept for who explains it.
func (vm *VM) protectTraced(nargs, nret int) error {
	vm.scope = nil
	vm.L.Insert(vm.traced, vm.L.GetTop()-nargs)
	return vm.L.PCall(nargs+1, nret, nil)
}

// makeGuards makes the functions through which protect calls.
func (vm *VM) makeGuards() {
	vm.guard = vm.L.NewFunction(guarded(func(*lua.LState) string { return "not kept" }))
	vm.traced = vm.L.NewFunction(guarded(func(L *lua.LState) string {
		vm.scope = scopeOf(L)
		return vm.traceback(L, 0)
	}))
}

// guarded calls its first argument with the others. A PCall writes no trace for an
// error that has one.
func guarded(trace func(*lua.LState) string) lua.LGFunction {
	return func(L *lua.LState) int {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			e, ok := r.(*lua.ApiError)
			if !ok {
				e = &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(fmt.Sprint(r))}
			}
			if e.StackTrace == "" {
				e.StackTrace = trace(L)
			}
			panic(e)
		}()
		L.Call(L.GetTop()-1, lua.MultRet)
		return L.GetTop()
	}
}
