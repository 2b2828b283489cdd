package runtime

import (
	"slices"
	"sync"
	"time"

	"weir/ipc"
	"weir/runtime/watch"
)

// watchedOutside is set in a process that is a stage of another's run, which looks at
// whatever it starts.
var watchedOutside bool

// WatchedOutside says that this process is a stage of a run of another process.
func WatchedOutside() { watchedOutside = true }

// outside is what such a process publishes of its own runs, for whoever looks from there:
// what its script waits for, or that something else goes on here. Only what goes on in
// processes is seen from there: where a run has threads or relays, it says no more.
var outside struct {
	sync.Mutex
	runs  int           // those that have begun and not ended
	tells bool          // somebody tells of them
	goes  ipc.Published // that something goes on
	waits ipc.Published // what the script waits for, where it does not publish that itself
	wait  uint64        // its number
	looks uint64        // that had been made here when that was first seen
}

// tellEvery is the time between two words to the outside: some come between two looks from
// there.
const tellEvery = lookEvery / 6

// tellOutside says that a run begins or, by -1, that it has ended.
func tellOutside(runs int) {
	if !watch.Supported || !watchedOutside {
		return
	}
	outside.Lock()
	defer outside.Unlock()
	outside.runs += runs
	goesOn()
	if !outside.tells {
		outside.tells = true
		go keepTelling()
	}
}

// goesOn publishes that something goes on here; outside is locked.
func goesOn() {
	outside.waits.End()
	outside.goes.Show(ipc.Wait{Kind: ipc.WaitNone})
}

// keepTelling tells of the runs of this process until there is nothing to tell any more.
func keepTelling() {
	for range time.Tick(tellEvery) {
		outside.Lock()
		outside.tells = tellNow()
		more := outside.tells
		outside.Unlock()
		if !more {
			return
		}
	}
}

// tellNow publishes how things stand; outside is locked.
func tellNow() (more bool) {
	if outside.runs == 0 {
		outside.waits.End()
		outside.goes.End()
		return false
	}
	number, wait := uint64(0), ipc.Wait{}
	if list := insiders(); len(list) == 1 {
		number, wait = list[0].outsideWait()
	}
	if number != outside.wait {
		outside.wait, outside.looks = number, lookout.count.Load()
	}
	started, inside := outsideRuns()
	named := lookout.looks.Load() && lookout.count.Load() < outside.looks+enoughLooks // or may be still
	if number == 0 || started < outside.runs || inside || named {
		goesOn()
		return !inside
	}
	if wait.Kind != ipc.WaitNone {
		outside.waits.Show(wait)
	}
	outside.goes.End()
	return true
}

// enoughLooks are those by which a deadlock among the runs of this process has been named
// here: the first may have been under way.
const enoughLooks = 3

// outsideRuns counts the runs that have been started, and reports whether any has threads or
// relays that have not ended.
func outsideRuns() (started int, inside bool) {
	looked, others := knownRuns()
	for _, r := range slices.Concat(looked, others) {
		r.mu.Lock()
		left := slices.DeleteFunc(slices.Clone(r.stages), func(s stage) bool { return s.exited })
		if r.ctx.Err() == nil && !slices.ContainsFunc(left, func(s stage) bool { return !s.running }) {
			started++
		}
		inside = inside || slices.ContainsFunc(left, func(s stage) bool { return s.Inside() })
		r.mu.Unlock()
	}
	return started, inside
}

// outsideWait gives the number of the wait that lasts now, 0 where there is none, and what is
// to be published of it: WaitNone where it has been published already.
func (x *Insider) outsideWait() (uint64, ipc.Wait) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch f := x.wait.File; {
	case !x.waits:
		return 0, ipc.Wait{}
	case x.wait.Run != nil:
		return x.number, ipc.Wait{Kind: ipc.WaitChildren}
	case f != nil:
		fd := number(f)
		side, ok := watch.SideOf(fd)
		if !ok || watch.Ready(fd, x.wait.Writes) {
			return 0, ipc.Wait{}
		}
		w := ipc.Wait{Kind: ipc.WaitData, Liveness: ipc.FileID{Dev: side.Pipe.Device, Ino: side.Pipe.Inode}, FD: fd}
		if x.wait.Writes {
			w.Kind = ipc.WaitSpace
		}
		return x.number, w
	}
	return x.number, ipc.Wait{Kind: ipc.WaitNone}
}
