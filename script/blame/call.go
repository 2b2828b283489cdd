package blame

import (
	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
	"weir/script/interp"
	"weir/script/problem"
)

// Call calls a function whose errors nobody catches. An error gets a trace, and what was
// visible where it was raised is kept for the functions that explain it.
func (f *Finder) Call(nargs, nret int) error {
	f.scope = nil
	L := f.L
	return interp.PCall(L, nargs, nret, func(e *lua.ApiError) {
		f.scope = scopeOf(L)
		e.StackTrace = interp.Traceback(L, 0)
		if e.Object == lua.LString(scarce.ErrMemory.Error()) {
			// which has no place for who catches it
			e.Object = lua.LString(problem.Where(L).String() + ": " + scarce.ErrMemory.Error())
		}
	})
}
