package runtime

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// lookEvery is the time between two looks: who stands still through two of them
// is told of well within two seconds.
const lookEvery = 300 * time.Millisecond

// pace is the time between two looks of this process. A stage's is shorter: its own runs
// are looked at from outside as well, where less is known of them.
func pace() time.Duration {
	if watchedOutside {
		return lookEvery / 2
	}
	return lookEvery
}

// lookShare keeps the looks at a very large run from taking more than this part
// of one processor.
const lookShare = 6

// plainShare is lookShare where no plan has a cycle: only what the stages make for
// themselves could have one.
const plainShare = 50

// lookout looks at all runs of this process, and at the insiders: one may lie across several
// runs.
var lookout struct {
	sync.Mutex
	runs []*watchedRun
	next int // the number of the next stage

	looks  atomic.Bool   // somebody looks
	count  atomic.Uint64 // how often so far
	sooner chan struct{} // a look is due within lookEvery, or none any more

	telling sync.Mutex // held while runs are told of what was found
}

func init() { lookout.sooner = make(chan struct{}, 1) }

// watchedRun is a run as the lookout has it.
type watchedRun struct {
	*Run
	objects map[watch.Pipe]*plan.PlannedChannel // the channels that have a file of their own, by that file
	later   map[int]watch.Late                  // what stages that start later are to have
	first   int                                 // the number of its first stage among all that are known
	told    bool                                // that only outsiders could let it go on
	known   bool                                // it is among the lookout's runs
	looked  bool                                // it is looked at for deadlocks
	seen    atomic.Pointer[[]watch.Seen]        // what its stages did at the last look
}

// watchDeadlocks has a run known until leaveLookout, and looked at where it is to be.
func (r *watchedRun) watchDeadlocks() {
	if !watch.Supported {
		return
	}
	r.objects, r.later = r.filesOf(), r.heldLater()
	lookout.Lock()
	defer lookout.Unlock()
	r.first, r.known = lookout.next, true
	r.looked = r.opts.Deadlock != DeadlockOff && (!watchedOutside || r.mayDeadlock())
	lookout.next += len(r.stages)
	lookout.runs = append(lookout.runs, r)
	if r.looked {
		lookSoon()
	}
}

// mayDeadlock reports whether the stages of a run, and this process, could wait for each
// other at what weir makes.
func (r *watchedRun) mayDeadlock() bool {
	return r.plan.CanDeadlock || r.opts.Background && slices.ContainsFunc(r.plan.Own, func(end plan.PlannedEnd) bool {
		return r.plan.Channels[end.Channel].Kind == ipc.KindPipe
	})
}

// leaveLookout ends what watchDeadlocks began. Afterwards the run is told of nothing.
func (r *watchedRun) leaveLookout() {
	lookout.telling.Lock()
	defer lookout.telling.Unlock()
	r.unwatch()
}

func (r *watchedRun) unwatch() {
	lookout.Lock()
	defer lookout.Unlock()
	if !r.known {
		return
	}
	r.known, r.looked = false, false
	lookout.runs = slices.DeleteFunc(lookout.runs, func(o *watchedRun) bool { return o == r })
	if len(lookout.runs) == 0 {
		nudge()
	}
}

// lookSoon has somebody look within lookEvery.
func lookSoon() {
	if lookout.looks.CompareAndSwap(false, true) {
		go look()
		return
	}
	nudge()
}

func nudge() {
	select {
	case lookout.sooner <- struct{}{}:
	default:
	}
}

// look looks for deadlocks for as long as there is a run, or an insider that waits for
// another party.
func look() {
	var s scene
	w := watch.Watcher{Source: func() watch.Scene { s = theScene(); return s.Scene }}
	timer := time.NewTimer(pace())
	defer timer.Stop()
	due := time.Now().Add(pace())
	for {
		select {
		case <-lookout.sooner:
		case <-timer.C:
		}
		if !worthLooking() {
			lookout.looks.Store(false)
			// Whoever has come since has seen that somebody looks.
			if !worthLooking() || !lookout.looks.CompareAndSwap(false, true) {
				return
			}
		}
		begun := time.Now()
		if begun.Before(due) {
			due = earlier(due, begun.Add(pace()))
		} else {
			if list, err := w.Look(); err == nil && len(list) > 0 {
				s.tell(list)
			}
			s.remember(w.Seen())
			lookout.count.Add(1)
			due = time.Now().Add(max(pace(), s.share()*time.Since(begun)))
		}
		timer.Reset(time.Until(due))
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// knownRuns gives the runs that are looked at, and the others that have not ended.
func knownRuns() (looked, others []*watchedRun) {
	lookout.Lock()
	defer lookout.Unlock()
	for _, r := range lookout.runs {
		if r.looked {
			looked = append(looked, r)
		} else {
			others = append(others, r)
		}
	}
	return looked, others
}

// worthLooking reports whether there is anybody to be looked at.
func worthLooking() bool {
	lookout.Lock()
	defer lookout.Unlock()
	return slices.ContainsFunc(lookout.runs, func(r *watchedRun) bool { return r.looked }) ||
		slices.ContainsFunc(insiders(), (*Insider).waitsForOthers)
}

func (s *scene) share() time.Duration {
	if slices.ContainsFunc(s.runs, func(r *watchedRun) bool { return r.mayDeadlock() }) {
		return lookShare
	}
	return plainShare
}
