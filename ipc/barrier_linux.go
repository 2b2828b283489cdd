package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
)

// Barrier holds parties back until n of them are there, as
// pthread_barrier_wait(3). At 64 of its region:
//
//	 0  u32     generation: changes when the parties go on, futex(2)
//	 4  u32     the last generation that was broken up
//	 8  u64     lock of what follows (lockWord)
//	16  u32     parties that are there
//	64  n × u64 who they are, as in a lockWord
//
// A party that dies while it waits breaks the generation up: the others are told
// that it was abandoned, rather than wait for what cannot come. One that never
// came is nobody's loss but theirs: a wait has a context.
type Barrier struct {
	region     *Region
	n          int
	generation *uint32
	broken     *uint32
	guard      *lockWord
	there      *uint32
}

// MaxParties is how many a barrier may hold back.
const MaxParties = 1 << 16

const barrierTable = 64

func barrierSize(n int) int { return barrierTable + 8*n }

// CreateBarrier makes a barrier for n parties; without a name it is private.
func CreateBarrier(name string, n int, o NameOptions) (*Barrier, error) {
	if n < 1 || n > MaxParties {
		return nil, &Error{"create", Addr{KindBarrier, name}, fmt.Errorf("a barrier for %d parties: must be from 1 to %d", n, MaxParties)}
	}
	return barrierOf(createLock(KindBarrier, name, barrierSize(n), uint32(n), o))
}

// OpenBarrier joins the barrier that has the name.
func OpenBarrier(name string) (*Barrier, error) {
	return barrierOf(openLock(KindBarrier, name, barrierSize(1)))
}

// BarrierFromFile takes over the descriptor of a barrier's region.
func BarrierFromFile(f *os.File, name string) (*Barrier, error) {
	return barrierOf(lockFromFile(KindBarrier, f, name, barrierSize(1)))
}

func barrierOf(r *Region, err error) (*Barrier, error) {
	if err != nil {
		return nil, err
	}
	n := int(*word32(r.data, 16))
	if n < 1 || n > MaxParties || lockBody+barrierSize(n) > r.Size() {
		r.Close()
		return nil, &Error{"open", r.addr, errors.New("the barrier's header is damaged")}
	}
	b := r.data[lockBody:]
	return &Barrier{r, n, word32(b, 0), word32(b, 4), lockWordAt(b, 8), word32(b, 16)}, nil
}

func (b *Barrier) party(i int) *uint64 {
	return word64(b.region.data, lockBody+barrierTable+8*i)
}

// Wait waits until the last of the parties has come, or ctx ends. last is true
// for one of them. ErrAbandoned means that a party died while it waited; the
// barrier begins anew.
func (b *Barrier) Wait(ctx context.Context) (last bool, err error) {
	p := patient(ctx)
	if err := b.lock(p); err != nil {
		return false, b.fault(err)
	}
	there := int(atomic.LoadUint32(b.there))
	generation := atomic.LoadUint32(b.generation)
	if there >= b.n-1 {
		b.goOn()
		b.guard.unlock()
		return true, nil
	}
	atomic.StoreUint64(b.party(there), me())
	atomic.StoreUint32(b.there, uint32(there+1))
	b.guard.unlock()
	for atomic.LoadUint32(b.generation) == generation {
		left, err := p()
		if err != nil {
			return b.leave(generation, err)
		}
		if futexWait(b.generation, generation, min(left, callPoll)) != nil {
			b.lookForDead(generation)
		}
	}
	return b.left(generation)
}

func (b *Barrier) lock(p patience) error {
	if err := b.guard.lock(p); err != nil && !errors.Is(err, ErrAbandoned) {
		return err
	}
	return nil
}

// goOn begins the next generation. The caller has the lock.
func (b *Barrier) goOn() {
	atomic.StoreUint32(b.there, 0)
	atomic.AddUint32(b.generation, 1)
	futexWake(b.generation, 1<<30)
}

func (b *Barrier) left(generation uint32) (bool, error) {
	if atomic.LoadUint32(b.broken) == generation+1 {
		return false, b.fault(ErrAbandoned)
	}
	return false, nil
}

// leave takes a party out that waits no longer, unless all have come meanwhile.
func (b *Barrier) leave(generation uint32, why error) (bool, error) {
	if err := b.lock(patient(context.Background())); err != nil {
		return false, b.fault(err)
	}
	defer b.guard.unlock()
	if atomic.LoadUint32(b.generation) != generation {
		return b.left(generation)
	}
	there := min(int(atomic.LoadUint32(b.there)), b.n)
	for i := range there {
		if atomic.LoadUint64(b.party(i)) == me() {
			atomic.StoreUint64(b.party(i), atomic.LoadUint64(b.party(there-1)))
			atomic.StoreUint32(b.there, uint32(there-1))
			break
		}
	}
	return false, b.fault(why)
}

// lookForDead breaks the generation up where one of its parties has died.
func (b *Barrier) lookForDead(generation uint32) {
	there := min(int(atomic.LoadUint32(b.there)), b.n)
	dead := false
	for i := 0; i < there && !dead; i++ {
		dead = gone(atomic.LoadUint64(b.party(i)))
	}
	if !dead || b.lock(patient(context.Background())) != nil {
		return
	}
	defer b.guard.unlock()
	if atomic.LoadUint32(b.generation) == generation {
		atomic.StoreUint32(b.broken, generation+1)
		b.goOn()
	}
}

func (b *Barrier) fault(err error) error { return &Error{"wait at", b.Addr(), err} }

// Parties is how many the barrier holds back.
func (b *Barrier) Parties() int { return b.n }

// Addr gives the barrier's name.
func (b *Barrier) Addr() Addr { return Addr{KindBarrier, b.region.addr.Name} }

// File is the descriptor of its region.
func (b *Barrier) File() *os.File { return b.region.file }

// Close gives the handle up.
func (b *Barrier) Close() error { return b.region.Close() }
