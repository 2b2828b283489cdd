package script

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/problem"
)

// WhyHalted is the Why of a Failure that is none: Ctrl-Z has stopped a run in the
// foreground, which is a job now.
const WhyHalted = "stopped"

// setAside makes a job of a run that was stopped in the foreground, and ends what
// waited for it.
func (list *Jobs) setAside(r *started) error {
	r.run.Detach()
	j := list.add(r)
	p := j.haltedAt(r.at)
	if j.said == "stopped" {
		return p.Hinted("fg(%d) goes on with it, bg(%d) in the background", j.number, j.number)
	}
	return p
}

// haltedAt tells of a job that Ctrl-Z has taken out of the foreground.
func (j *job) haltedAt(at problem.Origin) *problem.Error {
	p := problem.New(at, "%s", j.line())
	if j.said == "running" {
		p.Hinted("it has no process to stop and goes on in the background; fg(%d) waits for it", j.number)
	}
	p.Why, j.told = WhyHalted, j.said
	return p
}

// await waits until a run has ended, or was stopped where the prompt's user may do that;
// halted is that. name is what a deadlock calls the run.
func (vm *VM) await(r *runtime.Run, name string) (halted bool) {
	vm.waits.begin(name, runtime.InsiderWait{Run: r})
	defer vm.waits.end()
	if vm.opts.JobControl {
		return vm.waited.await(r)
	}
	<-r.Done()
	return false
}

// waitedRun is the run that the prompt waits for, which Ctrl-Z stops.
type waitedRun struct {
	run    atomic.Pointer[runtime.Run]
	halted atomic.Bool // Ctrl-Z came before there was one
}

// await waits until a run in the foreground has ended or was stopped.
func (f *waitedRun) await(r *runtime.Run) bool {
	f.run.Store(r)
	defer f.run.Store(nil)
	if f.halted.Swap(false) {
		_ = r.Suspend()
	}
	return r.AwaitHalt()
}

// runSoon is how soon behind a Ctrl-Z the run comes that it was for.
const runSoon = 200 * time.Millisecond

// Suspend stops the run that the prompt waits for, or that comes soon behind a Ctrl-Z. It
// may be called from any goroutine.
func (vm *VM) Suspend() {
	f := &vm.waited
	if r := f.run.Load(); r != nil {
		_ = r.Suspend()
		return
	}
	f.halted.Store(true)
	time.AfterFunc(runSoon, func() {
		if f.halted.Swap(false) {
			vm.notices.key("Ctrl-Z stops a run, and this is none; Ctrl-C ends it")
		}
	})
}

// line tells of a job as a shell's jobs does.
func (j *job) line() string {
	state, why := j.state()
	j.said = state
	if why != "" {
		why = ": " + why
	}
	return fmt.Sprintf("[%d]  %-8s %s%s", j.number, state, j.text, why)
}

// luaJobs is jobs().
func luaJobs(L *lua.LState) int {
	t := L.NewTable()
	var lines []string
	for _, j := range vmOf(L).jobs {
		pushJobValue(L, j)
		t.Append(L.Get(-1))
		L.Pop(1)
		lines = append(lines, j.line())
	}
	meta := L.NewTable()
	meta.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(cmp.Or(strings.Join(lines, "\n"), "there is no job")))
		return 1
	}))
	t.Metatable = meta
	L.Push(t)
	return 1
}

// jobArgument gives the job that fg and bg are told: by its value or its number,
// else the last.
func jobArgument(L *lua.LState, verb string) *job {
	vm := vmOf(L)
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
		if len(vm.jobs) > 0 {
			return vm.jobs[len(vm.jobs)-1]
		}
		problem.Here(L, "%s: there is no job", verb).Hinted("start(t) makes one, and so does Ctrl-Z").Pointing(verb).Raise(L)
	case lua.LNumber:
		for _, j := range vm.jobs {
			if lua.LNumber(j.number) == v {
				return j
			}
		}
		problem.Here(L, "%s: there is no job %s", verb, v.String()).Hinted("jobs() lists them").Pointing(verb).Raise(L)
	case *lua.LUserData:
		if j, ok := v.Value.(*job); ok {
			return j
		}
	}
	problem.Here(L, "%s: it takes a job or its number, but this is %s", verb, problem.Describe(L.Get(1))).
		Pointing(verb).Raise(L)
	return nil
}

// luaForeground is fg([job]): what is waited for is the job's end, or that it is
// stopped again.
func luaForeground(L *lua.LState) int {
	vm := vmOf(L)
	j := jobArgument(L, "fg")
	deliver(L, "fg")
	if !j.ended() {
		defer context.AfterFunc(vm.ctx, func() { j.run.Stop(runtime.WhyInterrupted) })()
		if err := j.run.Continue(true); err != nil {
			problem.Raisef(L, "fg", "fg: %v", err)
		}
		j.lo.stepAside()
		defer j.lo.comeBack()
		j.showProgress(foreground)
		defer j.endProgress()
		if vm.await(j.run, j.name()) {
			problem.Raise(L, j.haltedAt(problem.Where(L)))
		}
		if out, _ := j.run.Wait(); vm.atTerminal() {
			j.heedKey(out)
		}
	}
	vm.jobs.drop(j)
	p, err := j.end()
	switch {
	case err != nil:
		problem.Raise(L, err)
	case vm.ctx.Err() != nil:
		p := interruptedAt(problem.Where(L))
		p.Where = j.where.text()
		problem.Raise(L, problem.WithResult(p, j.result))
	case p != nil && j.opts.check && !j.expected():
		problem.Raise(L, p)
	}
	L.Push(j.result)
	return 1
}

// luaBackground is bg([job]).
func luaBackground(L *lua.LState) int {
	j := jobArgument(L, "bg")
	if j.run.Halted() {
		if err := j.run.Continue(false); err != nil {
			problem.Raisef(L, "bg", "bg: %v", err)
		}
	}
	pushJobValue(L, j)
	return 1
}

func (list *Jobs) drop(j *job) {
	*list = slices.DeleteFunc(*list, func(other *job) bool { return other == j })
}

// Ended is a job that has ended, or was stopped, as its user is told of it.
type Ended struct {
	Line   string
	Failed bool
}

// Announce tells of the jobs that have ended, and forgets them, and of those that were
// stopped, unless their user knows it: a line for each, as a shell has it before its next
// prompt.
func (list *Jobs) Announce() []Ended {
	var told []Ended
	for _, j := range slices.Clone(*list) {
		line := j.line()
		ended := j.said != "running" && j.said != "stopped"
		if j.said != j.told && !j.asked && (ended || j.said == "stopped") {
			told = append(told, Ended{line, j.said == "failed"})
		}
		j.told = j.said
		if ended {
			list.drop(j)
			_, _ = j.end()
		}
	}
	return told
}

// asJob gives the job that a value is.
func asJob(v lua.LValue) (*job, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	j, ok := ud.Value.(*job)
	return j, ok
}

// Begun tells of the jobs that were started since it was asked last and run still, a
// line for each. A job among the values that are shown needs no telling.
func (list Jobs) Begun(values []lua.LValue) []string {
	for _, v := range values {
		if t, ok := v.(*lua.LTable); ok { // as jobs() gives it
			t.ForEach(func(_, v lua.LValue) { seen(v) })
		}
		seen(v)
	}
	var lines []string
	for _, j := range list {
		if j.told == "" && !j.ended() {
			lines = append(lines, j.line())
			j.told = j.said
		}
	}
	return lines
}

// seen notes that the prompt's user has read the line of a job.
func seen(v lua.LValue) {
	if j, ok := asJob(v); ok {
		j.told = j.said
	}
}

// RunOf gives the number of a job's run, or that of the newest run where no job is named by its
// number.
func (list Jobs) RunOf(number int) (uint64, error) {
	if number == 0 {
		if r := runtime.Newest(); r != nil {
			return r.ID(), nil
		}
		return 0, errors.New("there was no run yet; start(t) makes a job")
	}
	for _, j := range list {
		if j.number == number {
			return j.run.ID(), nil
		}
	}
	return 0, fmt.Errorf("there is no job %d; jobs() lists them", number)
}

// Running tells of the jobs that have not ended, a line for each.
func (list Jobs) Running() []string {
	var lines []string
	for _, j := range list {
		if !j.ended() {
			lines = append(lines, j.line())
		}
	}
	return lines
}
