package runtime

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weir/ipc/names"
	"weir/runtime/plan"
	"weir/runtime/scarce"
)

// errGuardLost is what a run ends with when its guard was killed.
var errGuardLost = errors.New("the guard process was killed from outside: every stage was stopped")

// link is weir's side of the socket to its guard.
type link struct {
	sock int
	pid  int

	mu      sync.Mutex
	runs    map[uint64]*Run
	closing bool
	cause   error         // of the guard's end, where weir did not ask for it; read without mu after lost
	lost    chan struct{} // closed when the guard is gone

	sending sync.Mutex // sock
	numbers atomic.Uint64
}

var (
	linkMu   sync.Mutex
	current  *link
	register *names.Register // of the names that this process made; nil before the first
)

// guardLink gives the link to the guard, which is started when it is first
// needed, or needed again.
func guardLink() (*link, error) {
	linkMu.Lock()
	defer linkMu.Unlock()
	return guardLinkLocked()
}

func guardLinkLocked() (*link, error) {
	if current != nil {
		select {
		case <-current.lost:
		default:
			return current, nil
		}
	}
	l, err := startGuard()
	if err != nil {
		return nil, fmt.Errorf("start the guard process: %w", scarce.WithStart(scarce.Proc(err)))
	}
	current = l
	if register != nil {
		if err := l.tellNames(register); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// Names gives the register of the names that this process makes. The guard has
// it too: when this process dies, however it dies, the names go.
func Names() (*names.Register, error) {
	linkMu.Lock()
	defer linkMu.Unlock()
	if register != nil {
		return register, nil
	}
	l, err := guardLinkLocked()
	if err != nil {
		return nil, err
	}
	r, err := names.Open()
	if err != nil {
		return nil, err
	}
	if err := l.tellNames(r); err != nil {
		r.Close()
		return nil, err
	}
	register = r
	return r, nil
}

// removeName removes a name that this process made. Where the register is closed, the
// guard has removed it.
func removeName(path string) {
	linkMu.Lock()
	defer linkMu.Unlock()
	if register != nil {
		_ = register.Remove(path)
	}
}

// Prepare starts the guard ahead of the first run, so that its own start-up
// passes while a script is still being read. It need not be called.
func Prepare() { go func() { _, _ = guardLink() }() }

// endOfTelling is how long Shutdown waits for runs whose processes are gone to tell of
// their end. One with a thread that does not heed its context never does.
const endOfTelling = 500 * time.Millisecond

// Shutdown ends the guard, and with it everything that was started, and waits
// until it is gone and the runs have told the journal of their ends. A later Start
// starts another.
func Shutdown() {
	late := time.After(endOfTelling)
	for _, r := range endGuard() {
		select {
		case <-r.done:
		case <-late:
			return
		}
	}
}

// endGuard ends the guard, waits until it is gone and gives the runs that it still had.
func endGuard() []*Run {
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
	l.sending.Lock()
	if l.sock >= 0 {
		l.endSending()
	}
	l.sending.Unlock()
	<-l.lost
	return runs
}

// batch is messages on their way to the guard, and the descriptors that go
// along. Nothing is sent before flush, or before it grows large.
type batch struct {
	link  *link
	buf   packet
	fds   []int
	files []*os.File // closed when they were sent
	grown int        // the size at which it is sent: small at first, so that the guard begins early
}

const firstBatch = 1 << 10

// number gives one that no other slot or environment of this guard has.
func (l *link) number() uint64 { return l.numbers.Add(1) }

func (b *batch) add(msg packet) error {
	b.buf.add(msg)
	if len(b.buf) > max(b.grown, firstBatch) || len(b.fds) > plan.MaxDescriptors/2 {
		b.grown = min(2*max(b.grown, firstBatch), maxDatagram/2)
		return b.flush()
	}
	return nil
}

// give passes a copy of f's descriptor on, into the slot returned. f stays
// open until then: see closeLater.
func (b *batch) give(f *os.File) (uint64, error) {
	slot := b.link.number()
	b.fds = append(b.fds, int(f.Fd()))
	return slot, b.add(message(msgTake, slot))
}

// closeLater closes f when what was given of it is on its way.
func (b *batch) closeLater(f *os.File) { b.files = append(b.files, f) }

func (b *batch) flush() error {
	var err error
	if len(b.buf) > 0 {
		b.link.sending.Lock()
		err = b.link.sendLocked(b.buf, b.fds)
		b.link.sending.Unlock()
	}
	for _, f := range b.files {
		f.Close()
	}
	b.buf, b.fds, b.files = b.buf[:0], b.fds[:0], b.files[:0]
	return err
}

// tell sends one message of numbers.
func (l *link) tell(kind byte, values ...uint64) error {
	b := batch{link: l}
	b.buf.add(message(kind, values...))
	return b.flush()
}

// tellNames gives the guard the register of names, and with it its lock: should
// weir die, the guard removes what stands there.
func (l *link) tellNames(r *names.Register) error {
	b := batch{link: l, fds: []int{int(r.File().Fd())}}
	b.buf.add(message(msgNames))
	return b.flush()
}

// begin makes a run known on both sides.
func (l *link) begin(r *Run) error {
	l.mu.Lock()
	l.runs[r.id] = r
	l.mu.Unlock()
	err := l.tell(msgBegin, r.id)
	if err != nil {
		l.mu.Lock()
		delete(l.runs, r.id)
		l.mu.Unlock()
	}
	return err
}

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
