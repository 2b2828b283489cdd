package script

import (
	"errors"
	"fmt"
	"os"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/luaio"
	"weir/script/problem"
)

// waits are those of a state that have no limit. Whoever looks for deadlocks is told of
// each, and meanwhile what the state holds.
type waits struct {
	insider  *runtime.Insider       // this state, as one of those that deadlocks are looked for among; nil for none
	runs     []why                  // in which this state is
	at       any                    // the object, or the name of it, at which it waits
	fileEnds func()                 // ends the wait at a file
	deadlock *runtime.DeadlockError // it has ended the wait at a file, and was not raised yet
	woken    *runtime.DeadlockError // it has broken off the wait at a file
}

// watchWaits makes this state one of the parties that are looked at.
func watchWaits(vm *VM) {
	if vm.opts.Explain != nil {
		return
	}
	w := &vm.waits
	holds := func() runtime.Holding { return heldNow(vm) }
	if w.insider = runtime.ThreadInsider(vm.ctx, holds); w.insider == nil {
		// It is told, while the script waits, that only another program could let it go on.
		w.insider = runtime.NewInsider(holds, func(e *runtime.DeadlockError) { fmt.Fprintln(vm.notices, "weir:", e.Error()) })
	}
	w.insider.WakeBy(vm.streams.Wake)
	vm.streams.Waits = func(f *luaio.File, write bool) func() {
		if lo := vm.captures.ofFile(f.OS()); lo != nil {
			lo.awaitOutput()
			w.begin(nil, runtime.InsiderWait{File: f.OS()})
			return func() {
				w.fileEnds()
				lo.comeBack()
			}
		}
		w.begin(f, runtime.InsiderWait{File: f.OS(), Writes: write})
		return w.fileEnds
	}
	w.fileEnds = func() {
		w.woken = w.insider.Broken()
		if e := w.end(); e != nil {
			w.deadlock = e
		}
	}
	if !w.insider.Asks() {
		return
	}
	vm.streams.Broken = func() error {
		e := w.woken
		if w.woken = nil; e == nil || !e.Lonely() {
			return nil
		}
		w.deadlock = nil
		return e
	}
}

// begin tells of a wait. at is an object, or the name of what is waited for. Until its end
// the state changes nothing that it holds.
func (w *waits) begin(at any, wait runtime.InsiderWait) {
	if w.insider != nil {
		w.at = at
		w.insider.Begin(wait)
	}
}

// end says that the wait is over. It gives the deadlock that has ended it, if one has.
func (w *waits) end() *runtime.DeadlockError {
	if w.insider == nil {
		return nil
	}
	return w.insider.End()
}

// endWith is end where err is to say what deadlock the wait was part of. The other side
// may have left because it was stopped for that.
func (w *waits) endWith(err *error) {
	if e := w.end(); e != nil && *err != nil {
		*err = e
	}
}

// watched reports whether this process looks for the deadlocks in which its script is.
func (w *waits) watched() bool { return w.insider != nil && w.insider.Asks() }

// party is by which the waits of this state are published.
func (w *waits) party() uint32 {
	if w.insider == nil {
		return 0
	}
	return w.insider.Party()
}

// errDeadlock ends a wait in the midst of a deadlock.
var errDeadlock = errors.New("deadlock")

// broken is errDeadlock where the wait is to end so.
func (w *waits) broken() error {
	if w.insider != nil && w.insider.Broken() != nil {
		return errDeadlock
	}
	return nil
}

// raiseDeadlock raises what has ended a method's wait: the error of the job that was stopped
// for it, if one was.
func raiseDeadlock(L *lua.LState, method string, e *runtime.DeadlockError) {
	for _, j := range vmOf(L).jobs {
		if j.asked || !j.opts.check || !j.run.Stopped() {
			continue
		}
		if err := j.failedSoFar(); err != nil {
			problem.Raise(L, err)
		}
	}
	p := problem.Here(L, "%s", e.Message()).Hinted("%s", e.Hint)
	if e.Lonely() {
		p = problem.Here(L, "%s: %s", method, e.Message()).Hinted("%s", e.Hint).Pointing(method)
	}
	p.Why = runtime.WhyDeadlock
	problem.Raise(L, p)
}

// heldNow is what this state has. It is called on another goroutine while the state waits.
func heldNow(vm *VM) (h runtime.Holding) {
	for o := range vm.objects.held {
		h.Files = append(h.Files, heldFiles(o)...)
		if l, ok := o.(*lock); ok && !l.closed {
			if m, ok := l.handle.(*ipc.Mutex); ok && m.Held() {
				h.Locks = append(h.Locks, runtime.HeldLock{File: m.File(), Offset: m.Offset()})
			}
		}
	}
	files, ok := vm.streams.TryFiles()
	for _, f := range files {
		h.Files = append(h.Files, f.OS())
	}
	for _, s := range vm.objects.streams {
		files, free := s.held()
		ok = ok && free
		h.Files = append(h.Files, files...)
	}
	h.Unknown = !ok
	for _, c := range vm.captures {
		h.Files = append(h.Files, c.file.OS())
	}
	switch at := vm.waits.at.(type) {
	case object:
		h.At, h.Name = writeObject(at), at.addr().Name
	case *luaio.File:
		h.At, h.Name = at.Name(), at.Name()
	case string:
		h.At = at
	}
	return h
}

// heldFiles are the descriptors by which this state has an object.
func heldFiles(o object) []*os.File {
	switch o := o.(type) {
	case *messageChannel:
		if o.closed {
			return nil
		}
		return append(slices.Clone(o.ch.Files()), o.live.files()...)
	case *lock:
		if !o.closed {
			return o.handle.Files()
		}
	case *sharedRegion:
		if !o.Closed {
			return []*os.File{o.Memory.File()}
		}
	}
	return nil
}
