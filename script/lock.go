package script

import (
	"context"
	"errors"
	"math"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
)

// lock is a lock of ipc's in the script's hands.
type lock struct {
	origin
	handle lockHandle
	how    string
	made   bool // its name is this state's to remove
	of     *sharedRegion
	offset int  // of a semaphore inside a region
	alone  bool // the region came for it only
	closed bool
}

// lockHandle is what all locks of ipc's have.
type lockHandle interface {
	Addr() ipc.Addr
	File() *os.File
	Close() error
}

func (l *lock) addr() ipc.Addr { return l.handle.Addr() }
func (l *lock) call() string   { return l.how }

func (l *lock) files() []*os.File { return []*os.File{l.handle.File()} }

func (l *lock) dismantle(t *lua.LTable) {
	if l.of != nil {
		t.RawSetString("offset", lua.LNumber(l.offset))
	}
}

func (l *lock) close() error {
	if l.closed {
		return nil
	}
	l.closed = true
	a := l.addr()
	err := l.handle.Close()
	if l.alone {
		err = l.of.close()
	}
	if l.made {
		err = errors.Join(err, unname(a))
	}
	return err
}

// lockMaker is how locks of one kind are made and joined. n is a semaphore's
// value, a barrier's number, or 1 for an event that resets itself.
type lockMaker struct {
	kind   ipc.Kind
	create func(name string, n int, o ipc.NameOptions) (lockHandle, error)
	open   func(name string) (lockHandle, error)
	join   func(f *os.File, name string) (lockHandle, error)
}

func asLock[T lockHandle](h T, err error) (lockHandle, error) {
	if err != nil {
		return nil, err
	}
	return h, nil
}

var lockMakers = []lockMaker{
	{ipc.KindSemaphore,
		func(name string, n int, o ipc.NameOptions) (lockHandle, error) {
			return asLock(ipc.CreateSemaphore(name, n, o))
		},
		func(name string) (lockHandle, error) { return asLock(ipc.OpenSemaphore(name)) },
		func(f *os.File, name string) (lockHandle, error) { return asLock(ipc.SemaphoreFromFile(f, name)) }},
	{ipc.KindMutex,
		func(name string, n int, o ipc.NameOptions) (lockHandle, error) {
			return asLock(ipc.CreateMutex(name, o))
		},
		func(name string) (lockHandle, error) { return asLock(ipc.OpenMutex(name)) },
		func(f *os.File, name string) (lockHandle, error) { return asLock(ipc.MutexFromFile(f, name)) }},
	{ipc.KindCondition,
		func(name string, n int, o ipc.NameOptions) (lockHandle, error) {
			return asLock(ipc.CreateCondition(name, o))
		},
		func(name string) (lockHandle, error) { return asLock(ipc.OpenCondition(name)) },
		func(f *os.File, name string) (lockHandle, error) { return asLock(ipc.ConditionFromFile(f, name)) }},
	{ipc.KindBarrier,
		func(name string, n int, o ipc.NameOptions) (lockHandle, error) {
			return asLock(ipc.CreateBarrier(name, n, o))
		},
		func(name string) (lockHandle, error) { return asLock(ipc.OpenBarrier(name)) },
		func(f *os.File, name string) (lockHandle, error) { return asLock(ipc.BarrierFromFile(f, name)) }},
	{ipc.KindEvent,
		func(name string, n int, o ipc.NameOptions) (lockHandle, error) {
			return asLock(ipc.CreateEvent(name, n == 1, o))
		},
		func(name string) (lockHandle, error) { return asLock(ipc.OpenEvent(name)) },
		func(f *os.File, name string) (lockHandle, error) { return asLock(ipc.EventFromFile(f, name)) }},
}

func init() {
	what := map[ipc.Kind]string{ipc.KindSemaphore: "a semaphore", ipc.KindMutex: "a mutex", ipc.KindCondition: "a condition",
		ipc.KindBarrier: "a barrier", ipc.KindEvent: "an event"}
	methods := map[ipc.Kind]*[]Entry{ipc.KindSemaphore: &semaphoreMethods, ipc.KindMutex: &mutexMethods, ipc.KindCondition: &conditionMethods,
		ipc.KindBarrier: &barrierMethods, ipc.KindEvent: &eventMethods}
	for _, mk := range lockMakers {
		objectKinds[mk.kind] = objectKind{what[mk.kind], methods[mk.kind], nil, func(vm *VM, at origin, t *lua.LTable, files []*os.File) (object, error) {
			return assembleLock(mk, at, t, files)
		}}
	}
}

// assembleLock joins a lock that came with a function.
func assembleLock(mk lockMaker, at origin, t *lua.LTable, files []*os.File) (object, error) {
	name := lua.LVAsString(t.RawGetString("name"))
	if offset, inside := t.RawGetString("offset").(lua.LNumber); inside {
		region, err := ipc.RegionFromFile(files[0], name)
		if err != nil {
			return nil, err
		}
		l, err := insideRegion(at, &sharedRegion{origin: at, region: region}, int(offset))
		if err != nil {
			region.Close()
			return nil, err
		}
		l.alone = true
		return l, nil
	}
	h, err := mk.join(files[0], name)
	if err != nil {
		return nil, err
	}
	return &lock{origin: at, handle: h}, nil
}

// insideRegion is the semaphore at an offset of a region.
func insideRegion(at origin, of *sharedRegion, offset int) (*lock, error) {
	s, err := ipc.SemaphoreAt(of.region, offset)
	if err != nil {
		return nil, err
	}
	return &lock{origin: at, handle: s, of: of, offset: offset, how: "a sem_t in " + writeObject(of)}, nil
}

// luaLock makes or joins a lock. first is what may stand before or in place of
// the name.
func (vm *VM) luaLock(L *lua.LState, kind ipc.Kind, n int, name string, t *lua.LTable) int {
	mk := &lockMakers[0]
	for i := range lockMakers {
		if lockMakers[i].kind == kind {
			mk = &lockMakers[i]
		}
	}
	keep := t != nil && lua.LVAsBool(t.RawGetString("keep"))
	handle, made, err := openOrMake(vm, name, keep,
		func(name string, o ipc.NameOptions) (lockHandle, error) { return mk.create(name, n, o) }, mk.open)
	if err != nil {
		vm.raise(L, objectProblem(L, string(kind), err))
	}
	l := &lock{origin: whereIs(L), handle: handle, made: vm.owns(made, name, keep), how: lockCall(kind, name, made)}
	vm.pushObject(L, l)
	return 1
}

func lockCall(kind ipc.Kind, name string, made bool) string {
	switch {
	case !made:
		return "joins " + string(kind) + " " + name
	case kind == ipc.KindSemaphore && name != "":
		return "sem_open(" + name + ", O_CREAT|O_EXCL, 0600)"
	}
	return regionCall(string(kind), name)
}

func (vm *VM) luaSemaphore(L *lua.LState) int {
	name, n, t := vm.lockArguments(L, "semaphore", "the value", ipc.SemaphoreMax)
	return vm.luaLock(L, ipc.KindSemaphore, n, name, t)
}

func (vm *VM) luaBarrier(L *lua.LState) int {
	name, n, t := vm.lockArguments(L, "barrier", "the number of parties", ipc.MaxParties)
	return vm.luaLock(L, ipc.KindBarrier, n, name, t)
}

// lockArguments reads ([name,] n [, options]).
func (vm *VM) lockArguments(L *lua.LState, what, count string, limit int) (string, int, *lua.LTable) {
	name, next := "", 1
	if s, ok := L.Get(1).(lua.LString); ok {
		name, next = string(s), 2
	} else if L.Get(1) == lua.LNil && L.GetTop() > 1 {
		next = 2
	}
	n, ok := L.Get(next).(lua.LNumber)
	if !ok || n < 0 || float64(n) != math.Trunc(float64(n)) || int(n) > limit {
		vm.raise(L, problemf(whereIs(L), "%s: %s must be a whole number up to %d, but is %s", what, count, limit, describe(L.Get(next))).
			hinted("write %s(%q, 1)", what, "/name").pointing(what))
	}
	t, _ := L.Get(next + 1).(*lua.LTable)
	if t != nil {
		vm.checkKeys(L, what, t, false, "keep")
	}
	return name, int(n), t
}

func (vm *VM) luaMutex(L *lua.LState) int {
	name, t := vm.nameAndOptions(L, "mutex")
	vm.checkOptions(L, "mutex", t, "keep")
	return vm.luaLock(L, ipc.KindMutex, 0, name, t)
}

func (vm *VM) luaCondition(L *lua.LState) int {
	name, t := vm.nameAndOptions(L, "condition")
	vm.checkOptions(L, "condition", t, "keep")
	return vm.luaLock(L, ipc.KindCondition, 0, name, t)
}

func (vm *VM) luaEvent(L *lua.LState) int {
	name, t := vm.nameAndOptions(L, "event")
	vm.checkOptions(L, "event", t, "keep", "auto")
	n := 0
	if t != nil && lua.LVAsBool(t.RawGetString("auto")) {
		n = 1
	}
	return vm.luaLock(L, ipc.KindEvent, n, name, t)
}

func (vm *VM) checkOptions(L *lua.LState, what string, t *lua.LTable, known ...string) {
	if t != nil {
		vm.checkKeys(L, what, t, false, known...)
	}
}

// checkLock gives the lock that a method was called on.
func checkLock[T lockHandle](vm *VM, L *lua.LState, what, method string) (*lock, T) {
	l := checkObject[*lock](vm, L, what, method)
	h, ok := l.handle.(T)
	if !ok {
		vm.raisef(L, method, "%s is a method of %s, but this is %s", method, what, describe(L.Get(1)))
	}
	if l.closed {
		vm.raisef(L, method, "%s: %s is closed", method, writeObject(l))
	}
	return l, h
}

// waitFor calls await with a context that ends with the call's time, and pushes
// true, true and "abandoned", or nil and why the time was over.
func (vm *VM) waitFor(L *lua.LState, method string, options int, await func(context.Context) error) int {
	w, _ := vm.readWait(L, method, L.Get(options))
	if vm.opts.Explain != nil && !w.limited {
		w = wait{limited: true} // nobody runs who would be waited for
	}
	vm.streams.Flush()
	ctx, cancel := w.context(vm.ctx)
	defer cancel()
	err := await(ctx)
	switch {
	case err == nil:
		L.Push(lua.LTrue)
		return 1
	case errors.Is(err, ipc.ErrAbandoned):
		L.Push(lua.LTrue)
		L.Push(lua.LString("abandoned"))
		return 2
	case vm.ctx.Err() != nil:
		vm.interrupted(L)
	case errors.Is(err, context.DeadlineExceeded) && vm.opts.Explain != nil:
		L.Push(lua.LTrue)
		return 1
	case errors.Is(err, context.DeadlineExceeded):
		return giveUp(L, w.over())
	}
	vm.raise(L, objectProblem(L, method, err))
	return 0
}

// told is the end of a call that gives nothing.
func (vm *VM) told(L *lua.LState, method string, err error) int {
	if err != nil {
		vm.raise(L, objectProblem(L, method, err))
	}
	return 0
}

func (vm *VM) semaphoreWait(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](vm, L, "a semaphore", "wait")
	return vm.waitFor(L, "wait", 2, s.Wait)
}

func (vm *VM) semaphorePost(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](vm, L, "a semaphore", "post")
	return vm.told(L, "post", s.Post())
}

func (vm *VM) semaphoreValue(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](vm, L, "a semaphore", "value")
	L.Push(lua.LNumber(s.Value()))
	return 1
}

func (vm *VM) semaphoreInit(L *lua.LState) int {
	_, s := checkLock[*ipc.Semaphore](vm, L, "a semaphore", "init")
	return vm.told(L, "init", s.Init(L.CheckInt(2)))
}

func (vm *VM) mutexLock(L *lua.LState) int {
	_, m := checkLock[*ipc.Mutex](vm, L, "a mutex", "lock")
	return vm.waitFor(L, "lock", 2, m.Lock)
}

func (vm *VM) mutexUnlock(L *lua.LState) int {
	_, m := checkLock[*ipc.Mutex](vm, L, "a mutex", "unlock")
	return vm.told(L, "unlock", m.Unlock())
}

// conditionWait is c:wait(m [, {timeout=}]).
func (vm *VM) conditionWait(L *lua.LState) int {
	_, c := checkLock[*ipc.Condition](vm, L, "a condition", "wait")
	o, _ := toObject(L.Get(2))
	l, _ := o.(*lock)
	var m *ipc.Mutex
	if l != nil {
		m, _ = l.handle.(*ipc.Mutex)
	}
	if m == nil {
		vm.raise(L, problemf(whereIs(L), "wait: a condition waits with a mutex, but this is %s", describe(L.Get(2))).
			hinted("write c:wait(m), with m locked").pointing("wait"))
	}
	return vm.waitFor(L, "wait", 3, func(ctx context.Context) error { return c.Wait(ctx, m) })
}

func (vm *VM) conditionSignal(L *lua.LState) int {
	_, c := checkLock[*ipc.Condition](vm, L, "a condition", "signal")
	return vm.told(L, "signal", c.Signal())
}

func (vm *VM) conditionBroadcast(L *lua.LState) int {
	_, c := checkLock[*ipc.Condition](vm, L, "a condition", "broadcast")
	return vm.told(L, "broadcast", c.Broadcast())
}

// barrierWait is b:wait([{timeout=}]): "last" for one of the parties.
func (vm *VM) barrierWait(L *lua.LState) int {
	_, b := checkLock[*ipc.Barrier](vm, L, "a barrier", "wait")
	last := false
	n := vm.waitFor(L, "wait", 2, func(ctx context.Context) (err error) {
		last, err = b.Wait(ctx)
		return err
	})
	if last {
		L.Push(lua.LString("last"))
		return 2
	}
	return n
}

func (vm *VM) eventWait(L *lua.LState) int {
	_, e := checkLock[*ipc.Event](vm, L, "an event", "wait")
	return vm.waitFor(L, "wait", 2, e.Wait)
}

func (vm *VM) eventSet(L *lua.LState) int {
	_, e := checkLock[*ipc.Event](vm, L, "an event", "set")
	return vm.told(L, "set", e.Set())
}

func (vm *VM) eventReset(L *lua.LState) int {
	_, e := checkLock[*ipc.Event](vm, L, "an event", "reset")
	return vm.told(L, "reset", e.Reset())
}

// objectClose is x:close() of a lock or region.
func (vm *VM) objectClose(L *lua.LState) int {
	o, ok := toObject(L.Get(1))
	if !ok {
		vm.raise(L, problemf(whereIs(L), "close is a method, but this is %s", describe(L.Get(1))).hinted("write x:close(), with a colon").pointing("close"))
	}
	if err := o.close(); err != nil {
		vm.raise(L, objectProblem(L, "close", err))
	}
	return 0
}

// objectUnlink is x:unlink(): the name goes, who has it keeps it.
func (vm *VM) objectUnlink(L *lua.LState) int {
	o, ok := toObject(L.Get(1))
	if !ok || o.addr().Name == "" {
		vm.raisef(L, "unlink", "unlink: %s has no name", describe(L.Get(1)))
	}
	if err := ipc.Unlink(o.addr()); err != nil {
		vm.raise(L, objectProblem(L, "unlink", err))
	}
	return 0
}
