package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
	"unsafe"
)

// Barrier holds parties back until n of them have arrived, as pthread_barrier_wait(3):
//
//	 0  u64     bits 0–31 the generation: changes when the parties go on, futex(2);
//	            bits 32–63 which of the last 32 generations were broken, the last one
//	            in bit 32
//	 8  u64     lock of what follows (lockWord)
//	16  u32     parties that have arrived
//	64  n × u64 the parties that have arrived, as in a lockWord
//
// A party that dies while it waits breaks the generation: the others get ErrAbandoned,
// since the barrier cannot fill any more. For a party that never comes the others wait
// until their contexts end.
type Barrier struct {
	*handle
	n       int
	state   *uint64
	guard   *lockWord
	arrived *uint32
	next    atomic.Uint32 // the party that anyDied looks at next
}

// barrierLook is how many parties anyDied looks at.
const barrierLook = 8

func init() {
	implement(KindBarrier, operations{open: opener(OpenBarrier), join: joiner(BarrierFromFile),
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateBarrier(a.Name, s.Count, o))
		},
		trial: Spec{Count: 1},
		use:   user(func(ctx context.Context, b *Barrier) error { _, err := b.Wait(ctx); return err })})
}

// CreateBarrier makes a barrier for n parties. Without a name it is private.
func CreateBarrier(name string, n int, o NameOptions) (*Barrier, error) {
	if err := checkParties(n); err != nil {
		return nil, &Error{"create", Addr{KindBarrier, name}, err}
	}
	return barrierOf(createLock(KindBarrier, name, BarrierSize(n), uint32(n), o))
}

func checkParties(n int) error {
	if n < 1 || n > MaxParties {
		return fmt.Errorf("a barrier for %d parties: must be from 1 to %d", n, MaxParties)
	}
	return nil
}

// OpenBarrier joins the barrier that has the name.
func OpenBarrier(name string) (*Barrier, error) {
	return barrierOf(openLock(KindBarrier, name, BarrierSize(1)))
}

// BarrierFromFile takes over the descriptor of a barrier's region.
func BarrierFromFile(f *os.File, name string) (*Barrier, error) {
	return barrierOf(lockFromFile(KindBarrier, f, name, BarrierSize(1)))
}

func barrierOf(h *handle, err error) (*Barrier, error) {
	if err != nil {
		return nil, err
	}
	n := int(h.param)
	if checkParties(n) != nil || h.offset+BarrierSize(n) > h.region.Size() {
		h.Close()
		return nil, h.fault("open", errors.New("the barrier's header is damaged"))
	}
	return &Barrier{handle: h, n: n, state: h.word64(0), arrived: h.word32(16),
		guard: lockWordAt(h.region.data, h.offset+8)}, nil
}

// slot is the word of party i.
func (b *Barrier) slot(i int) *uint64 { return b.word64(barrierTable + 8*i) }

// Wait waits until all parties have arrived, or ctx ends. last is true for one of them.
// ErrAbandoned means that a party died while it waited. The barrier then begins anew.
func (b *Barrier) Wait(ctx context.Context) (last bool, err error) {
	use, err := b.enter("wait at")
	if err != nil {
		return false, err
	}
	defer use.leave(&err)
	limit := b.untilDone(ctx)
	if err := b.lock(limit); err != nil {
		return false, b.fault("wait at", err)
	}
	arrived := int(atomic.LoadUint32(b.arrived))
	generation := b.generation()
	if arrived >= b.n-1 {
		broken := b.deadBefore(arrived)
		b.nextGeneration(broken)
		b.guard.unlock()
		if broken {
			return false, b.fault("wait at", ErrAbandoned)
		}
		return true, nil
	}
	atomic.StoreUint64(b.slot(arrived), ownWord())
	atomic.StoreUint32(b.arrived, uint32(arrived+1))
	b.guard.unlock()
	shown := publishedBy(ctx)
	defer shown.End()
	for b.generation() == generation {
		left, err := limit()
		if err != nil {
			return b.withdraw(generation, err)
		}
		if left == forever {
			shown.at(KindBarrier, b.futex())
		}
		if futexWait(b.futex(), generation, min(left, callPoll)) != nil && b.anyDied() {
			b.breakGeneration(generation)
		}
	}
	return b.outcome(generation)
}

func (b *Barrier) generation() uint32 { return uint32(atomic.LoadUint64(b.state)) }

// futex is the half of the state at which parties wait.
func (b *Barrier) futex() *uint32 { return (*uint32)(unsafe.Pointer(b.state)) }

// lock takes the guard. If a party died with it, the generation is broken: the words may be
// half-way changed.
func (b *Barrier) lock(limit timeLeft) error {
	err := b.guard.lock(limit)
	if errors.Is(err, ErrAbandoned) {
		b.nextGeneration(true)
		return nil
	}
	return err
}

// nextGeneration begins the next generation. The caller has the lock. If it dies here, the
// next party that takes the lock begins one more.
func (b *Barrier) nextGeneration(broken bool) {
	state := atomic.LoadUint64(b.state)
	past := state >> 32 << 1
	if broken {
		past |= 1
	}
	atomic.StoreUint64(b.state, past<<32|uint64(uint32(state)+1))
	atomic.StoreUint32(b.arrived, 0)
	futexWake(b.futex(), 1<<30)
}

// outcome says how a generation ended.
func (b *Barrier) outcome(generation uint32) (bool, error) {
	state := atomic.LoadUint64(b.state)
	if since := uint32(state) - generation; since >= 1 && state>>32>>(since-1)&1 != 0 {
		return false, b.fault("wait at", ErrAbandoned)
	}
	return false, nil
}

// withdraw removes a party that waits no longer, unless all have arrived meanwhile. The
// party stays counted if the lock is not to be had, because its holder is stopped.
func (b *Barrier) withdraw(generation uint32, why error) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if b.lock(untilDone(ctx)) != nil {
		return false, b.fault("wait at", why)
	}
	defer b.guard.unlock()
	if b.generation() != generation {
		return b.outcome(generation)
	}
	arrived := min(int(atomic.LoadUint32(b.arrived)), b.n)
	for i := range arrived {
		if atomic.LoadUint64(b.slot(i)) == ownWord() {
			atomic.StoreUint64(b.slot(i), atomic.LoadUint64(b.slot(arrived-1)))
			atomic.StoreUint32(b.arrived, uint32(arrived-1))
			break
		}
	}
	return false, b.fault("wait at", why)
}

// anyDied reports whether the holder of the lock died, or one of the next few parties that
// wait.
func (b *Barrier) anyDied() bool {
	if holderDied(atomic.LoadUint64(&b.guard.v)) {
		return true
	}
	arrived := min(int(atomic.LoadUint32(b.arrived)), b.n)
	for range min(arrived, barrierLook) {
		i := int(b.next.Add(1)) % arrived
		if holderDied(atomic.LoadUint64(b.slot(i))) {
			return true
		}
	}
	return false
}

// deadBefore reports whether one of the parties that have arrived died, so that the last one
// does not go on without it.
func (b *Barrier) deadBefore(arrived int) bool {
	for i := range min(arrived, b.n) {
		if holderDied(atomic.LoadUint64(b.slot(i))) {
			return true
		}
	}
	return false
}

// breakGeneration ends a generation that cannot fill any more. If the lock is not free, that
// is left to the next call.
func (b *Barrier) breakGeneration(generation uint32) {
	if b.lock(noWait) != nil {
		return
	}
	defer b.guard.unlock()
	if b.generation() == generation {
		b.nextGeneration(true)
	}
}

// Parties is how many the barrier holds back.
func (b *Barrier) Parties() int { return b.n }
