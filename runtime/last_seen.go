package runtime

import (
	"slices"

	"weir/runtime/signals"
	"weir/runtime/watch"
)

// StageSeen is what a stage did when this process last looked for deadlocks.
type StageSeen struct {
	Stage   string
	Does    watch.Activity
	On      string         // the channel or lock at which it waits, where that is known
	Opening *watch.Opening // the FIFO that it waits to open
	Holder  string         // the stage that has the lock
}

// LastSeen says what the stages did before a signal of the terminal's has ended one of them, which
// nobody could ask them afterwards.
func (r *Run) LastSeen() (list []StageSeen) {
	last := r.watched.seen.Load()
	if last == nil {
		return nil
	}
	for _, x := range *last {
		st := &r.plan.Stages[x.Stage-r.watched.first]
		seen := StageSeen{Stage: st.Name, Does: x.Does, Opening: x.Opening, Holder: r.stageOf(x.Holder)}
		if c := r.watched.objects[x.At]; c != nil {
			seen.On = c.Name
		}
		for _, end := range st.Ends {
			if end.FD == x.FD {
				seen.On = r.plan.Channels[end.Channel].Name
			}
		}
		list = append(list, seen)
	}
	return list
}

// stageOf names the stage whose process has a number; empty where there is none.
func (r *Run) stageOf(pid int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		if pid != 0 && r.stages[i].result.PID == pid {
			return r.plan.Stages[i].Name
		}
	}
	return ""
}

// remember keeps what the stages of each run did. A look that comes while a run ends sees no more
// than those that are left of it.
func (s *scene) remember(seen []watch.Seen) {
	for _, r := range s.runs {
		its := slices.DeleteFunc(slices.Clone(seen), func(x watch.Seen) bool {
			return x.Stage < r.first || x.Stage >= r.first+len(r.stages)
		})
		left := func(root watch.Root) bool {
			return root.Stage >= r.first && root.Stage < r.first+len(r.stages) &&
				!slices.ContainsFunc(its, func(x watch.Seen) bool { return x.Stage == root.Stage })
		}
		if !slices.ContainsFunc(s.Roots, left) && !r.interrupted() {
			r.seen.Store(&its)
		}
	}
}

// interrupted reports whether a signal of the terminal's has ended a stage.
func (r *Run) interrupted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.stages, func(s stage) bool {
		return s.exited && EndsByKey(signals.Name(s.status.Signal))
	})
}

// EndsByKey reports whether a signal is one that the terminal sends for a key: Ctrl-C, or Ctrl-\.
func EndsByKey(signal string) bool { return signal == "SIGINT" || signal == "SIGQUIT" }
