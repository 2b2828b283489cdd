package ipc

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// wordSemaphore is a POSIX semaphore as glibc lays it out on 64-bit systems, so that
// sem_open(3) and a sem_t in shared memory join it:
//
//	struct new_sem {
//		uint64_t data;    // bits 0–31 the value, bits 32–63 the number of waiters
//		int      private; // 128 if processes share it
//		int      pad;
//	};                        // sem_t has 32 bytes, and is aligned to 8
type wordSemaphore struct {
	*handle
	data   *uint64
	shared *uint32
}

const (
	semaphoreWaiter = 1 << 32
	futexShared     = 128 // glibc's FUTEX_SHARED

	// callPoll bounds how long a call waits on after its context has ended.
	callPoll = 10 * time.Millisecond
)

// semaphoreUse is what Try does with a semaphore.
var semaphoreUse = user(func(ctx context.Context, s *Semaphore) error { return s.Wait(ctx) })

func checkValue(value int) error {
	if value < 0 || value > SemaphoreMax {
		return fmt.Errorf("the value %d is out of range: 0 to %d", value, SemaphoreMax)
	}
	return nil
}

// SemaphoreAt gives the sem_t at an offset of a region: SemaphoreSize bytes, aligned to
// eight. Init makes it a semaphore, or sem_init(3) in a program in C.
func SemaphoreAt(r *Region, offset int) (*Semaphore, error) {
	h, err := handleAt(KindSemaphore, r, offset, SemaphoreSize)
	if err != nil {
		return nil, err
	}
	return &Semaphore{&wordSemaphore{h, h.word64(0), h.word32(8)}}, nil
}

// Init is sem_init(3) with pshared set. Nobody may wait at the semaphore.
func (s *wordSemaphore) Init(value int) (err error) {
	if err := checkValue(value); err != nil {
		return s.fault("init", err)
	}
	use, err := s.enter("init")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	atomic.StoreUint32(s.shared, futexShared)
	atomic.StoreUint64(s.data, uint64(value))
	return nil
}

// futex is the half of the data at which processes wait.
func (s *wordSemaphore) futex() *uint32 { return (*uint32)(unsafe.Pointer(s.data)) }

// Wait is sem_wait(3): it takes one, and waits for one until ctx ends.
func (s *wordSemaphore) Wait(ctx context.Context) (err error) {
	use, err := s.enter("wait for")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	if s.tryTake() {
		return nil
	}
	atomic.AddUint64(s.data, semaphoreWaiter)
	defer atomic.AddUint64(s.data, ^uint64(semaphoreWaiter-1))
	limit, shown := s.untilDone(ctx), publishedBy(ctx)
	defer shown.End()
	for !s.tryTake() {
		left, err := limit()
		if err != nil {
			return s.fault("wait for", err)
		}
		// A waiter that is woken may die before it takes one, so the others look by themselves.
		if left == forever {
			shown.at(KindSemaphore, s.futex())
		}
		_ = futexWait(s.futex(), 0, min(left, callPoll))
	}
	return nil
}

// TryWait is sem_trywait(3): it takes one if there is one.
func (s *wordSemaphore) TryWait() bool {
	use, err := s.enter("wait for")
	if err != nil {
		return false
	}
	defer use.leave(nil)
	return s.tryTake()
}

func (s *wordSemaphore) tryTake() bool {
	for {
		data := atomic.LoadUint64(s.data)
		if uint32(data) == 0 {
			return false
		}
		if atomic.CompareAndSwapUint64(s.data, data, data-1) {
			return true
		}
	}
}

// Post is sem_post(3): it adds one. EOVERFLOW is a value that grows too large.
func (s *wordSemaphore) Post() (err error) {
	use, err := s.enter("post")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	for {
		data := atomic.LoadUint64(s.data)
		if uint32(data) >= SemaphoreMax {
			return s.fault("post", tooMany(uint32(data)))
		}
		if atomic.CompareAndSwapUint64(s.data, data, data+1) {
			if data>>32 != 0 {
				futexWake(s.futex(), 1)
			}
			return nil
		}
	}
}

func tooMany(value uint32) error {
	return fmt.Errorf("its value is %d, SEM_VALUE_MAX or more: %w", value, syscall.EOVERFLOW)
}

// Value is sem_getvalue(3). It may have changed by the time the caller looks at it. A closed
// semaphore has none.
func (s *wordSemaphore) Value() (value int, err error) {
	use, err := s.enter("read")
	if err != nil {
		return 0, err
	}
	defer use.leave(&err)
	return int(uint32(atomic.LoadUint64(s.data))), nil
}

// State gives the value.
func (s *wordSemaphore) State() (LockState, error) {
	n, err := s.Value()
	return LockState{Value: n}, err
}
