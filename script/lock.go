package script

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// lock is a lock of ipc's in the script's hands.
type lock struct {
	problem.Origin
	handle ipc.Object
	how    string
	made   bool // its name is this state's to remove
	of     *sharedRegion
	offset int  // of a semaphore inside a region
	alone  bool // the region came for it only
	closed bool
}

func (l *lock) addr() ipc.Addr { return l.handle.Addr() }
func (l *lock) call() string   { return l.how }

func (l *lock) files() ([]*os.File, error) { return l.handle.Files(), nil }

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

// assembleLock joins a lock that came with a function.
func assembleLock(kind ipc.Kind, at problem.Origin, t *lua.LTable, files []*os.File) (object, error) {
	name := lua.LVAsString(t.RawGetString("name"))
	if offset, inside := t.RawGetString("offset").(lua.LNumber); inside {
		r, err := regionFrom(at, files[0], name)
		if err != nil {
			return nil, err
		}
		l, err := insideRegion(at, r, int(offset))
		if err != nil {
			r.Memory.Close()
			return nil, err
		}
		l.alone = true
		return l, nil
	}
	h, err := ipc.Join(ipc.Addr{Kind: kind, Name: name}, files)
	if err != nil {
		return nil, err
	}
	return &lock{Origin: at, handle: h}, nil
}

// insideRegion is the semaphore at an offset of a region.
func insideRegion(at problem.Origin, of *sharedRegion, offset int) (*lock, error) {
	s, err := ipc.SemaphoreAt(of.Memory, offset)
	if err != nil {
		return nil, err
	}
	return &lock{Origin: at, handle: s, of: of, offset: offset, how: "a sem_t in " + writeObject(of)}, nil
}

// complete gives the row its constructor, and joins what comes with a function.
func (r *lockRow) complete() mechanism {
	r.maker.Call = func(L *lua.LState) int { return makeLock(L, r) }
	r.assemble = func(_ *VM, at problem.Origin, t *lua.LTable, files []*os.File) (object, error) {
		return assembleLock(r.kind, at, t, files)
	}
	return r.mechanism
}

// makeLock is the constructor of a lock: it makes it, or joins the one that has the name.
func makeLock(L *lua.LState, r *lockRow) int {
	vm, word := vmOf(L), string(r.kind)
	name, spec, t := lockArguments(L, r)
	opening := readOpening(L, word, name, t)
	opening.join = opening.join || spec.Count == joinOnly
	create := func(name string, o ipc.NameOptions) (ipc.Object, error) {
		spec.Count = max(spec.Count, 0)
		return ipc.Create(ipc.Addr{Kind: r.kind, Name: name}, spec, o)
	}
	open := func(name string) (ipc.Object, error) {
		return ipc.Open(vm.ctx, ipc.Addr{Kind: r.kind, Name: name})
	}
	handle, made, err := openOrMake(vm, r.kind, name, opening, create, open)
	if spec.Count == joinOnly && errors.Is(err, fs.ErrNotExist) {
		problem.Here(L, "there is no %s %s", word, name).
			Hinted("write %s(%s, n) to make it with the value n", word, problem.Quote(name)).Pointing(word).Raise(L)
	}
	if err != nil {
		problem.Raise(L, openingProblem(L, r.kind, name, opening, err))
	}
	how := "joins " + word + " " + name
	switch {
	case !made:
		checkAsked(L, r, handle, spec)
	case r.call != nil:
		how = r.call(name)
	default:
		how = regionCall(word, name)
	}
	pushObject(L, &lock{Origin: problem.Where(L), handle: handle, made: owns(vm, made, name, opening.keep), how: how})
	return 1
}

// checkAsked refuses a lock that is there otherwise than the script asks. A
// semaphore's value is only for who makes it, as with sem_open(3).
func checkAsked(L *lua.LState, r *lockRow, handle ipc.Object, spec ipc.Spec) {
	if r.differs == nil {
		return
	}
	if have, asked := r.differs(handle, spec); have != "" {
		a := handle.Addr()
		handle.Close()
		problem.Here(L, "%s %s is there already, %s; this asks %s", a.Kind, a.Name, have, asked).
			Hinted("take another name, or ask for the same").Pointing(string(a.Kind)).Raise(L)
	}
}

// joinOnly stands for a semaphore's value where the script gives none: the
// semaphore must be there.
const joinOnly = -1

// lockArguments reads ([name,] [options]), with a number before the options where a lock has
// one. A semaphore's may be missing after its name.
func lockArguments(L *lua.LState, r *lockRow) (name string, spec ipc.Spec, t *lua.LTable) {
	word, known := string(r.kind), append(slices.Clone(openingOptions), r.options...)
	if r.count == "" {
		name, t = nameAndOptions(L, word)
		checkOptions(L, word, t, known...)
		spec.Auto = t != nil && lua.LVAsBool(t.RawGetString("auto"))
		return name, spec, t
	}
	next := 1
	if s, ok := L.Get(1).(lua.LString); ok {
		name, next = string(s), 2
	} else if L.Get(1) == lua.LNil && L.GetTop() > 1 {
		next = 2
	}
	n, ok := L.Get(next).(lua.LNumber)
	options, only := L.Get(next).(*lua.LTable)
	switch {
	case only && name != "" && r.joins && options.RawGetString("open") == lua.LString("join"):
		checkOptions(L, word, options, known...)
		return name, ipc.Spec{Count: joinOnly}, options
	case !ok && name != "" && r.joins && L.GetTop() < 2:
		return name, ipc.Spec{Count: joinOnly}, nil
	case !ok:
		problem.Here(L, "%s: %s must be a number, but is %s", word, r.count, problem.Describe(L.Get(next))).
			Hinted("write %s(%s, 1)", word, problem.Quote(nameOr(name, "/name"))).Pointing(word).Raise(L)
	case n < 0 || float64(n) != math.Trunc(float64(n)) || float64(n) > float64(r.most):
		problem.Here(L, "%s: %s must be a whole number up to %d, but is %s", word, r.count, r.most, n).
			Pointing(word).Raise(L)
	}
	v := L.Get(next + 1)
	if t, ok = v.(*lua.LTable); !ok && v != lua.LNil {
		problem.Here(L, "%s: its options are a table, but this is %s", word, problem.Describe(v)).
			Hinted("write {keep = true}").Pointing(word).Raise(L)
	}
	checkOptions(L, word, t, known...)
	return name, ipc.Spec{Count: int(n)}, t
}

func checkOptions(L *lua.LState, verb string, t *lua.LTable, known ...string) {
	if t != nil {
		checkKeys(L, verb, t, false, known...)
	}
}
