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
	Output() *os.File // where stages print that would print to the terminal
	// Show shows a run until ctx ends or its user leaves the view, by Ctrl-C if interrupted.
	Show(ctx context.Context, run uint64) (interrupted bool, err error)
	Close() error // prints what was printed meanwhile
}

// ErrShown says that a view shows all runs already.
var ErrShown = errors.New("its runs are shown already")

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
	if how == watched {
		r.show()
	}
	result, err := r.wait()
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

// show shows the run until its user leaves the view. Ctrl-C is for the script, too.
func (r *started) show() {
	r.vm.waits.begin("", runtime.InsiderWait{Run: r.run})
	defer r.vm.waits.end()
	interrupted, err := r.opts.screen.Show(r.vm.ctx, r.run.ID())
	if err != nil {
		fmt.Fprintln(r.vm.notices, "weir: watch:", err)
	}
	if interrupted {
		interrupt(r.vm.ctx)
	}
}
