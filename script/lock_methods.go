package script

import (
	"context"
	"errors"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/problem"
)

// checkLock gives the lock that a method was called on.
func checkLock[T ipc.Object](L *lua.LState, noun, method string) (*lock, T) {
	l := checkObject[*lock](L, noun, method)
	h, ok := l.handle.(T)
	if !ok {
		problem.Raisef(L, method, "%s is a method of %s, but this is %s", method, noun, problem.Describe(L.Get(1)))
	}
	if l.closed {
		problem.Raisef(L, method, "%s: %s is closed", method, writeObject(l))
	}
	if method != "value" {
		mayAct(L, l, method)
	}
	return l, h
}

// callContext ends with the script, and at the moment until which a call may
// block, if there is one. It tells of that who asks: locks do, and no timer is set.
type callContext struct {
	context.Context
	until time.Time
	vm    *VM
}

// Party is by which package ipc publishes the wait.
func (c callContext) Party() uint32 { return c.vm.waits.party() }

func (c callContext) Deadline() (time.Time, bool) { return c.until, !c.until.IsZero() }

func (c callContext) Err() error {
	if err := c.Context.Err(); err != nil {
		return err
	}
	if !c.until.IsZero() && time.Until(c.until) <= 0 {
		return context.DeadlineExceeded
	}
	if c.until.IsZero() {
		return c.vm.waits.broken()
	}
	return nil
}

// waitFor calls await with a context that ends with the call's time, and pushes
// true, true and "abandoned", or nil and why the time was over.
func waitFor(L *lua.LState, method string, options int, await func(context.Context) error) int {
	return tryAndWaitFor(L, method, options, notAtOnce, await)
}

func notAtOnce() error { return os.ErrDeadlineExceeded }

// tryAndWaitFor is waitFor of what may be had at once: await is called where try says that
// its time was over.
func tryAndWaitFor(L *lua.LState, method string, options int, try func() error, await func(context.Context) error) int {
	vm := vmOf(L)
	w, _ := readWait(L, method, L.Get(options))
	if vm.opts.Explain != nil && !w.limited {
		w = wait{limited: true} // nobody runs who would be waited for
	}
	deliver(L, method)
	err := try()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		var deadlock *runtime.DeadlockError
		if !w.limited {
			o, _ := toObject(L.Get(1))
			vm.waits.begin(o, runtime.InsiderWait{})
		}
		err = await(callContext{vm.ctx, w.deadline(), vm})
		if !w.limited {
			deadlock = vm.waits.end()
		}
		// A party that died was stopped for the deadlock that has ended this wait.
		if deadlock != nil && (errors.Is(err, errDeadlock) || errors.Is(err, ipc.ErrAbandoned)) {
			raiseDeadlock(L, method, deadlock)
		}
	}
	switch {
	case err == nil:
		L.Push(lua.LTrue)
		return 1
	case errors.Is(err, ipc.ErrAbandoned):
		L.Push(lua.LTrue)
		L.Push(lua.LString("abandoned"))
		return 2
	case vm.ctx.Err() != nil:
		interrupted(L)
	case errors.Is(err, ipc.ErrHeld):
		problem.Here(L, "%v", err).Hinted("unlock it first: m:unlock()").Pointing(method).Raise(L)
	case errors.Is(err, ipc.ErrNotHeld):
		problem.Here(L, "%v", err).Hinted("call m:lock() before c:wait(m)").Pointing(method).Raise(L)
	case errors.Is(err, context.DeadlineExceeded) && vm.opts.Explain != nil:
		L.Push(lua.LTrue)
		return 1
	case errors.Is(err, context.DeadlineExceeded):
		return giveUp(L, w.over())
	}
	problem.Raise(L, objectProblem(L, method, err))
	return 0
}

// pushNothing is the end of a call that gives nothing.
func pushNothing(L *lua.LState, method string, err error) int {
	if errors.Is(err, ipc.ErrNotHeld) {
		problem.Here(L, "%v", err).Hinted("only who has locked a mutex unlocks it: m:lock() comes first").
			Pointing(method).Raise(L)
	}
	if err != nil {
		problem.Raise(L, objectProblem(L, method, err))
	}
	return 0
}

// doing is a method that gives nothing.
func doing[T ipc.Object](noun, method string, do func(T) error) lua.LGFunction {
	return func(L *lua.LState) int {
		_, h := checkLock[T](L, noun, method)
		return pushNothing(L, method, do(h))
	}
}

// waiting is a wait({timeout=}) that nothing more need be known of.
func waiting[T ipc.Object](noun string, await func(T, context.Context) error) lua.LGFunction {
	return func(L *lua.LState) int {
		_, h := checkLock[T](L, noun, "wait")
		return waitFor(L, "wait", 2, func(ctx context.Context) error { return await(h, ctx) })
	}
}

func semaphoreWait(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](L, "a semaphore", "wait")
	return tryAndWaitFor(L, "wait", 2, func() error {
		if s.TryWait() {
			return nil
		}
		return notAtOnce()
	}, s.Wait)
}

func semaphoreValue(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](L, "a semaphore", "value")
	value, err := s.Value()
	if err != nil {
		return pushNothing(L, "value", err)
	}
	L.Push(lua.LNumber(value))
	return 1
}

func semaphoreInit(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](L, "a semaphore", "init")
	return pushNothing(L, "init", s.Init(L.CheckInt(2)))
}

func mutexLock(L *lua.LState) int {
	vm := vmOf(L)
	l, m := checkLock[*ipc.Mutex](L, "a mutex", "lock")
	if L.Get(2) == lua.LNil {
		checkOwnHold(L, l)
	}
	taken := func(err error) error {
		if !errors.Is(err, ipc.ErrAbandoned) {
			return err
		}
		// What ends this wait has ended the holder, too.
		end := vm.ctx.Err()
		if end == nil && vm.waits.insider != nil && vm.waits.insider.Foreseen() != nil {
			end = errDeadlock
		}
		if end == nil {
			return err
		}
		_ = m.Unlock()
		return end
	}
	return tryAndWaitFor(L, "lock", 2, func() error { return taken(m.TryLock()) },
		func(ctx context.Context) error { return taken(m.Lock(ctx)) })
}

// checkOwnHold refuses to wait for ever for a mutex that this script itself
// holds by another value.
func checkOwnHold(L *lua.LState, l *lock) {
	for o := range vmOf(L).objects.held {
		other, ok := o.(*lock)
		if !ok || other == l || other.closed {
			continue
		}
		if m, ok := other.handle.(*ipc.Mutex); !ok || !m.Held() || !sameObject(l, other) {
			continue
		}
		problem.Here(L, "lock: this script holds %s already, by another value: it would wait for itself", writeObject(l)).
			Hinted("unlock that one first, or say how long to wait: m:lock{timeout = 0}").Pointing("lock").Raise(L)
	}
}

// sameObject reports whether two locks are one.
func sameObject(a, b *lock) bool {
	x, err := a.handle.Files()[0].Stat()
	y, err2 := b.handle.Files()[0].Stat()
	return err == nil && err2 == nil && a.offset == b.offset && os.SameFile(x, y)
}

// conditionWait is c:wait(m [, {timeout=}]).
func conditionWait(L *lua.LState) int {
	vm := vmOf(L)
	_, c := checkLock[*ipc.Condition](L, "a condition", "wait")
	o, _ := toObject(L.Get(2))
	l, _ := o.(*lock)
	var m *ipc.Mutex
	if l != nil {
		m, _ = l.handle.(*ipc.Mutex)
	}
	if m == nil {
		problem.Here(L, "wait: a condition waits with a mutex, but this is %s", problem.Describe(L.Get(2))).
			Hinted("write c:wait(m), with m locked").Pointing("wait").Raise(L)
	}
	return waitFor(L, "wait", 3, func(ctx context.Context) error {
		until, _ := ctx.Deadline()
		return c.WaitUntil(callContext{vm.ctx, time.Time{}, vm}, m, until)
	})
}

// barrierWait is b:wait([{timeout=}]): "last" for one of the parties.
func barrierWait(L *lua.LState) int {
	_, b := checkLock[*ipc.Barrier](L, "a barrier", "wait")
	last := false
	n := waitFor(L, "wait", 2, func(ctx context.Context) (err error) {
		last, err = b.Wait(ctx)
		return err
	})
	if last {
		L.Push(lua.LString("last"))
		return 2
	}
	return n
}

// objectClose is x:close() of a lock or region.
func objectClose(L *lua.LState) int {
	o, ok := toObject(L.Get(1))
	if !ok {
		problem.Here(L, "close is a method, but this is %s", problem.Describe(L.Get(1))).
			Hinted("write x:close(), with a colon").Pointing("close").Raise(L)
	}
	if err := vmOf(L).objects.release(o); err != nil {
		problem.Raise(L, objectProblem(L, "close", err))
	}
	return 0
}

// objectUnlink is x:unlink(): the name goes, who has it keeps it.
func objectUnlink(L *lua.LState) int {
	o, ok := toObject(L.Get(1))
	if !ok || o.addr().Name == "" {
		problem.Raisef(L, "unlink", "unlink: %s has no name", problem.Describe(L.Get(1)))
	}
	if err := ipc.Unlink(o.addr()); err != nil {
		problem.Raise(L, objectProblem(L, "unlink", err))
	}
	return 0
}
