package script

import (
	"context"
	"encoding/json"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/runtime/graph"
	"weir/runtime/plan"
	"weir/runtime/sample"
	"weir/script/luaio"
	"weir/script/problem"
)

// runMode is how a run stands to the script: foreground, background or captured.
type runMode int

const (
	foreground runMode = iota // the script waits, and the run has the terminal
	background                // a job
	captured                  // the script reads its standard output
	watched                   // the script waits, and a view has the terminal
)

// promptGrace is how long a stage has between SIGTERM and SIGKILL where somebody
// waits for the next prompt.
const promptGrace = 700 * time.Millisecond

// started is a run with what its result needs.
type started struct {
	vm   *VM
	run  *runtime.Run
	lo   *lowering
	opts runOptions
	at   problem.Origin
	text string // as one would write it
	line *progressLine

	atTerminal bool // it is lent the terminal

	where whereabouts
}

// luaRun is run(t, ... [, opts]).
func luaRun(L *lua.LState) int {
	nodes, opts := runArguments(L, "run")
	r, err := begin(L, nodes, opts, foreground)
	if err != nil {
		problem.Raise(L, err)
	}
	result, err := r.wait()
	if err != nil {
		problem.Raise(L, err)
	}
	L.Push(result)
	return 1
}

// luaStart is start(t, ... [, opts]).
func luaStart(L *lua.LState) int {
	nodes, opts := runArguments(L, "start")
	r, err := begin(L, nodes, opts, background)
	if err != nil {
		problem.Raise(L, err)
	}
	pushJob(L, r)
	return 1
}

// begin lowers, plans and starts. Everything that can be refused is refused
// before the first process.
func begin(L *lua.LState, nodes []node, opts runOptions, how runMode) (*started, error) {
	vm := vmOf(L)
	if vm.session == nil {
		vm.captures.end(L)
	}
	r, begun := &started{vm: vm, opts: opts, at: problem.Where(L)}, time.Now()
	if vm.ctx.Err() != nil {
		return nil, interruptedAt(r.at) // and a loop of runs is at its end
	}
	// What the script printed before comes before what its stages print.
	deliver(L, "run")
	p, lo, err := planRun(vm, nodes, how, opts)
	if err != nil {
		return nil, err
	}
	r.lo = lo
	vm.warnings.of(L, p, lo)
	r.text = problem.Cut(writeAll(nodes), 4*problem.KeptBytes)
	// What reads something else has no use for the terminal, and Ctrl-C stays weir's.
	o := runtime.Options{Foreground: how != background && how != watched && vm.opts.Stdin == os.Stdin,
		Background: how == background, Asked: vm.opts.Asked,
		// The prompt's fg brings a job to the foreground.
		Suspend:  vm.opts.JobControl && (how == foreground || how == background),
		Deadlock: opts.deadlock, Told: r.tellDeadlock, Stopping: r.stopping,
		Lonely:    func(e error) { vm.notices.running(e, how) },
		Unwritten: func(e *plan.Error) { vm.notices.running(goesOn(e, lo.top.places), how) }}
	switch {
	case o.Suspend:
	case vm.opts.Interactive:
		o.Suspended = func() { vm.notices.key("Ctrl-Z cannot stop this run, since Lua waits for it; Ctrl-C ends it") }
	default:
		o.Suspended = vm.opts.Suspended
	}
	r.atTerminal = o.Foreground && vm.atTerminal()
	if vm.opts.JobControl {
		o.Grace = promptGrace
	}
	if vm.opts.Explain == nil {
		err = lo.connections.begin(vm, opts.timeout)
	}
	if err == nil {
		if opts.timeout > 0 {
			p.Timeout = max(opts.timeout-time.Since(begun), time.Nanosecond)
		}
		r.run, err = vm.opts.launch(vm.lifetime(how), p, o, r.at)
		lo.connections.hangUp(err == nil)
	}
	lo.objects.handOver()
	lo.objects.leavePackets(L, &lo.connections)
	if err != nil {
		lo.mail.end(&lo.vm.objects)
		return nil, planProblem(err, lo.top.places)
	}
	lo.pipes.takeEnds(vm, r.run)
	r.showProgress(how)
	if how == captured && r.atTerminal {
		time.AfterFunc(runtime.NoPeerAfter, r.tellInput)
	}
	return r, nil
}

// atTerminal reports whether a run in the foreground has the terminal.
func (vm *VM) atTerminal() bool { return vm.opts.Stdin == os.Stdin && luaio.IsTerminal(os.Stdin) }

// lifetime is the context of a run: a prompt's jobs outlive the input that starts
// them, also where nobody types the inputs.
func (vm *VM) lifetime(how runMode) context.Context {
	switch {
	case how != background:
		return vm.ctx
	case vm.opts.Context != nil:
		return vm.opts.Context
	}
	return context.Background()
}

// launch starts a plan, or tells of it only.
func (of *Options) launch(ctx context.Context, p *plan.Plan, o runtime.Options,
	at problem.Origin) (*runtime.Run, error) {
	if of.Explain == nil {
		if of.Begins != nil {
			of.Begins()
		}
		o.Journal = of.Journal
		o.Drawn = func(p *plan.Plan) json.RawMessage { return graph.Of(p).JSON() }
		return runtime.Start(ctx, p, o)
	}
	of.Explain(p, at.String())
	return runtime.Imagine(p)
}

// heedKey says where the stages were that a key of the terminal's has ended, and has the script end by Ctrl-C, too.
func (r *started) heedKey(out *runtime.Result) {
	if endedByKey(out) {
		r.where.set(sample.WhereBefore(r.run))
	}
	if endedByCtrlC(out) {
		interrupt(r.vm.ctx)
	}
}

// wait waits for the end and gives the result, and an error, which has it too, where a
// stage failed and the script wants to know.
func (r *started) wait() (*lua.LTable, error) {
	r.lo.stepAside()
	defer r.lo.comeBack()
	defer r.endProgress()
	if r.vm.await(r.run, "") {
		return nil, r.vm.jobs.setAside(r)
	}
	out, err := r.run.Wait()
	if r.atTerminal {
		r.heedKey(out)
	}
	if err != nil {
		r.lo.forget(r.run)
		return nil, r.broken(out, err)
	}
	r.lo.collect(r.run)
	result := r.resultTable(out)
	if r.vm.ctx.Err() != nil {
		return result, problem.WithResult(r.interrupted(), result)
	}
	if p := r.failure(out); p != nil && r.opts.check {
		return result, problem.WithResult(p, result)
	}
	return result, nil
}
