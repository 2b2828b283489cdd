package script

import (
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"
)

// captureName is the channel by which the script reads a topology's output.
const captureName = "capture"

// planRun lowers and plans what one run is to run.
func planRun(vm *VM, nodes []node, how runMode, opts runOptions) (*plan.Plan, *lowering, error) {
	lo := newLowering(vm)
	lo.opts = opts
	p, err := lo.plan(nodes, how)
	if err != nil {
		lo.mail.end(&lo.vm.objects)
		return nil, nil, err
	}
	return p, lo, nil
}

func (lo *lowering) plan(nodes []node, how runMode) (*plan.Plan, error) {
	lo.connections.how = how
	if lo.opts.progress {
		nodes = withProgress(nodes)
	}
	if err := lo.lower(nodes, lo.surroundings(how)); err != nil {
		return nil, err
	}
	lo.std.markShared(how, lo.vm.streams)
	if unused := lo.pipes.unused(); how != background && len(unused) > 0 {
		return nil, unusedProblem(unused[0])
	}
	p, err := plan.Compile(&lo.top.Topology, runtime.ThisHost())
	if err != nil {
		return nil, planProblem(err, lo.top.places)
	}
	return p, nil
}

// Plan lowers and plans the topologies among values, as a run in the foreground
// does, and starts nothing.
func (vm *VM) Plan(values []lua.LValue) (*plan.Plan, error) {
	var nodes []node
	for _, v := range values {
		if n, ok := toNode(v); ok {
			nodes = append(nodes, n)
		}
	}
	p, lo, err := planRun(vm, nodes, foreground, runOptions{})
	if err == nil {
		lo.mail.end(&lo.vm.objects)
	}
	return p, vm.failures.problemError(err)
}

// stepAside has the script let go of the channels of messages while it waits for the run.
func (lo *lowering) stepAside() { lo.stepAsideFor(lo.objects.run) }

// awaitOutput is stepAside while it waits for a line of the run's output.
func (lo *lowering) awaitOutput() { lo.stepAsideFor(lo.objects.run + output) }

func (lo *lowering) stepAsideFor(because why) {
	for _, sub := range lo.inside {
		sub.stepAsideFor(because)
	}
	lo.objects.stepAside(because)
}

// comeBack has the script hold them again.
func (lo *lowering) comeBack() {
	for _, sub := range lo.inside {
		sub.comeBack()
	}
	lo.objects.comeBack()
}

// collect takes what a run that has ended left behind.
func (lo *lowering) collect(run *runtime.Run) {
	lo.outcomes.collect(run)
	lo.forget(run)
}

// forget closes what collect reads.
func (lo *lowering) forget(run *runtime.Run) {
	lo.outcomes.close(run)
	lo.mail.end(&lo.vm.objects)
}

func unusedProblem(u *use) error {
	side, verb := "reader", "read"
	if u.ownWr {
		side, verb = "writer", "write"
	}
	return problem.New(u.channel.Origin, "%s has no %s in this run, and the script cannot %s it while it waits",
		write(u.channel), side, verb).
		Hinted("use start(...), or join the other side to it in the same run").Pointing("pipe")
}

// surroundings are what the outermost stages of a run have.
func (lo *lowering) surroundings(how runMode) surroundings {
	var around surroundings
	std := lo.vm.opts
	for fd, f := range []*os.File{std.Stdin, std.Stdout, std.Stderr} {
		if f != [...]*os.File{os.Stdin, os.Stdout, os.Stderr}[fd] {
			lo.std.channel(fd, f)
		}
	}
	if how == background && std.JobOutput != nil {
		lo.std.channel(1, std.JobOutput)
		lo.std.channel(2, std.JobOutput)
	}
	if how == watched {
		for fd, f := range []*os.File{std.Stdin, std.Stdout, std.Stderr} {
			if luaio.IsTerminal(f) {
				lo.std.channel(fd, lo.opts.screen.Files()[fd])
			}
		}
	}
	if how == background && luaio.IsTerminal(std.Stdin) {
		lo.std.away = true // a background process that reads the terminal is stopped, setpgid(2)
	}
	if how == captured {
		name := lo.top.newChannel(plan.Channel{Name: captureName, Kind: ipc.KindPipe}, problem.Origin{})
		lo.top.end("", name, ipc.Read, -1)
		around.out = &attach{channel: name, mode: ipc.Write}
	}
	return around
}
