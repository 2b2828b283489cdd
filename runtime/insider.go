package runtime

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"weir/runtime/watch"
)

// Insider is a party of this process that waits for stages and that they wait for: the
// script, or a thread. It tells of its waits that have no limit, so that a deadlock in
// which it is a party is found.
type Insider struct {
	party uint32

	mu     sync.Mutex
	holds  func() Holding
	tell   func(*DeadlockError)
	wake   func()          // ends its wait at a file
	told   map[string]bool // names of which it was said that only outsiders could let it go on
	number uint64
	waits  bool
	quiet  bool // nothing more is to be said of the wait
	since  time.Time
	wait   InsiderWait
	ahead  *DeadlockError // is to end the wait
	broken *DeadlockError
}

// InsiderWait is one wait of an insider: for what package ipc has published, unless
// File or Run say otherwise.
type InsiderWait struct {
	File   *os.File // that it reads, or writes
	Writes bool
	Run    *Run   // for whose end it waits
	Runs   []*Run // the end of any of which lets it go on, beside what is published
}

// Holding is what an insider has while it waits.
type Holding struct {
	Files []*os.File
	Locks []HeldLock
	At    string // what it waits at, where that is no channel of a topology
	Name  string // the name of that, if it has one
	// Unknown says that not all can be told now: for this look, the insider goes on.
	Unknown bool
}

// HeldLock is a mutex that an insider holds: its region, and where in it.
type HeldLock struct {
	File   *os.File
	Offset int
}

// script is what the insider is called that is no thread.
const script = "the script"

// inside are the insiders that are no threads of runs.
var inside struct {
	sync.Mutex
	list []*Insider
	last uint32
}

// insiders lists the scripts.
func insiders() []*Insider {
	inside.Lock()
	defer inside.Unlock()
	return slices.Clone(inside.list)
}

// NewInsider makes the insider that a script is. Leave ends it. While it waits, holds is
// called on another goroutine, and tell, if only another program could let it go on.
func NewInsider(holds func() Holding, tell func(*DeadlockError)) *Insider {
	x := newInsider()
	x.holds, x.tell = holds, tell
	inside.Lock()
	defer inside.Unlock()
	inside.list = append(inside.list, x)
	return x
}

func newInsider() *Insider {
	inside.Lock()
	defer inside.Unlock()
	inside.last++
	return &Insider{party: inside.last}
}

// Leave says that the insider is no more.
func (x *Insider) Leave() {
	inside.Lock()
	defer inside.Unlock()
	inside.list = slices.DeleteFunc(inside.list, func(o *Insider) bool { return o == x })
}

// insiderKey is the key of a thread's insider in its context.
type insiderKey struct{}

// ThreadInsider gives the insider that a thread is, by the context of its body. holds is
// as NewInsider has it.
func ThreadInsider(ctx context.Context, holds func() Holding) *Insider {
	x, _ := ctx.Value(insiderKey{}).(*Insider)
	if x != nil {
		x.mu.Lock()
		x.holds = holds
		x.mu.Unlock()
	}
	return x
}

// Party is by which the insider's waits are published.
func (x *Insider) Party() uint32 { return x.party }

// Begin says that a wait begins. The insider changes nothing that it holds until End.
func (x *Insider) Begin(w InsiderWait) {
	x.mu.Lock()
	x.number++
	x.wait, x.waits, x.quiet, x.since = w, true, false, time.Now()
	x.mu.Unlock()
	if x.tell != nil && watch.Supported && !watchedOutside && !lookout.looks.Load() && x.waitsForOthers() {
		lookSoon()
	}
}

// WakeBy has wake end a wait at a file that only the script could end itself.
func (x *Insider) WakeBy(wake func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.wake = wake
}

// waitsForOthers reports whether a script waits at a lock, a channel, or a file that it has opened, and
// what there is to say of that was not said yet. That it waits for a run, the run tells; and
// whoever writes to its input is no party here.
func (x *Insider) waitsForOthers() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	runs := x.wait.Run != nil || len(x.wait.Runs) > 0
	return x.waits && !x.quiet && !runs && (x.wait.File == nil || number(x.wait.File) > 2)
}

// tellOfOutsiders says, once for what it waits at, that only outsiders could end the wait
// that has the number.
func (x *Insider) tellOfOutsiders(number uint64, e *DeadlockError) {
	x.mu.Lock()
	if !x.waits || x.number != number || time.Since(x.since) < NoPeerAfter {
		x.mu.Unlock()
		return
	}
	x.quiet = true
	name := e.Named[0]
	told := x.told[name]
	if x.told == nil {
		x.told = map[string]bool{}
	}
	x.told[name] = true
	x.mu.Unlock()
	if !told {
		x.tell(e)
	}
}

// End says that the wait has ended. It gives the deadlock that it was part of, if its runs
// were stopped.
func (x *Insider) End() *DeadlockError {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.ahead
	x.waits, x.ahead, x.broken = false, nil, nil
	return e
}

// Broken gives the deadlock that the wait is part of, and that ends it: who waits asks
// now and then.
func (x *Insider) Broken() *DeadlockError {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.broken
}

// Asks reports whether whoever waits must ask Broken now and then. In a stage's process it
// need not: its wait ends with its process.
func (x *Insider) Asks() bool { return !watchedOutside }

// waitsSince reports whether the wait that has the number lasts.
func (x *Insider) waitsSince(number uint64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.waits && x.number == number
}

// foresee notes the deadlock of the wait that has the number, before its runs are stopped:
// their end may end the wait.
func (x *Insider) foresee(number uint64, e *DeadlockError) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.waits && x.number == number {
		x.ahead = e
	}
}

// Foreseen gives the deadlock that the wait is part of, before Broken does.
func (x *Insider) Foreseen() *DeadlockError {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.ahead
}

// breakOff ends the wait that has the number, if it still lasts.
func (x *Insider) breakOff(number uint64, e *DeadlockError) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.waits && x.number == number {
		x.broken = e
		if e.Lonely() && x.wait.File != nil && x.wake != nil {
			x.wake() // no end of a run does it
		}
	}
}

// seen is the insider as the watch sees it, and what it has. stages gives the numbers of a
// run's stages that have not ended, or false where the run is not looked at.
func (x *Insider) seen(stage int, stages func(*Run) ([]int, bool)) (out watch.Insider, h Holding) {
	out = watch.Insider{Stage: stage, Party: x.party, FD: -1}
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.waits || x.holds == nil {
		return out, h
	}
	for _, run := range append(x.wait.Runs, x.wait.Run) {
		if run == nil {
			continue
		}
		ends, looked := stages(run)
		if !looked || len(ends) == 0 {
			return out, h
		}
		out.Ends = append(out.Ends, ends)
	}
	if h = x.holds(); h.Unknown {
		return out, h
	}
	for _, f := range append(h.Files, x.wait.File) {
		if fd := number(f); fd >= 0 {
			out.Holds = append(out.Holds, fd)
		}
	}
	for _, l := range h.Locks {
		if fd := number(l.File); fd >= 0 {
			out.Locks = append(out.Locks, watch.LockAt{FD: fd, Offset: l.Offset})
		}
	}
	out.Number, out.FD, out.Writes = x.number, number(x.wait.File), x.wait.Writes
	return out, h
}

// number is the descriptor of an open file, else -1.
func number(f *os.File) int {
	n := -1
	if f == nil {
		return n
	}
	if conn, err := f.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) { n = int(fd) })
	}
	return n
}

// ScriptWait is where a script of this process waits without a limit, and not for a run.
type ScriptWait struct {
	File   *os.File // that it reads, or writes; nil where it waits at something else
	Writes bool
	At     string // that
	Since  time.Time
}

// ScriptWaits lists where the scripts of this process wait now. A thread's script is not among them: its
// stage says that.
func ScriptWaits() (list []ScriptWait) {
	for _, x := range insiders() {
		if w, ok := x.waitNow(); ok {
			list = append(list, w)
		}
	}
	return list
}

// ScriptsWait reports whether no script of this process runs now: each waits for something.
func ScriptsWait() bool {
	list := insiders()
	return len(list) > 0 && !slices.ContainsFunc(list, func(x *Insider) bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		return !x.waits
	})
}

func (x *Insider) waitNow() (w ScriptWait, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.waits || x.wait.Run != nil || x.holds == nil {
		return w, false
	}
	w = ScriptWait{File: x.wait.File, Writes: x.wait.Writes, Since: x.since}
	if w.File == nil {
		w.At = x.holds().At
	}
	return w, w.File != nil || w.At != ""
}
