package script

import (
	"context"
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/runtime/signals"
	"weir/script/library"
	"weir/script/problem"
)

// job is a run in the background.
type job struct {
	*started
	number  int
	killed  []string // signals that the script itself sent
	asked   bool     // the script has seen how it ended
	said    string   // its state when its line was made last
	told    string   // the state that the prompt's user knows of
	result  *lua.LTable
	sampled sampled
}

// name is what a deadlock calls it.
func (j *job) name() string { return fmt.Sprintf("job %d", j.number) }

func pushJob(L *lua.LState, r *started) {
	pushJobValue(L, vmOf(L).jobs.add(r))
}

// Jobs are those of a state, in the order in which they were started.
type Jobs []*job

// add numbers a job: the smallest number that no other has.
func (list *Jobs) add(r *started) *job {
	j := &job{started: r, number: 1}
	for slices.ContainsFunc(*list, func(other *job) bool { return other.number == j.number }) {
		j.number++
	}
	*list = append(*list, j)
	return j
}

func pushJobValue(L *lua.LState, j *job) {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = j, library.Metatable(L, "a job", func() ([]library.Entry, map[string]lua.LGFunction) {
		return jobMethods, map[string]lua.LGFunction{"__tostring": jobText}
	})
	L.Push(ud)
}

func checkJob(L *lua.LState, method string) *job {
	if j, ok := asJob(L.Get(1)); ok {
		return j
	}
	problem.Here(L, "%s is a method of a job, but this is %s", method, problem.Describe(L.Get(1))).
		Hinted("write job:%s(), with a colon", method).Pointing(method).Raise(L)
	return nil
}

// jobWait is job:wait([timeout | options]).
func jobWait(L *lua.LState) int {
	vm := vmOf(L)
	j := checkJob(L, "wait")
	mayActOnJob(L, j, "wait")
	check, limit := j.opts.check, time.Duration(0)
	switch v := L.Get(2).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		opts := readOptions(L, "wait", v)
		limit = opts.timeout
		check = check && opts.check
	default:
		var err error
		if limit, err = parseDuration(v); err != nil && v != lua.LNumber(0) {
			problem.Raisef(L, "wait", "wait: %v", err)
		} else if err != nil {
			limit = time.Nanosecond
		}
	}
	deliver(L, "wait")
	if limit == 0 { // else the script goes on afterwards, and may send and receive
		j.lo.stepAside()
		defer j.lo.comeBack()
		vm.waits.begin(j.name(), runtime.InsiderWait{Run: j.run})
	}
	ended := j.await(vm.ctx, limit)
	vm.waits.end()
	if vm.ctx.Err() != nil {
		interrupted(L) // it may be what has ended the job
	}
	if !ended {
		L.Push(lua.LNil)
		L.Push(lua.LString("timeout"))
		return 2
	}
	p, err := j.end()
	if len(j.lo.pipes.unused()) == 0 { // else its pipes are closed at the script's end
		vm.jobs.drop(j)
	}
	if err != nil {
		problem.Raise(L, err)
	}
	if p != nil && check && !j.expected() {
		problem.Raise(L, p)
	}
	L.Push(j.result)
	return 1
}

// await waits for the end, until limit is over, or the script is to give up; 0 is
// no limit. A script's end stops the job itself, an input's at the prompt does not.
func (j *job) await(ctx context.Context, limit time.Duration) (ended bool) {
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	select {
	case <-j.run.Done():
		return true
	case <-ctx.Done():
		return false
	}
}

// end takes the result of a job that has ended, once.
func (j *job) end() (*problem.Error, error) {
	out, err := j.run.Wait()
	j.endProgress()
	j.asked = true
	if err != nil {
		j.lo.forget(j.run)
		return nil, j.broken(out, err)
	}
	j.collect(out)
	j.vm.ran = j.result
	p := j.failure(out)
	if p != nil {
		p.Result = j.result
	}
	return p, nil
}

// collect takes what became of the stages, once.
func (j *job) collect(out *runtime.Result) {
	if j.result == nil {
		j.lo.collect(j.run)
		j.result = j.resultTable(out)
	}
}

// expected reports whether the stages that failed did so because the script
// killed them.
func (j *job) expected() bool {
	out, err := j.run.Wait()
	return err == nil && j.meant(out)
}

// meant is expected of a job that may go on.
func (j *job) meant(out *runtime.Result) bool {
	if len(j.killed) == 0 || out.Unwritten != nil {
		return false
	}
	for i := range out.Stages {
		if s := &out.Stages[i]; s.Failed && !slices.Contains(j.killed, s.Signal) {
			return false
		}
	}
	return true
}

// jobKill is job:kill([signal [, stage]]). A job that has ended is left alone.
func jobKill(L *lua.LState) int {
	j := checkJob(L, "kill")
	mayActOnJob(L, j, "kill")
	sig, err := toSignal(L.Get(2))
	if err != nil {
		problem.Raise(L, err)
	}
	select {
	case <-j.run.Done():
		return 0
	default:
	}
	j.killed = append(j.killed, signals.Name(sig))
	if name := L.Get(3); name != lua.LNil {
		err = j.run.KillStage(lua.LVAsString(name), sig)
	} else {
		err = j.run.Kill(sig)
	}
	if err != nil {
		problem.Raisef(L, "kill", "%v", err)
	}
	return 0
}

func jobResult(L *lua.LState) int {
	j := checkJob(L, "result")
	select {
	case <-j.run.Done():
		if _, err := j.end(); err != nil {
			problem.Raise(L, err)
		}
		L.Push(j.result)
	default:
		L.Push(lua.LNil)
	}
	return 1
}

func jobText(L *lua.LState) int {
	j := checkJob(L, "tostring")
	L.Push(lua.LString(j.line()))
	return 1
}

// ended reports whether the run of a job has ended.
func (j *job) ended() bool { return j.run.Ended() }

// state says in a word how a job stands, and why it failed or was killed.
func (j *job) state() (state, why string) {
	if j.ended() {
		return j.outcome()
	}
	if j.run.Halted() {
		return "stopped", ""
	}
	return "running", ""
}

// outcome is the state of a job that has ended.
func (j *job) outcome() (state, why string) {
	out, err := j.run.Wait()
	if err != nil {
		return "failed", problem.FirstLine(j.whyBroken(out, err).Error())
	}
	j.collect(out)
	p := j.failure(out)
	switch {
	case p != nil && j.expected():
		return "killed", problem.FirstLine(p.Message)
	case p != nil:
		return "failed", problem.FirstLine(p.Message)
	}
	return "done", ""
}

// end stops the jobs that still run. A job that failed before, and that
// the script never asked about, is told of now: a stage must not fail unseen.
func (list *Jobs) end() (unseen error) {
	ended := *list
	*list = nil
	for _, j := range ended {
		j.lo.pipes.closeEnds()
	}
	for _, j := range ended {
		select {
		case <-j.run.Done():
			if j.asked {
				continue
			}
			p, err := j.end()
			switch {
			case unseen != nil || !j.opts.check:
			case err != nil:
				unseen = j.vm.failures.problemError(err)
			case p != nil && !j.expected():
				p.Message += "; nobody waited for this job"
				unseen = j.vm.failures.problemError(p)
			}
		default:
			j.run.Stop(runtime.WhyInterrupted)
		}
	}
	for _, j := range ended {
		j.run.Wait()
		j.lo.forget(j.run)
	}
	return unseen
}
