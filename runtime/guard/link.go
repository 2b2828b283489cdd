package guard

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"weir/runtime/scarce"
	"weir/runtime/signals"
)

// ErrLost is what a run ends with when its guard was killed.
var ErrLost = errors.New("the guard process was killed from outside: every stage was stopped")

// system ends all that weir has started when weir ends, however it ends. On Linux it is
// a second process at the other end of a socket. On Windows it is Job Objects with
// kill-on-close, and send does in this process what the messages say.
//
// It hands its answers to Link.answer. When it has ended it calls Link.leave and Link.gone.
type system interface {
	send(p packet, fds []int) error // messages, and the descriptors that go along
	endSending()                    // nothing more comes: what was started ends, and the system with it
	process() int                   // the number of its process, 0 where it has none
}

// Link is this process's side of its guard.
type Link struct {
	system system

	mu      sync.Mutex
	runs    map[uint64]Listener
	closing bool
	cause   error         // of the guard's end, where weir did not ask for it; read without mu after lost
	lost    chan struct{} // closed when the guard is gone

	numbers atomic.Uint64
}

// Listener hears how the processes of a run fare. The calls come from one goroutine,
// which must not wait for the guard.
type Listener interface {
	Spawned(stage, pid int, errno syscall.Errno) // the stage has executed its program, or why not
	Exited(stage int, status ExitStatus)
	Halted(stage int, by syscall.Signal) // a signal has stopped the stage; 0: it goes on
	Swept()                              // nothing of the run is left
	Lost(cause error)                    // the guard is gone; without a cause Shutdown has ended it
	Done() <-chan struct{}               // closed when the run has told the journal of its end
}

// ExitStatus is how a process ended, as wait4(2) tells it.
type ExitStatus struct {
	Code      int
	Signal    syscall.Signal // 0 where it exited
	User, Sys time.Duration  // negative is not known
	MaxRSS    int64          // peak memory in bytes; 0 is not known
	MostRSS   int64          // the upper bound of a MaxRSS that is not known; 0 is not known
}

func (s ExitStatus) String() string {
	if s.Signal != 0 {
		return signals.Name(s.Signal)
	}
	return fmt.Sprintf("status %d", s.Code)
}

var (
	linkMu  sync.Mutex
	current *Link
	lastPID atomic.Int64 // of the last guard
)

// Process is the number of the guard's process, 0 where it has none.
func Process() int { return int(lastPID.Load()) }

// Connect gives the link to the guard, which is started when it is first needed, or
// needed again.
func Connect() (*Link, error) {
	linkMu.Lock()
	defer linkMu.Unlock()
	return connectLocked()
}

func connectLocked() (*Link, error) {
	if current != nil {
		select {
		case <-current.lost:
		default:
			return current, nil
		}
	}
	l := &Link{runs: map[uint64]Listener{}, lost: make(chan struct{})}
	if err := l.start(); err != nil {
		return nil, fmt.Errorf("start the guard process: %w", scarce.WithStart(scarce.Proc(err)))
	}
	current = l
	lastPID.Store(int64(l.system.process()))
	if register != nil {
		if err := l.sendNames(register); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// Prepare starts the guard ahead of the first run, so that it is there when a script has
// been read. It need not be called.
func Prepare() { go func() { _, _ = Connect() }() }

// Running is the number of runs of this process that have not ended.
func Running() int {
	linkMu.Lock()
	l := current
	linkMu.Unlock()
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.runs)
}

// lastReports is how long Shutdown waits until runs whose processes are gone have reported
// their end. One with a thread that does not heed its context never does.
const lastReports = 500 * time.Millisecond

// Shutdown ends the guard, and with it everything that was started. It waits until the
// guard is gone and the runs have told the journal of their ends. A later Connect starts
// another.
func Shutdown() {
	late := time.After(lastReports)
	for _, r := range end() {
		select {
		case <-r.Done():
		case <-late:
			return
		}
	}
}

// end ends the guard, waits until it is gone and gives the runs that it still had.
func end() []Listener {
	linkMu.Lock()
	defer linkMu.Unlock()
	if register != nil {
		_ = register.Close()
		register = nil
	}
	l := current
	if l == nil {
		return nil
	}
	current = nil
	l.mu.Lock()
	l.closing = true
	runs := slices.Collect(maps.Values(l.runs))
	l.mu.Unlock()
	l.system.endSending()
	<-l.lost
	return runs
}

// number gives one that no other slot or environment of this guard has.
func (l *Link) number() uint64 { return l.numbers.Add(1) }

// answer reads one message of the guard's.
func (l *Link) answer(kind byte, u *unpacker) error {
	id := u.uint()
	l.mu.Lock()
	r := l.runs[id]
	if kind == msgFinished {
		delete(l.runs, id)
	}
	l.mu.Unlock()
	if r == nil {
		u.rest = nil
		return nil
	}
	switch kind {
	case msgSpawned:
		r.Spawned(int(u.uint()), int(u.uint()), syscall.Errno(u.uint()))
	case msgExited:
		r.Exited(int(u.uint()), ExitStatus{Code: int(u.uint()), Signal: syscall.Signal(u.uint()),
			User: time.Duration(u.uint()) * time.Microsecond, Sys: time.Duration(u.uint()) * time.Microsecond,
			MaxRSS: int64(u.uint()) << 10, MostRSS: int64(u.uint()) << 10})
	case msgHalted:
		r.Halted(int(u.uint()), syscall.Signal(u.uint()))
	case msgFinished:
		r.Swept()
	default:
		return errMalformed
	}
	return nil
}

// breakOff notes why the link cannot go on: the first cause counts.
func (l *Link) breakOff(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause == nil {
		l.cause = err
	}
}

// leave takes the runs from a link whose guard is ending.
func (l *Link) leave() (runs map[uint64]Listener, closing, broken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	runs, l.runs = l.runs, map[uint64]Listener{}
	return runs, l.closing, l.cause != nil
}

// gone tells the runs that the guard has ended. cause counts where no other is known.
func (l *Link) gone(runs map[uint64]Listener, closing bool, cause error) {
	l.mu.Lock()
	switch {
	case closing:
		l.cause = nil
	case l.cause == nil:
		l.cause = cause
	}
	l.mu.Unlock()
	close(l.lost)
	for _, r := range runs {
		r.Lost(l.cause)
	}
}
