package script

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// lock is a lock of ipc's in the script's hands.
type lock struct {
	problem.Origin
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

func init() {
	what := map[ipc.Kind]string{ipc.KindSemaphore: "a semaphore", ipc.KindMutex: "a mutex", ipc.KindCondition: "a condition",
		ipc.KindBarrier: "a barrier", ipc.KindEvent: "an event"}
	methods := map[ipc.Kind]*[]Entry{ipc.KindSemaphore: &semaphoreMethods, ipc.KindMutex: &mutexMethods, ipc.KindCondition: &conditionMethods,
		ipc.KindBarrier: &barrierMethods, ipc.KindEvent: &eventMethods}
	for kind := range what {
		objectKinds[kind] = objectKind{what[kind], methods[kind], nil, func(vm *VM, at problem.Origin, t *lua.LTable, files []*os.File) (object, error) {
			return assembleLock(kind, at, t, files)
		}}
	}
}

// assembleLock joins a lock that came with a function.
func assembleLock(kind ipc.Kind, at problem.Origin, t *lua.LTable, files []*os.File) (object, error) {
	name := lua.LVAsString(t.RawGetString("name"))
	if offset, inside := t.RawGetString("offset").(lua.LNumber); inside {
		region, err := ipc.RegionFromFile(files[0], name)
		if err != nil {
			return nil, err
		}
		l, err := insideRegion(at, &sharedRegion{Origin: at, region: region}, int(offset))
		if err != nil {
			region.Close()
			return nil, err
		}
		l.alone = true
		return l, nil
	}
	h, err := asLock(ipc.Join(ipc.Addr{Kind: kind, Name: name}, files))
	if err != nil {
		return nil, err
	}
	return &lock{Origin: at, handle: h}, nil
}

// insideRegion is the semaphore at an offset of a region.
func insideRegion(at problem.Origin, of *sharedRegion, offset int) (*lock, error) {
	s, err := ipc.SemaphoreAt(of.region, offset)
	if err != nil {
		return nil, err
	}
	return &lock{Origin: at, handle: s, of: of, offset: offset, how: "a sem_t in " + writeObject(of)}, nil
}

// asLock is what Create, Open or Join gave of a lock.
func asLock(o ipc.Object, err error) (lockHandle, error) {
	if err != nil {
		return nil, err
	}
	return o.(lockHandle), nil
}

// luaLock makes or joins a lock. n is a semaphore's value, a barrier's number, or 1 for an
// event that resets itself.
func luaLock(L *lua.LState, kind ipc.Kind, n int, name string, t *lua.LTable) int {
	vm := vmOf(L)
	keep := t != nil && lua.LVAsBool(t.RawGetString("keep"))
	create := func(name string, o ipc.NameOptions) (lockHandle, error) {
		return asLock(ipc.Create(ipc.Addr{Kind: kind, Name: name}, ipc.Spec{Count: n, Auto: n == 1}, o))
	}
	open := func(name string) (lockHandle, error) {
		return asLock(ipc.Open(vm.ctx, ipc.Addr{Kind: kind, Name: name}))
	}
	if n == joinOnly && vm.opts.Explain == nil {
		create = func(name string, o ipc.NameOptions) (lockHandle, error) { return nil, fs.ErrExist }
	}
	handle, made, err := openOrMake(vm, name, keep, create, open)
	if n == joinOnly && errors.Is(err, fs.ErrNotExist) {
		problem.Here(L, "there is no semaphore %s", name).
			Hinted("write semaphore(%q, n) to make it with the value n", name).Pointing("semaphore").Raise(L)
	}
	if err != nil {
		problem.Raise(L, objectProblem(L, string(kind), err))
	}
	if !made {
		checkAsked(L, handle, n)
	}
	l := &lock{Origin: problem.Where(L), handle: handle, made: vm.owns(made, name, keep), how: lockCall(kind, name, made)}
	pushObject(L, l)
	return 1
}

// joinOnly stands for a semaphore's value where the script gives none: the
// semaphore must be there.
const joinOnly = -1

// checkAsked refuses a lock that is there otherwise than the script asks. A
// semaphore's value is only for who makes it, as with sem_open(3).
func checkAsked(L *lua.LState, handle lockHandle, n int) {
	have, asked := "", ""
	switch h := handle.(type) {
	case *ipc.Barrier:
		if h.Parties() != n {
			have, asked = fmt.Sprintf("for %d parties", h.Parties()), fmt.Sprintf("for %d", n)
		}
	case *ipc.Event:
		ways := map[bool]string{true: "that resets itself", false: "that stays set"}
		if h.Auto() != (n == 1) {
			have, asked = "as one "+ways[h.Auto()], "for one "+ways[n == 1]
		}
	}
	if have != "" {
		a := handle.Addr()
		handle.Close()
		problem.Here(L, "%s %s is there already, %s; this asks %s", a.Kind, a.Name, have, asked).
			Hinted("take another name, or ask for the same").Pointing(string(a.Kind)).Raise(L)
	}
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

func luaSemaphore(L *lua.LState) int {
	name, n, t := lockArguments(L, "semaphore", "the value", ipc.SemaphoreMax)
	return luaLock(L, ipc.KindSemaphore, n, name, t)
}

func luaBarrier(L *lua.LState) int {
	name, n, t := lockArguments(L, "barrier", "the number of parties", ipc.MaxParties)
	return luaLock(L, ipc.KindBarrier, n, name, t)
}

// lockArguments reads ([name,] n [, options]). n may be missing after the name
// of a semaphore.
func lockArguments(L *lua.LState, what, count string, limit int) (string, int, *lua.LTable) {
	name, next := "", 1
	if s, ok := L.Get(1).(lua.LString); ok {
		name, next = string(s), 2
	} else if L.Get(1) == lua.LNil && L.GetTop() > 1 {
		next = 2
	}
	n, ok := L.Get(next).(lua.LNumber)
	switch {
	case !ok && name != "" && what == "semaphore" && L.GetTop() < 2:
		return name, joinOnly, nil
	case !ok:
		problem.Here(L, "%s: %s must be a number, but is %s", what, count, problem.Describe(L.Get(next))).
			Hinted("write %s(%q, 1)", what, nameOr(name, "/name")).Pointing(what).Raise(L)
	case n < 0 || float64(n) != math.Trunc(float64(n)) || float64(n) > float64(limit):
		problem.Here(L, "%s: %s must be a whole number up to %d, but is %s", what, count, limit, n).Pointing(what).Raise(L)
	}
	return name, int(n), lockOptions(L, what, next+1, "keep")
}

// lockOptions reads the table that ends a call.
func lockOptions(L *lua.LState, what string, at int, known ...string) *lua.LTable {
	v := L.Get(at)
	t, ok := v.(*lua.LTable)
	if !ok && v != lua.LNil {
		problem.Here(L, "%s: its options are a table, but this is %s", what, problem.Describe(v)).
			Hinted("write {keep = true}").Pointing(what).Raise(L)
	}
	checkOptions(L, what, t, known...)
	return t
}

func luaMutex(L *lua.LState) int {
	name, t := nameAndOptions(L, "mutex")
	checkOptions(L, "mutex", t, "keep")
	return luaLock(L, ipc.KindMutex, 0, name, t)
}

func luaCondition(L *lua.LState) int {
	name, t := nameAndOptions(L, "condition")
	checkOptions(L, "condition", t, "keep")
	return luaLock(L, ipc.KindCondition, 0, name, t)
}

func luaEvent(L *lua.LState) int {
	name, t := nameAndOptions(L, "event")
	checkOptions(L, "event", t, "keep", "auto")
	n := 0
	if t != nil && lua.LVAsBool(t.RawGetString("auto")) {
		n = 1
	}
	return luaLock(L, ipc.KindEvent, n, name, t)
}

func checkOptions(L *lua.LState, what string, t *lua.LTable, known ...string) {
	if t != nil {
		checkKeys(L, what, t, false, known...)
	}
}
