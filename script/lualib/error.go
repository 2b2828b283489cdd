package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
)

// raiseError is error(message [, level]): the place in front of a message is that of
// the function at the level, 1 for the one that calls error, and there is none where
// that is not written in Lua or a tail call has taken its place.
func raiseError(L *lua.LState) int {
	message, level := L.Get(1), luaio.OptInt(L, 2, "error", 1)
	if lua.LVCanConvToString(message) && level > 0 {
		if at := problem.WhereAt(L, level); at.Line > 0 {
			text, _ := interp.ToText(message)
			message = lua.LString(at.Prefix() + text)
		}
	}
	L.Error(message, 0)
	return 0
}

// assert is assert(v [, message]). Where nobody catches its error the caret is at assert.
func assert(L *lua.LState) int {
	luaio.CheckAny(L, 1, "assert")
	if L.ToBool(1) {
		return L.GetTop()
	}
	if f, ok := problem.AsFailedRun(L.Get(2)); ok {
		problem.Raise(L, f.Error) // assert(pcall(run, t)): the run has failed, not the assertion
	}
	message := luaio.OptString(L, 2, "assert", "assertion failed!")
	text, at := message, problem.WhereAt(L, 1)
	if at.Line > 0 {
		text = at.Prefix() + message
	}
	problem.RaiseAs(L, problem.Here(L, "%s", message).Pointing("assert"), text)
	return 0
}
