package script

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"weir/runtime"
	"weir/runtime/plan"
)

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
