package interp

import (
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// coroutineLibrary is Lua's coroutine library. A coroutine is a state of its own. It runs
// inside the call that resumes it: a yield ends its loop and leaves its calls for the next.
var coroutineLibrary = map[string]lua.LGFunction{
	"create": coCreate, "resume": coResume, "running": coRunning, "status": coStatus, "wrap": coWrap, "yield": coYield,
}

// maxResumes is how many coroutines can be resumed inside one another.
const maxResumes = 190

// OpenCoroutines sets the library coroutine.
func OpenCoroutines(L *lua.LState) { L.RegisterModule(lua.CoroutineLibName, coroutineLibrary) }

func coCreate(L *lua.LState) int {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok || fn.IsG {
		argError(L, 1, "Lua function expected")
	}
	L.Push(newThread(L, fn))
	return 1
}

// newThread makes a coroutine that will call a function.
func newThread(L *lua.LState, fn *lua.LFunction) *lua.LState {
	s := stateOf(L)
	options, ctx := s.Options, s.ctx
	s.Options.CallStackSize, s.Options.RegistrySize = framesPerSegment, lastRoom+64
	s.ctx = nil // NewThread makes one of its own
	thread, _ := L.NewThread()
	s.Options, s.ctx = options, ctx
	t := stateOf(thread)
	t.attach()
	t.ctx = ctx
	t.reg.array[0] = fn
	t.reg.top = 1
	return thread
}

// statusOf is the status of a coroutine as L, which runs, sees it.
func statusOf(L, thread *lua.LState) string {
	t := stateOf(thread)
	switch {
	case thread == L:
		return "running"
	case t.Dead:
		return "dead"
	case t.Parent != nil || thread == t.G.MainThread:
		return "normal"
	}
	return "suspended"
}

func coStatus(L *lua.LState) int {
	thread, ok := L.Get(1).(*lua.LState)
	if !ok {
		argError(L, 1, "coroutine expected")
	}
	L.Push(lua.LString(statusOf(L, thread)))
	return 1
}

func coRunning(L *lua.LState) int {
	if L == L.G.MainThread {
		L.Push(lua.LNil)
	} else {
		L.Push(L)
	}
	return 1
}

func coYield(*lua.LState) int { return -1 }

func coResume(L *lua.LState) int {
	thread, ok := L.Get(1).(*lua.LState)
	if !ok {
		argError(L, 1, "coroutine expected")
	}
	n, err := stateOf(L).resume(thread, 2)
	if err != nil {
		L.SetTop(0)
		L.Push(lua.LFalse)
		L.Push(err.Object)
		return 2
	}
	if n == 0 {
		L.Push(lua.LTrue)
	} else {
		L.Insert(lua.LTrue, -n)
	}
	return n + 1
}

func coWrap(L *lua.LState) int {
	coCreate(L)
	thread := L.Get(-1).(*lua.LState)
	L.Push(L.NewClosure(func(L *lua.LState) int {
		s := stateOf(L)
		n, err := s.resume(thread, 1)
		if err != nil {
			if text, ok := ToText(err.Object); ok {
				err.Object = lua.LString(callerPlace(s) + text)
			}
			panic(err)
		}
		return n
	}, thread))
	return 1
}

// resume hands the arguments of the running call, from one on, to a coroutine, runs it
// until it yields or ends, and leaves what it gives on the stack.
func (s *state) resume(thread *lua.LState, from int) (n int, err *lua.ApiError) {
	L, t := luaState(s), stateOf(thread)
	if status := statusOf(L, thread); status != "suspended" {
		return 0, &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString("cannot resume " + status + " coroutine")}
	}
	if resumes(L) >= maxResumes {
		return 0, &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString("C stack overflow")}
	}
	args := s.reg.array[s.currentFrame.LocalBase+from-1 : max(s.reg.top, s.currentFrame.LocalBase+from-1)]
	t.Parent = L
	t.G.CurrentThread = thread
	err = t.step(args)
	t.Parent = nil
	t.G.CurrentThread = L
	if err != nil {
		return 0, err
	}
	from = 0 // of the end the results, of a yield the arguments
	if t.currentFrame != nil {
		from = t.currentFrame.LocalBase
	}
	given := t.reg.array[from:t.reg.top]
	s.room(s.reg.top + len(given))
	copy(s.reg.array[s.reg.top:], given)
	s.reg.top += len(given)
	t.Dead = t.currentFrame == nil
	return len(given), nil
}

// resumes counts the coroutines that have resumed one another up to this one.
func resumes(L *lua.LState) (n int) {
	for p := L.Parent; p != nil; p = p.Parent {
		n++
	}
	return n
}

// step runs a coroutine that gets values.
func (s *state) step(values []lua.LValue) (err *lua.ApiError) {
	defer func() {
		if r := recover(); r != nil {
			err = apiError(r)
			s.Dead = true
			s.upvalues.close(0)
		}
	}()
	s.depth = 0
	if s.currentFrame == nil {
		s.start(values)
	} else {
		s.answer(values)
	}
	s.run(nil)
	return nil
}

// start makes the first call.
func (s *state) start(args []lua.LValue) {
	s.room(1 + len(args))
	copy(s.reg.array[1:], args)
	s.reg.top = 1 + len(args)
	cf := s.newFrame(s.reg.array[0].(*lua.LFunction), 0, len(args), multiple)
	s.enter(cf)
	s.currentFrame = cf
}

// answer ends the call of yield, in which a coroutine waits, and gives it its results.
func (s *state) answer(values []lua.LValue) {
	s.stack.frames.pop()
	cf := s.currentFrame.Parent
	s.currentFrame = cf
	i := cf.Fn.Proto.Code[cf.Pc-1]
	at, want := cf.LocalBase+argA(i), argC(i)-1
	if opOf(i) == lua.OP_TAILCALL {
		want = multiple
	}
	top := cf.LocalBase + int(cf.Fn.Proto.NumUsedRegisters)
	if want == multiple {
		want = len(values)
		top = at + want
	}
	s.room(max(top, at+want))
	copy(s.reg.array[at:at+min(want, len(values))], values)
	for j := len(values); j < want; j++ {
		s.reg.array[at+j] = lua.LNil
	}
	s.reg.top = top
}

// argError raises what is wrong about an argument of the running function.
func argError(L *lua.LState, n int, message string) {
	luaio.ArgError(L, n, "?", message)
}

// callerPlace is the place of the call of the running function, as luaL_where(L, 1) gives
// it.
func callerPlace(s *state) string {
	cf := s.currentFrame
	if cf != nil {
		cf = cf.Parent
	}
	if cf == nil || cf.Fn.IsG {
		return ""
	}
	return cf.place()
}

// place is where a call of a Lua function is.
func (f *frame) place() string {
	return f.Fn.Proto.SourceName + ":" + strconv.Itoa(f.line()) + ": "
}
