package script

import (
	"errors"
	"io"
	"os"
	goruntime "runtime"
	"slices"
	"sync"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
)

// capture is a run whose output the script reads line by line. Lua does not
// tell when a loop is left early, so a capture ends in one of four ways: its
// lines are at an end; a run starts while the loop that read it is no more on
// the stack; the script ends; its iterator is collected as garbage. Until then
// the writer waits in a full pipe, because nobody reads ahead.
type capture struct {
	*started
	file *luaio.File

	mu     sync.Mutex
	closed bool
	// loop is set once a for loop calls the iterator. One that is called in
	// another way may be kept anywhere.
	iterator weak.Pointer[lua.LFunction]
	loop     bool
	thread   weak.Pointer[lua.LState]
}

// topologyText is t:text([opts]).
func topologyText(L *lua.LState) int {
	c := startCapture(L, "text")
	f := c.open()
	c.lo.stepAside()
	text, err := f.Reader.ReadAll()
	f.Close()
	if _, failed := c.wait(); failed != nil {
		problem.Raise(L, failed)
	}
	luaio.RaiseStop(L, err)
	if err != nil {
		problem.Raisef(L, "text", "text: %v", err)
	}
	L.Push(lua.LString(text))
	return 1
}

// errBrokenOff ends a capture whose run was stopped; wait says why.
var errBrokenOff = errors.New("broken off")

// open is the script's end of a capture. Where the run was stopped the beginning of a line
// is not taken for the last one.
func (r *started) open() *luaio.File {
	f := r.vm.streams.Own(luaio.NewFile(captureName, r.run.File(captureName, ipc.Read), luaio.ModeRead))
	f.Ended = func() error {
		if r.opts.check && r.run.Stopped() {
			return errBrokenOff
		}
		return nil
	}
	return f
}

// capture starts the topology that a method was called on.
func startCapture(L *lua.LState, method string) *started {
	n := checkNode(L, method)
	opts := runOptions{check: true}
	if v := L.Get(2); v != lua.LNil {
		t, ok := v.(*lua.LTable)
		if !ok {
			problem.Raisef(L, method, "%s: options must be a table, but this is %s", method, problem.Describe(v))
		}
		opts = readOptions(L, method, t)
	}
	r, err := begin(L, []node{n}, opts, captured)
	if err != nil {
		problem.Raise(L, err)
	}
	return r
}

// topologyLines is t:lines([opts]).
func topologyLines(L *lua.LState) int {
	vm := vmOf(L)
	c := &capture{started: startCapture(L, "lines"), thread: weak.Make(L)}
	c.file = c.open()
	vm.captures = append(vm.captures, c)
	var iterator *lua.LFunction
	first := true
	next := func(L *lua.LState) int {
		if first {
			first = false
			c.loop, c.thread = inLoop(L), weak.Make(L)
		}
		return nextLine(L, c)
	}
	iterator = L.NewFunction(next)
	c.iterator = weak.Make(iterator)
	goruntime.AddCleanup(iterator, func(c *capture) { c.leave() }, c)
	L.Push(iterator)
	return 1
}

func nextLine(L *lua.LState, c *capture) int {
	if c.isClosed() {
		L.Push(lua.LNil)
		return 1
	}
	if c.file.HeldBack() {
		problem.Raise(L, vmOf(L).onlyLooks("the output of "+c.text, "lines"))
	}
	line, err := c.file.Reader.ReadLine(false)
	if err == nil {
		L.Push(lua.LString(line))
		return 1
	}
	c.leave()
	vmOf(L).captures.drop(c)
	if _, failed := c.wait(); failed != nil {
		problem.Raise(L, failed)
	}
	luaio.RaiseStop(L, err)
	if err != io.EOF {
		problem.Raisef(L, "lines", "lines: %v", err)
	}
	L.Push(lua.LNil)
	return 1
}

func (c *capture) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// leave closes the reading end: the writer's next write ends it by SIGPIPE.
func (c *capture) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		c.file.Close()
	}
}

// captures are those of a state that have not ended.
type captures []*capture

func (list *captures) drop(c *capture) {
	*list = slices.DeleteFunc(*list, func(other *capture) bool { return other == c })
}

// ofFile gives the run whose output a file is, if that has channels of messages: while the script
// waits for output it does nothing else.
func (list captures) ofFile(f *os.File) *lowering {
	for _, c := range list {
		if c.file.OS() == f && len(c.lo.objects.channels) > 0 {
			return c.lo
		}
	}
	return nil
}

// end ends the captures that nobody can be reading any more: those
// whose loop was left, or all of them where L is nil because the script has
// ended. A stage that SIGPIPE does not end is stopped.
func (list *captures) end(L *lua.LState) {
	*list = slices.DeleteFunc(*list, func(c *capture) bool {
		if L != nil && !c.isClosed() && c.inUse(L) {
			return false
		}
		c.leave()
		c.run.Stop(runtime.WhyInterrupted)
		c.run.Wait()
		c.lo.forget(c.run)
		return true
	})
}

// inUse reports whether a loop over the capture may still be running.
func (c *capture) inUse(L *lua.LState) bool {
	if !c.loop {
		return true
	}
	for thread := L; thread != nil; thread = thread.Parent {
		if fn := c.iterator.Value(); fn != nil && holds(thread, fn) {
			return true
		}
		if thread == c.thread.Value() {
			return false
		}
	}
	own := c.thread.Value()
	return own != nil && !own.Dead // a coroutine that sleeps inside its loop
}

// holds reports whether a function on the stack has fn among its locals, as a
// for loop has its iterator.
func holds(L *lua.LState, fn *lua.LFunction) bool {
	found := false
	for _, c := range interp.Calls(L) {
		c.Visible(func(_ string, v lua.LValue) {
			f, ok := v.(*lua.LFunction)
			found = found || ok && f == fn
		})
	}
	return found
}

// inLoop reports whether the function that runs was called by a for loop.
func inLoop(L *lua.LState) bool {
	calls := interp.Calls(L)
	if len(calls) < 2 {
		return false
	}
	found := false
	calls[1].Visible(func(name string, v lua.LValue) { found = found || name == "(for generator)" && v == calls[0].Fn })
	return found
}
