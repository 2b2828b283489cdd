package script

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/plan"
	"weir/script/problem"
	"weir/script/world"
)

// foresee has a script that is explained act on an imagined world. Its runs and its named
// channels are held back where they are made.
func (vm *VM) foresee() {
	if vm.opts.Explain != nil {
		vm.world.World = world.Imagine(func(act string) { vm.would("%s", act) })
	}
}

// HoldBack does what evaluates an expression of a prompt that is only to be looked at: its
// runs are not started, and the world is not changed.
func (vm *VM) HoldBack(do func() error) error {
	was, real := vm.opts.Explain, vm.world.World
	imagined := world.Imagine(func(string) {})
	vm.opts.Explain, vm.world.World = func(*plan.Plan, string) {}, imagined
	release := vm.keepSession()
	defer func() {
		release()
		vm.opts.Explain, vm.world.World = was, real
		imagined.Close()
	}()
	err := do()
	if exit := (*ExitError)(nil); errors.As(err, &exit) {
		return fmt.Errorf("os.exit: the expression would end weir with status %d", exit.Code)
	}
	return err
}

// session is what a prompt had before an input that is only looked at. Its files are held back
// by Streams.
type session struct {
	objects map[object]bool
	jobs    Jobs
	boxes   []*mail // that stages got since, and lose again
}

// keepSession has all methods that would act on what there is raise, until release is called.
func (vm *VM) keepSession() (release func()) {
	s := &session{objects: maps.Clone(vm.objects.held), jobs: slices.Clone(vm.jobs)}
	kept := func(keeps bool) {
		for o := range s.objects {
			if r, ok := o.(*sharedRegion); ok && keeps {
				r.Kept = func(method string) error { return vm.onlyLooks(writeObject(r), method) }
			} else if ok {
				r.Kept = nil
			}
		}
	}
	vm.session = s
	looking.Add(1)
	kept(true)
	files := vm.streams.HoldBack()
	return func() {
		files()
		kept(false)
		looking.Add(-1)
		vm.session = nil
		for _, m := range s.boxes {
			_ = vm.objects.release(m.box)
			m.box = nil
		}
	}
}

// looking counts the states that only look at an input: the others need not ask for a session.
var looking atomic.Int32

// heldBack is the error of a method that would act on a channel or a lock of the session's,
// while an input is only looked at.
func (vm *VM) heldBack(o object, method string) error {
	if looking.Load() == 0 || vm.session == nil {
		return nil
	}
	of := o
	if l, ok := o.(*lock); ok && l.of != nil {
		of = l.of
	}
	if !vm.session.objects[of] {
		return nil
	}
	return vm.onlyLooks(writeObject(o), method)
}

func (vm *VM) onlyLooks(name, method string) error {
	return problem.New(problem.Where(vm.L.G.CurrentThread),
		"%s: what is explained or drawn changes nothing, and %s was there before", method, name).Pointing(method)
}

// mayAct raises the error of heldBack.
func mayAct(L *lua.LState, o object, method string) {
	if looking.Load() == 0 {
		return
	}
	if err := vmOf(L).heldBack(o, method); err != nil {
		problem.Raise(L, err)
	}
}

// mayActOnJob is mayAct for a job.
func mayActOnJob(L *lua.LState, j *job, method string) {
	if vm := vmOf(L); vm.session != nil && slices.Contains(vm.session.jobs, j) {
		problem.Raise(L, vm.onlyLooks(fmt.Sprintf("job %d", j.number), method))
	}
}

// would tells what the script would do to the world at the line that is running, if it is
// only explained.
func (vm *VM) would(format string, args ...any) {
	if vm.opts.Would != nil {
		vm.opts.Would(fmt.Sprintf(format, args...), problem.Where(vm.L.G.CurrentThread).String())
	}
}
