package lualib

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
)

// exitNow goes on with an exit that a function has caught.
func (l *Library) exitNow(L *lua.LState) {
	if l.Exiting != nil {
		L.Error(lua.LString(l.Exiting.Error()), 0)
	}
}

func (l *Library) notCaught(fn lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		n := fn(L)
		l.exitNow(L)
		return n
	}
}

func (l *Library) pcall(L *lua.LState) int {
	luaio.CheckAny(L, 1, "pcall")
	return l.protected(L, interp.PCall(L, L.GetTop()-1, lua.MultRet, nil))
}

// xpcall calls its handler where the error was raised.
func (l *Library) xpcall(L *lua.LState) int {
	handler := luaio.CheckAny(L, 2, "xpcall")
	L.SetTop(1)
	return l.protected(L, interp.PCall(L, 0, lua.MultRet, func(e *lua.ApiError) {
		if l.Exiting != nil || l.host.Interrupted() {
			return
		}
		L.Push(handler)
		L.Push(e.Object)
		L.Call(1, 1)
		e.Object = L.Get(-1)
		L.Pop(1)
	}))
}

// protected pushes what pcall returns: what the call left on the stack, or its
// error.
func (l *Library) protected(L *lua.LState, err error) int {
	if err == nil {
		L.Insert(lua.LTrue, 1)
		return L.GetTop()
	}
	l.exitNow(L)
	L.Push(lua.LFalse)
	var api *lua.ApiError
	isAPI := errors.As(err, &api)
	if _, failed := problem.AsFailedRun(errorObject(api)); l.host.Interrupted() && !failed {
		L.Push(lua.LString(problem.Where(L).String() + ": interrupted"))
	} else if isAPI {
		L.Push(api.Object)
	} else {
		L.Push(lua.LString(err.Error()))
	}
	return 2
}

func errorObject(api *lua.ApiError) lua.LValue {
	if api == nil {
		return nil
	}
	return api.Object
}
