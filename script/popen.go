package script

import (
	"os"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"

	lua "github.com/yuin/gopher-lua"
)

// spawn starts the process of an io.popen as a run in the background, so that
// the guard knows it.
func spawn(L *lua.LState, argv []string, files []*os.File) (wait func() error, err error) {
	vm := vmOf(L)
	t := &plan.Topology{Stages: []plan.Stage{{Name: "popen", Argv: argv}}}
	for fd, name := range []string{"stdin", "stdout", "stderr"} {
		t.Channels = append(t.Channels, plan.Channel{Name: name, Kind: ipc.KindStandard, FD: fd, File: files[fd]})
	}
	p, err := plan.Compile(t, runtime.ThisHost())
	if err != nil {
		return nil, err
	}
	run, err := vm.opts.launch(vm.ctx, p, runtime.Options{}, problem.Where(L))
	if err != nil {
		return nil, err
	}
	return func() error {
		vm.waits.begin("a program of io.popen", runtime.InsiderWait{Run: run})
		<-run.Done()
		vm.waits.end()
		_, err := run.Wait()
		return err
	}, nil
}

// execute is os.execute(command): a run of the system's shell, so that the guard knows it.
func execute(L *lua.LState, command string) (status int) {
	shell := &stage{Origin: problem.Where(L), argv: luaio.Shell(command)}
	r, err := begin(L, []node{shell}, runOptions{}, foreground)
	if err == nil {
		_, err = r.wait()
	}
	if err != nil {
		problem.Raise(L, err)
	}
	out, _ := r.run.Wait()
	status = out.Stages[0].Code << 8
	if name := out.Stages[0].Signal; name != "" {
		sig, _ := parseSignal(name)
		status = int(sig)
	}
	return status
}
