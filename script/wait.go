package script

import (
	"errors"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/luaio"
)

// wait is how long a call may block: {timeout=} of locks and channels.
type wait struct {
	limited bool
	limit   time.Duration // 0 is not at all
}

// readWait reads {timeout=} and other options that the call knows.
func (vm *VM) readWait(L *lua.LState, method string, v lua.LValue, known ...string) (wait, *lua.LTable) {
	switch t := v.(type) {
	case *lua.LNilType:
		return wait{}, nil
	case *lua.LTable:
		vm.checkKeys(L, method, t, false, append(known, "timeout")...)
		limit := t.RawGetString("timeout")
		if limit == lua.LNil {
			return wait{}, t
		}
		if limit == lua.LNumber(0) {
			return wait{limited: true}, t
		}
		d, err := parseDuration(limit)
		if err != nil {
			vm.raisef(L, "timeout", "%s: %v", method, err)
		}
		return wait{true, d}, t
	}
	vm.raise(L, problemf(whereIs(L), "%s: its options are a table, but this is %s", method, describe(v)).
		hinted("write x:%s(..., {timeout = \"1s\"})", method).pointing(method))
	return wait{}, nil
}

// deadline is the moment until which the call may block; the zero time is no
// deadline.
func (w wait) deadline() time.Time {
	if !w.limited {
		return time.Time{}
	}
	return time.Now().Add(w.limit)
}

// over says why the call gave up.
func (w wait) over() string {
	if w.limited && w.limit == 0 {
		return "would block"
	}
	return "timeout"
}

// interrupted is the end of a call that the script was told to give up.
func (vm *VM) interrupted(L *lua.LState) {
	vm.raise(L, interruptedAt(whereIs(L)))
}

// raiseStop raises what has ended a read or a write of a file.
func (vm *VM) raiseStop(L *lua.LState, err error) {
	if errors.Is(err, luaio.ErrGivenUp) {
		vm.interrupted(L)
	}
	vm.raise(L, err)
}

func interruptedAt(at origin) *problem {
	p := problemf(at, "interrupted")
	p.why = runtime.WhyInterrupted
	return p
}

// giveUp pushes nil and the reason.
func giveUp(L *lua.LState, why string) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(why))
	return 2
}
