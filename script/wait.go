package script

import (
	"context"
	"errors"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/luaio"
	"weir/script/problem"
)

// wait is how long a call may block: {timeout=} of locks and channels.
type wait struct {
	limited bool
	limit   time.Duration // 0 is not at all
}

// readWait reads {timeout=} and other options that the call knows.
func readWait(L *lua.LState, method string, v lua.LValue, known ...string) (wait, *lua.LTable) {
	switch t := v.(type) {
	case *lua.LNilType:
		return wait{}, nil
	case *lua.LTable:
		checkKeys(L, method, t, false, append(known, "timeout")...)
		limit := t.RawGetString("timeout")
		if limit == lua.LNil {
			return wait{}, t
		}
		if limit == lua.LNumber(0) {
			return wait{limited: true}, t
		}
		d, err := parseDuration(limit)
		if err != nil {
			problem.Raisef(L, "timeout", "%s: %v", method, err)
		}
		return wait{true, d}, t
	}
	problem.Here(L, "%s: its options are a table, but this is %s", method, problem.Describe(v)).
		Hinted("write x:%s(..., {timeout = \"1s\"})", method).Pointing(method).Raise(L)
	return wait{}, nil
}

// deliver writes what the script has written before a call waits, or raises that it is lost.
func deliver(L *lua.LState, method string) {
	if err := vmOf(L).streams.Deliver(); err != nil {
		luaio.RaiseStop(L, err)
		problem.Raisef(L, method, "%s: %v", method, err)
	}
}

// within is ctx that also ends when the call may block no longer.
func (w wait) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if !w.limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, w.deadline())
}

// ended reports whether a call has ended with err for its limit, and not for the script's end.
func (w wait) ended(vm *VM, err error) bool {
	return w.limited && vm.ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded)
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
func interrupted(L *lua.LState) {
	interruptedAt(problem.Where(L)).Raise(L)
}

// raiseStop raises what has ended a read or a write of a file.
func raiseStop(L *lua.LState, err error) {
	if errors.Is(err, luaio.ErrGivenUp) {
		interrupted(L)
	}
	var e *runtime.DeadlockError
	if errors.As(err, &e) {
		method := "read"
		if e.AtWrite() {
			method = "write"
		}
		raiseDeadlock(L, method, e)
	}
	problem.Raise(L, err)
}

func interruptedAt(at problem.Origin) *problem.Error {
	p := problem.New(at, "interrupted")
	p.Why = runtime.WhyInterrupted
	return p
}

// giveUp pushes nil and the reason.
func giveUp(L *lua.LState, why string) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(why))
	return 2
}
