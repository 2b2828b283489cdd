package script

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"weir/runtime"
	"weir/runtime/plan"
	"weir/script/problem"
)

// broken is what a run ended with that could not go on. A stage that failed by
// itself is why its relay could not.
func (r *started) broken(out *runtime.Result, err error) error {
	err = r.whyBroken(out, err)
	if out != nil {
		return problem.WithResult(err, r.resultTable(out))
	}
	return err
}

func (r *started) whyBroken(out *runtime.Result, err error) error {
	var p *problem.Error
	var refused *plan.Error
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused):
		for i := 0; refused.Err != nil && out != nil && i < len(out.Stages); i++ {
			if s := &out.Stages[i]; s.Failed && s.Signal == "" && s.Why == runtime.WhyExit {
				return r.stageProblem(out, s)
			}
		}
		return planProblem(err, r.lo.top.places)
	}
	return problem.New(r.at, "%v", err)
}

// failure says what went wrong, as a problem at the place of the stage that
// failed first, or of a relay that could not write.
func (r *started) failure(out *runtime.Result) *problem.Error {
	if out.OK {
		return r.unread(out)
	}
	if out.Unwritten == nil {
		return r.stagesFailed(out)
	}
	var p *problem.Error
	errors.As(planProblem(out.Unwritten, r.lo.top.places), &p)
	if out.Why == runtime.WhyExit && r.failed(out) == nil {
		p.Why = out.Why
		return p
	}
	others := r.stagesFailed(out)
	others.Message += "; " + p.Message
	return others
}

// stagesFailed is the failure of a run whose relays had no fault.
func (r *started) stagesFailed(out *runtime.Result) *problem.Error {
	switch out.Why {
	case runtime.WhyTimeout:
		p := tookLonger(r.at, r.opts.timeout)
		if r.opts.timeout == 0 {
			p.Message = "a stage took too long and was stopped"
		}
		p.Why, p.Where, p.Hint = out.Why, r.where.text(), r.lo.connections.missing()
		if s := r.failed(out); s != nil && s.Why == runtime.WhyTimeout && r.opts.timeout == 0 {
			p.At = r.lo.top.places[s.Name]
			p.Message = fmt.Sprintf("%s took longer than %s and was stopped", nameText(s.Name),
				formatDuration(r.lo.top.timeoutOf(s.Name)))
		}
		return p
	case runtime.WhyDeadlock:
		return r.deadlockProblem(out.Deadlock)
	case runtime.WhyInterrupted:
		return r.interrupted()
	}
	s := r.failed(out)
	if s == nil {
		return problem.New(r.at, "the run failed")
	}
	p := r.stageProblem(out, s)
	p.Where = r.where.text()
	return p
}

// unread is the problem of the first stage whose value did not arrive, though it did not
// fail.
func (r *started) unread(out *runtime.Result) *problem.Error {
	for i := range out.Stages {
		if v := r.lo.outcomes.of[out.Stages[i].Name]; v != nil && v.unread {
			v.fault.Why = runtime.WhyExit
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

func (r *started) stageProblem(out *runtime.Result, s *runtime.StageResult) *problem.Error {
	p := problem.New(r.lo.top.places[s.Name], "%s exited with status %d", nameText(s.Name), s.Code).
		Pointing(r.lo.top.word(s.Name))
	p.Why = runtime.WhyExit
	switch v := r.lo.outcomes.of[s.Name]; {
	case s.Why == runtime.WhyTimeout:
		p.Message = fmt.Sprintf("%s took longer than %s and was stopped", nameText(s.Name),
			formatDuration(r.lo.top.timeoutOf(s.Name)))
		p.Why = runtime.WhyTimeout
	case s.Signal != "":
		p.Message = fmt.Sprintf("%s was ended by %s", nameText(s.Name), s.Signal)
		p.Why = runtime.WhySignal
		if r.atTerminal && s.Signal == interruptName {
			p.Why = runtime.WhyInterrupted
		}
	case v != nil && v.fault != nil:
		fault := *v.fault
		fault.Message += " (in stage " + nameText(s.Name) + ")"
		fault.Why = p.Why
		if fault.Trace != "" {
			fault.Trace = "in stage " + nameText(s.Name) + ", " + fault.Trace
		}
		if fault.At.Chunk == "" {
			fault.At = p.At
		}
		p = &fault
	}
	if p.Hint == "" && s.Signal == "" && s.Why == runtime.WhyExit {
		p.Hint = r.wordsMeant(s.Name)
	}
	if s.GaveUp {
		p.Message += fmt.Sprintf(", after it was started again %s", times(s.Restarts))
	}
	if others := alsoFailed(out, s); others != "" {
		p.Message += others
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
			if _, err := runtime.ThisHost().FindProgram(program); !blank || err != nil {
				continue
			}
			if _, err := os.Lstat(word); err != nil {
				return fmt.Sprintf("%s is a word there; a stage among the arguments is sh%s",
					problem.Quote(problem.Cut(word, problem.QuotedBytes)), problem.Quote(problem.Cut(word, problem.QuotedBytes)))
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

// planProblem is what the runtime says of a topology, at the place that it
// names.
func planProblem(err error, places map[string]problem.Origin) error {
	var p *problem.Error
	if errors.As(err, &p) {
		return p // of a function that a relay called
	}
	var e *plan.Error
	if !errors.As(err, &e) {
		return err
	}
	message := strings.ReplaceAll(e.Message, e.Word, problem.Cut(e.Word, problem.QuotedBytes))
	p = &problem.Error{Word: e.Word, Message: problem.CutWords(message), Hint: problem.CutWords(e.Hint)}
	for _, key := range []string{e.Origin, e.Stage, e.Channel} {
		if o, ok := places[key]; ok {
			p.At = o
			break
		}
	}
	return p
}

// goesOn is the error of an output without which the run goes on.
func goesOn(e *plan.Error, places map[string]problem.Origin) error {
	told := *e
	told.Message += "; the run goes on without it"
	return planProblem(&told, places)
}

// tookLonger says that a run's time was up.
func tookLonger(at problem.Origin, limit time.Duration) *problem.Error {
	p := problem.New(at, "the run took longer than %s and was stopped", formatDuration(limit)).Pointing("timeout")
	p.Why = runtime.WhyTimeout
	return p
}
