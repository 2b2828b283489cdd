package script

import (
	"errors"
	"fmt"
	"os"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/problem"
)

// Whoever looks for deadlocks is told of each wait of this state that has no limit, and
// meanwhile what the state holds.

// takePart makes this state one of the parties that are looked at.
func (vm *VM) takePart() {
	if vm.opts.Explain != nil {
		return
	}
	if vm.insider = runtime.ThreadInsider(vm.ctx, vm.holding); vm.insider == nil {
		vm.insider = runtime.NewInsider(vm.holding, vm.tellOfOutsiders)
	}
	vm.streams.Waits = func(f *os.File, write bool) func() {
		vm.waitBegins(nil, runtime.InsiderWait{File: f, Writes: write})
		return vm.fileWaited
	}
	vm.fileWaited = func() {
		if e := vm.waitEnds(); e != nil {
			vm.deadlocked = e
		}
	}
}

// waitBegins tells of a wait. at is an object, or the name of what is waited for. Until
// waitEnds the state changes nothing that it holds.
func (vm *VM) waitBegins(at any, w runtime.InsiderWait) {
	if vm.insider != nil {
		vm.waitsAt = at
		vm.insider.Begin(w)
	}
}

// waitEnds says that the wait is over. It gives the deadlock that has ended it, if one has.
func (vm *VM) waitEnds() *runtime.DeadlockError {
	if vm.insider == nil {
		return nil
	}
	return vm.insider.End()
}

// party is by which the waits of this state are published.
func (vm *VM) party() uint32 {
	if vm.insider == nil {
		return 0
	}
	return vm.insider.Party()
}

// errDeadlock ends a wait in the midst of a deadlock.
var errDeadlock = errors.New("deadlock")

// broken is errDeadlock where the wait is to end so.
func (vm *VM) broken() error {
	if vm.insider != nil && vm.insider.Broken() != nil {
		return errDeadlock
	}
	return nil
}

// tellOfOutsiders says that the script waits at what only another program could let it go
// on at. It is called while the script waits.
func (vm *VM) tellOfOutsiders(e *runtime.DeadlockError) { fmt.Fprintln(vm.notices, "weir:", e.Error()) }

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

// holding is what this state has. It is called on another goroutine while the state waits.
func (vm *VM) holding() (h runtime.Holding) {
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
		f, free := s.held()
		ok = ok && free
		if f != nil {
			h.Files = append(h.Files, f)
		}
	}
	h.Unknown = !ok
	for _, c := range vm.captures {
		h.Files = append(h.Files, c.file.OS())
	}
	switch at := vm.waitsAt.(type) {
	case object:
		h.At, h.Name = writeObject(at), at.addr().Name
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
		return append(slices.Clone(o.ch.Files()), o.live.r, o.live.w)
	case *lock:
		if !o.closed {
			return o.handle.Files()
		}
	case *sharedRegion:
		if !o.closed {
			return []*os.File{o.region.File()}
		}
	}
	return nil
}
