package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
	"weir/script/interp"
	"weir/script/problem"
)

// protectTraced calls a function whose errors nobody catches: an error gets a trace, and
// what was visible to it is kept for who explains it.
func (vm *VM) protectTraced(nargs, nret int) error {
	vm.scope = nil
	L := vm.L
	return interp.PCall(L, nargs, nret, func(e *lua.ApiError) {
		vm.scope = scopeOf(L)
		e.StackTrace = interp.Traceback(L, 0)
		if e.Object == lua.LString(scarce.ErrMemory.Error()) {
			e.Object = lua.LString(problem.Where(L).String() + ": " + scarce.ErrMemory.Error()) // which has no place for who catches it
		}
	})
}

// call calls a function that may fail, for one result.
func (vm *VM) call(fn lua.LValue, args ...lua.LValue) (lua.LValue, error) {
	return interp.Invoke(vm.L, fn, args...)
}
