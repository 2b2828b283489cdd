package script

import (
	"context"
	"errors"
	"fmt"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/luaio"
	"weir/script/problem"
)

// Screen is the terminal, taken for a view.
type Screen interface {
	Files() [3]*os.File // the standard streams of the stages, in place of the terminal
	// Show shows a run until ctx ends or its user leaves the view, by Ctrl-C if interrupted. The error is
	// Refused where the run wants the terminal itself.
	Show(ctx context.Context, run uint64) (interrupted bool, err error)
	Close() error // prints what was printed meanwhile
}

// ErrShown says that a view shows all runs already.
var ErrShown = errors.New("its runs are shown already")

// Refused says why a run cannot be shown.
type Refused string

func (r Refused) Error() string { return string(r) }

// NoScreen is for scripts that weir top runs.
func NoScreen() (Screen, error) { return nil, ErrShown }

// luaWatch is watch(t, ... [, opts]).
func luaWatch(L *lua.LState) int {
	vm := vmOf(L)
	nodes, opts := runArguments(L, "watch")
	how := foreground
	if vm.takeScreen(&opts) {
		how = watched
		defer opts.screen.Close()
	}
	r, err := begin(L, nodes, opts, how)
	if err != nil {
		problem.Raise(L, err)
	}
	var refused error
	if how == watched {
		refused = r.show()
	}
	result, err := r.wait()
	if refused != nil {
		err = problem.New(r.at, "watch: %v", refused).Pointing("watch")
	}
	if err != nil {
		problem.Raise(L, err)
	}
	L.Push(result)
	return 1
}

// takeScreen takes the terminal for a run. Where there is none it says so once.
func (vm *VM) takeScreen(opts *runOptions) bool {
	if vm.opts.Explain != nil {
		return false
	}
	err := errors.ErrUnsupported
	if vm.opts.Screen != nil && (luaio.IsTerminal(vm.opts.Stdin) || luaio.IsTerminal(vm.opts.Stdout)) {
		opts.screen, err = vm.opts.Screen()
	}
	if err != nil && err != ErrShown && !vm.toldNoScreen {
		vm.toldNoScreen = true
		vm.streams.Flush()
		fmt.Fprintln(vm.notices, "weir: watch: there is no terminal to show it at; it runs as run does")
	}
	return err == nil
}

// show shows the run until its user leaves the view. Ctrl-C is for the script, too. A run that wants the
// terminal itself is refused, and ends.
func (r *started) show() (refused error) {
	r.vm.waits.begin("", runtime.InsiderWait{Run: r.run})
	defer r.vm.waits.end()
	interrupted, err := r.opts.screen.Show(r.vm.ctx, r.run.ID())
	switch {
	case errors.As(err, new(Refused)):
		r.run.Stop(runtime.WhyInterrupted)
		return err
	case err != nil:
		fmt.Fprintln(r.vm.notices, "weir: watch:", err)
	case interrupted:
		interrupt(r.vm.ctx)
	}
	return nil
}
