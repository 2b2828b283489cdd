package script

import (
	"errors"
	"fmt"

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
	defer func() {
		vm.opts.Explain, vm.world.World = was, real
		imagined.Close()
	}()
	err := do()
	if exit := (*ExitError)(nil); errors.As(err, &exit) {
		return fmt.Errorf("os.exit: the expression would end weir with status %d", exit.Code)
	}
	return err
}

// would tells what the script would do to the world at the line that is running, if it is
// only explained.
func (vm *VM) would(format string, args ...any) {
	if vm.opts.Would != nil {
		vm.opts.Would(fmt.Sprintf(format, args...), problem.Where(vm.L.G.CurrentThread).String())
	}
}
