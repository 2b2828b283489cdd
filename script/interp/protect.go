package interp

import (
	"context"
	"fmt"
	goruntime "runtime"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
)

// Open has a state, which must be new, run Lua as this package does. Its options ask for
// MinimizeStackMemory.
func Open(L *lua.LState) {
	s := stateOf(L)
	s.attach()
	if s.G.MainThread == nil {
		s.G.MainThread, s.G.CurrentThread = L, L
	}
}

// attach sets what decides how a state runs.
func (s *state) attach() {
	s.mainLoop = loop
	s.Panic = func(L *lua.LState) { throwValue(L.Get(-1)) }
	s.hasErrorFunc = true // an error must not close the upvalues of calls outside of who catches it
	s.Options.CallStackSize = maxCalls
	s.stack.frames.makeRoom()
}

// SetContext has a state, and the coroutines that it makes from now on, end with an error
// once ctx has ended; nil takes the context away.
func SetContext(L *lua.LState, ctx context.Context) { stateOf(L).ctx = ctx }

// PCall calls a function with nargs arguments, which lie on the stack as for L.Call, and
// returns its error, a *lua.ApiError. handle, which may be nil, is called where the error
// was raised, before the calls that led to it are given up, and may change its Object.
func PCall(L *lua.LState, nargs, nret int, handle func(e *lua.ApiError)) (err error) {
	s := stateOf(L)
	base := s.reg.top - nargs - 1
	cf, size, depth := s.currentFrame, s.stack.frames.size(), s.depth
	defer func() {
		if r := recover(); r != nil {
			e := apiError(r)
			full := e.Object == lua.LString(scarce.ErrMemory.Error())
			if handle != nil {
				e = s.handled(e, handle)
			}
			s.G.CurrentThread = L
			s.unwind(cf, size, base, depth)
			if full {
				ClearDead(L) // what the calls held is not to fill the heap any longer
			}
			err = e
		}
	}()
	s.call(base, nargs, nret)
	return nil
}

// unwind gives up the calls that an error has left.
func (s *state) unwind(cf *frame, size, base int, depth int32) {
	s.upvalues.close(base)
	s.stack.frames.cut(size)
	s.currentFrame = cf
	s.reg.top = base
	s.depth = depth
	s.Options.CallStackSize = maxCalls
}

// handled calls the handler of an error. An error in it takes the place of the first.
func (s *state) handled(e *lua.ApiError, handle func(e *lua.ApiError)) (result *lua.ApiError) {
	defer func() {
		if r := recover(); r != nil {
			result = apiError(r)
			result.Object = lua.LString("error in error handling")
		}
	}()
	if s.currentFrame != nil && !s.currentFrame.Fn.IsG {
		s.reg.top = max(s.reg.top, s.currentFrame.LocalBase+int(s.currentFrame.Fn.Proto.NumUsedRegisters))
	}
	handle(e)
	return e
}

// need raises Lua's error where n bytes more cannot be had.
func need(n int) {
	if !scarce.HasRoom(n) {
		outOfMemory()
	}
}

// outOfMemory raises an error that has no place, as in lua5.1.
func outOfMemory() {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString(scarce.ErrMemory.Error()), Cause: scarce.ErrMemory})
}

// InternalError begins the text of an error that is a fault of this program's own.
const InternalError = "internal error: "

// apiError is what a panic means to Lua. A fault of this program's own has the type
// lua.ApiErrorPanic.
func apiError(r any) *lua.ApiError {
	switch r := r.(type) {
	case *lua.ApiError:
		return r
	case goruntime.Error:
		return &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(InternalError + r.Error()), Cause: r,
			StackTrace: goStack()}
	case error:
		return &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(r.Error()), Cause: r}
	}
	text := fmt.Sprint(r)
	if text == "lua callstack overflow" { // gopher-lua's own
		text = "stack overflow"
	}
	return &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(text)}
}

func goStack() string {
	buf := make([]byte, 4096)
	return string(buf[:goruntime.Stack(buf, false)])
}

// Invoke calls a function that may fail, for one result.
func Invoke(L *lua.LState, fn lua.LValue, args ...lua.LValue) (lua.LValue, error) {
	top := L.GetTop()
	defer L.SetTop(top)
	L.Push(fn)
	for _, a := range args {
		L.Push(a)
	}
	if err := PCall(L, len(args), 1, nil); err != nil {
		return lua.LNil, err
	}
	return L.Get(-1), nil
}
