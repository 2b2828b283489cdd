package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/luaio"
)

// place says how a run stands to the script.
type place int

const (
	foreground place = iota // the script waits, and the run has the terminal
	background              // a job
	captured                // the script reads its standard output
)

// promptGrace is how long a stage has between SIGTERM and SIGKILL where somebody
// waits for the next prompt.
const promptGrace = 700 * time.Millisecond

// captureName is the channel by which the script reads a topology's output.
const captureName = "capture"

// runOptions are what run, start, :text and :lines are told.
type runOptions struct {
	timeout  time.Duration
	check    bool
	deadlock runtime.OnDeadlock
}

// started is a run with what its result needs.
type started struct {
	vm   *VM
	run  *runtime.Run
	lo   *lowering
	opts runOptions
	at   origin
	text string // as one would write it

	atTerminal bool // it is lent the terminal
}

// luaRun is run(t, ... [, opts]).
func (vm *VM) luaRun(L *lua.LState) int {
	nodes, opts := vm.runArguments(L, "run", 1)
	r, err := vm.begin(L, nodes, opts, foreground)
	if err != nil {
		vm.raise(L, err)
	}
	result, err := r.wait()
	if err != nil {
		vm.raise(L, err)
	}
	L.Push(result)
	return 1
}

// luaStart is start(t, ... [, opts]).
func (vm *VM) luaStart(L *lua.LState) int {
	nodes, opts := vm.runArguments(L, "start", 1)
	r, err := vm.begin(L, nodes, opts, background)
	if err != nil {
		vm.raise(L, err)
	}
	vm.pushJob(L, r)
	return 1
}

// runArguments reads topologies from argument first on, and options, if any, at
// the end.
func (vm *VM) runArguments(L *lua.LState, what string, first int) ([]node, runOptions) {
	opts := runOptions{check: true}
	last := L.GetTop()
	if t, ok := L.Get(last).(*lua.LTable); ok && last >= first {
		opts = vm.readOptions(L, what, t)
		last--
	}
	var nodes []node
	for i := first; i <= last; i++ {
		switch v := L.Get(i).(type) {
		case *lua.LUserData:
			if n, ok := toNode(v); ok {
				nodes = append(nodes, n)
				continue
			}
		case lua.LString:
			nodes = append(nodes, vm.lineStage(L, string(v)))
			continue
		case *lua.LFunction:
			nodes = append(nodes, vm.functionStage(L, v, nil, false))
			continue
		}
		p := problemf(whereIs(L), "%s: argument %d must be a topology, but is %s", what, i, describe(L.Get(i))).pointing(what)
		if L.Get(i).Type() == lua.LTBool {
			p.hinted("< and > compare: a topology reads file(\"in\") | ..., and writes ... | file(\"out\", \"w\")")
		}
		vm.raise(L, p)
	}
	if len(nodes) == 0 {
		vm.raise(L, problemf(whereIs(L), "%s: there is nothing to run", what).hinted("give it a topology: %s(\"ls\" | \"sort\")", what).pointing(what))
	}
	return nodes, opts
}

func (vm *VM) readOptions(L *lua.LState, what string, t *lua.LTable) runOptions {
	known := []string{"timeout", "check"}
	if what != "wait" {
		known = append(known, "deadlock") // decided when it is started
	}
	vm.checkKeys(L, what, t, false, known...)
	opts := runOptions{check: true}
	if v := t.RawGetString("timeout"); v != lua.LNil {
		var err error
		if opts.timeout, err = parseDuration(v); err != nil {
			vm.raisef(L, "timeout", "%s: %v", what, err)
		}
	}
	if v := t.RawGetString("check"); v != lua.LNil {
		opts.check = lua.LVAsBool(v)
	}
	if v := t.RawGetString("deadlock"); v != lua.LNil {
		var known bool
		if opts.deadlock, known = onDeadlock[lua.LVAsString(v)]; !known {
			vm.raise(L, problemf(whereIs(L), `%s: deadlock must be "stop", "report" or "off", but is %s`, what, describe(v)).pointing("deadlock"))
		}
	}
	return opts
}

// begin lowers, plans and starts. Everything that can be refused is refused
// before the first process.
func (vm *VM) begin(L *lua.LState, nodes []node, opts runOptions, how place) (*started, error) {
	vm.endCaptures(L)
	r := &started{vm: vm, opts: opts, at: whereIs(L)}
	if vm.ctx.Err() != nil {
		return nil, interruptedAt(r.at) // and a loop of runs is at its end
	}
	plan, lo, err := vm.plan(nodes, how)
	if err != nil {
		return nil, err
	}
	r.lo = lo
	vm.warn(plan, lo)
	r.text = cut(writeAll(nodes), 4*keptBytes)
	// What reads something else has no use for the terminal, and Ctrl-C stays weir's.
	plan.Foreground = how != background && vm.opts.Stdin == os.Stdin
	r.atTerminal = plan.Foreground && luaio.IsTerminal(os.Stdin)
	plan.Leaves = how == background
	plan.Suspend = vm.opts.JobControl && how == foreground
	if vm.opts.JobControl {
		plan.Grace = promptGrace
	}
	plan.Timeout = opts.timeout
	plan.Deadlock, plan.Told = opts.deadlock, r.tellDeadlock
	plan.Unmet = func(e *runtime.UnmetError) { vm.tellUnmet(e, how) }
	// What the script printed before comes before what its stages print.
	vm.streams.Flush()
	r.run, err = vm.launch(vm.lifetime(how), plan, r.at)
	if lo.handOver(); how != background {
		lo.stepAside()
	}
	lo.hangUp()
	if err != nil {
		lo.endMails()
		return nil, planProblem(err, lo.places)
	}
	lo.takeEnds(r.run)
	if how == captured && r.atTerminal {
		time.AfterFunc(runtime.UnmetAfter, r.tellInput)
	}
	return r, nil
}

// prepare has the guard started while the script is still being read, where it
// looks as if it would run something.
func (vm *VM) prepare(text string) {
	if vm.opts.Explain != nil {
		return
	}
	for _, word := range []string{"run", "start", ":text", ":lines"} {
		if strings.Contains(text, word) {
			runtime.Prepare()
			return
		}
	}
}

// startsReaders tells whether a script may start what is to read standard input behind
// it. No other pays for reads that take no byte too many.
func startsReaders(text string) bool {
	for _, word := range []string{"run", "start", ":text", "popen", "execute", "require", "dofile", "load", "_G", "getfenv"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return strings.Count(text, ":lines") > strings.Count(text, "stdin:lines")
}

// lifetime is the context of a run: a prompt's jobs outlive the input that starts
// them, also where nobody types the inputs.
func (vm *VM) lifetime(how place) context.Context {
	switch {
	case how != background:
		return vm.ctx
	case vm.opts.Context != nil:
		return vm.opts.Context
	}
	return context.Background()
}

// launch starts a plan, or tells of it only.
func (vm *VM) launch(ctx context.Context, plan *runtime.Plan, at origin) (*runtime.Run, error) {
	if vm.opts.Explain == nil {
		if vm.opts.Begins != nil {
			vm.opts.Begins()
		}
		return runtime.Start(ctx, plan, vm.opts.Journal)
	}
	vm.opts.Explain(plan, at.String())
	return runtime.Imagine(plan)
}

func (vm *VM) plan(nodes []node, how place) (*runtime.Plan, *lowering, error) {
	lo := newLowering(vm)
	plan, err := lo.plan(nodes, how)
	if err != nil {
		lo.endMails()
		return nil, nil, err
	}
	return plan, lo, nil
}

func (lo *lowering) plan(nodes []node, how place) (*runtime.Plan, error) {
	if err := lo.lower(nodes, lo.surroundings(how)); err != nil {
		return nil, err
	}
	lo.crowd(how)
	if unused := lo.unused(); how != background && len(unused) > 0 {
		return nil, unusedProblem(unused[0])
	}
	plan, err := runtime.Compile(&lo.top, runtime.ThisHost())
	if err != nil {
		return nil, planProblem(err, lo.places)
	}
	return plan, nil
}

// Plan lowers and plans the topologies among values, as a run in the foreground
// does, and starts nothing.
func (vm *VM) Plan(values []lua.LValue) (*runtime.Plan, error) {
	var nodes []node
	for _, v := range values {
		if n, ok := toNode(v); ok {
			nodes = append(nodes, n)
		}
	}
	plan, lo, err := vm.plan(nodes, foreground)
	if err == nil {
		lo.endMails()
	}
	return plan, vm.problemError(err)
}

// crowd has Lua stages read ahead where others read standard input at the same time:
// what one has looked at may be gone. The script itself takes each piece at once then.
func (lo *lowering) crowd(how place) {
	lo.crowded = lo.inherit > 1 || how == background
	if how == background && lo.inherit > 0 {
		lo.vm.streams.In.Crowded()
	}
	for i := range lo.top.Stages {
		argv := lo.top.Stages[i].Argv
		if n := len(argv); lo.crowded && n == 5 && argv[1] == wordStage && argv[4] == wordShares {
			lo.top.Stages[i].Argv = argv[:4]
		}
	}
}

func unusedProblem(u *use) error {
	side, verb := "reader", "read"
	if u.ownWr {
		side, verb = "writer", "write"
	}
	return problemf(u.channel.origin, "%s has no %s in this run, and the script cannot %s it while it waits", write(u.channel), side, verb).
		hinted("use start(...), or join the other side to it in the same run").pointing("pipe")
}

// surroundings are what the outermost stages of a run have.
func (lo *lowering) surroundings(how place) surroundings {
	var around surroundings
	std := lo.vm.opts
	for fd, f := range []*os.File{std.Stdin, std.Stdout, std.Stderr} {
		if f != [...]*os.File{os.Stdin, os.Stdout, os.Stderr}[fd] {
			lo.standard(fd, f)
		}
	}
	if how == background && std.JobOutput != nil {
		lo.standard(1, std.JobOutput)
		lo.standard(2, std.JobOutput)
	}
	if how == background && luaio.IsTerminal(std.Stdin) {
		lo.away = true // a background process that reads the terminal is stopped, setpgid(2)
	}
	if how == captured {
		name := lo.newChannel(runtime.Channel{Name: captureName, Kind: ipc.KindPipe}, origin{})
		lo.end("", name, ipc.Read, -1)
		around.out = &attach{channel: name, mode: ipc.Write}
	}
	return around
}

// wait waits for the end and gives the result, and an error, which has it too, where a
// stage failed and the script wants to know.
func (r *started) wait() (*lua.LTable, error) {
	defer r.lo.comeBack()
	if r.vm.await(r.run, "") {
		return nil, r.vm.setAside(r)
	}
	out, err := r.run.Wait()
	if r.atTerminal && endedByCtrlC(out) {
		r.vm.interrupt()
	}
	if err != nil {
		r.lo.forget(r.run)
		return nil, r.broken(out, err)
	}
	r.lo.collect(r.run)
	result := r.resultTable(out)
	if r.vm.ctx.Err() != nil {
		return result, r.vm.withResult(interruptedAt(r.at), result)
	}
	if p := r.failure(out); p != nil && r.opts.check {
		return result, r.vm.withResult(p, result)
	}
	return result, nil
}

// broken is what a run ended with that could not go on. A stage that failed by
// itself is why its relay could not.
func (r *started) broken(out *runtime.Result, err error) error {
	err = r.whyBroken(out, err)
	if out != nil {
		return r.vm.withResult(err, r.resultTable(out))
	}
	return err
}

func (r *started) whyBroken(out *runtime.Result, err error) error {
	var p *problem
	var plan *runtime.PlanError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &plan):
		for i := 0; plan.Err != nil && out != nil && i < len(out.Stages); i++ {
			if s := &out.Stages[i]; s.Failed && s.Signal == "" && s.Why == runtime.WhyExit {
				return r.stageProblem(out, s)
			}
		}
		return planProblem(err, r.lo.places)
	}
	return problemf(r.at, "%v", err)
}

// failure tells what went wrong, as a problem at the place of the stage that
// failed first.
func (r *started) failure(out *runtime.Result) *problem {
	if out.OK {
		return r.unread(out)
	}
	switch out.Why {
	case runtime.WhyTimeout:
		p := problemf(r.at, "the run took longer than %s and was stopped", formatDuration(r.opts.timeout)).pointing("timeout")
		if r.opts.timeout == 0 {
			p.message = "a stage took too long and was stopped"
		}
		p.why = out.Why
		if s := r.failed(out); s != nil && s.Why == runtime.WhyTimeout && r.opts.timeout == 0 {
			p.at = r.lo.places[s.Name]
			p.message = fmt.Sprintf("%s took longer than %s and was stopped", nameText(s.Name), formatDuration(r.lo.timeoutOf(s.Name)))
		}
		return p
	case runtime.WhyDeadlock:
		return r.deadlockProblem(out.Deadlock)
	case runtime.WhyInterrupted:
		return interruptedAt(r.at)
	}
	s := r.failed(out)
	if s == nil {
		return problemf(r.at, "the run failed")
	}
	return r.stageProblem(out, s)
}

// unread is the problem of the first stage whose value did not arrive, though it did not
// fail.
func (r *started) unread(out *runtime.Result) *problem {
	for i := range out.Stages {
		if v := r.lo.values[out.Stages[i].Name]; v != nil && v.unread {
			v.fault.why = runtime.WhyExit
			return v.fault
		}
	}
	return nil
}

// failed gives the first stage that failed.
func (r *started) failed(out *runtime.Result) *runtime.StageResult {
	for i := range out.Stages {
		if out.Stages[i].Failed {
			return &out.Stages[i]
		}
	}
	return nil
}

func (r *started) stageProblem(out *runtime.Result, s *runtime.StageResult) *problem {
	p := problemf(r.lo.places[s.Name], "%s exited with status %d", nameText(s.Name), s.Code).pointing(r.lo.word(s.Name))
	p.why = runtime.WhyExit
	switch v := r.lo.values[s.Name]; {
	case s.Why == runtime.WhyTimeout:
		p.message = fmt.Sprintf("%s took longer than %s and was stopped", nameText(s.Name), formatDuration(r.lo.timeoutOf(s.Name)))
		p.why = runtime.WhyTimeout
	case s.Signal != "":
		p.message = fmt.Sprintf("%s was ended by %s", nameText(s.Name), s.Signal)
		p.why = runtime.WhySignal
		if r.atTerminal && s.Signal == interruptName {
			p.why = runtime.WhyInterrupted
		}
	case v != nil && v.fault != nil:
		fault := *v.fault
		fault.message += " (in stage " + nameText(s.Name) + ")"
		fault.why = p.why
		if fault.trace != "" {
			fault.trace = "in stage " + nameText(s.Name) + ", " + fault.trace
		}
		if fault.at.chunk == "" {
			fault.at = p.at
		}
		p = &fault
	}
	if p.hint == "" && s.Signal == "" && s.Why == runtime.WhyExit {
		p.hint = r.wordsMeant(s.Name)
	}
	if s.GaveUp {
		p.message += fmt.Sprintf(", after it was started again %s", times(s.Restarts))
	}
	if others := alsoFailed(out, s); others != "" {
		p.message += others
	}
	return p
}

// wordsMeant says which argument of a program that failed looks like a line of shell: the
// program got it as a word.
func (r *started) wordsMeant(name string) string {
	for i := range r.lo.top.Stages {
		argv := r.lo.top.Stages[i].Argv
		if r.lo.top.Stages[i].Name != name || len(argv) < 2 || slices.Contains(argv, "-c") {
			continue
		}
		for _, word := range argv[1:] {
			program, _, blank := strings.Cut(word, " ")
			if _, err := runtime.FindProgram(program); !blank || err != nil {
				continue
			}
			if _, err := os.Lstat(word); err != nil {
				return fmt.Sprintf("%s is a word there; a stage among the arguments is sh%s", quote(cut(word, quotedBytes)), quote(cut(word, quotedBytes)))
			}
		}
	}
	return ""
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func alsoFailed(out *runtime.Result, first *runtime.StageResult) string {
	var list []string
	for i := range out.Stages {
		if s := &out.Stages[i]; s.Failed && s != first {
			list = append(list, nameText(s.Name))
		}
	}
	switch {
	case len(list) == 0:
		return ""
	case len(list) > 3:
		return fmt.Sprintf("; %d more stages failed too", len(list))
	}
	return "; " + strings.Join(list, ", ") + " failed too"
}
