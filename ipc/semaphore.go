package ipc

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// Semaphore is a POSIX semaphore as glibc lays it out on 64-bit systems, so that
// sem_open(3) and a sem_t in shared memory join it:
//
//	struct new_sem {
//		uint64_t data;    // bits 0–31 the value, bits 32–63 the number of waiters
//		int      private; // 128 where processes share it
//		int      pad;
//	};                        // sem_t has 32 bytes, and is aligned to 8
//
// Nobody holds a semaphore: one that a process has taken and that dies with it is
// not given back, as POSIX has it. A mutex tells of that.
type Semaphore struct {
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

func init() {
	implement(KindSemaphore, operations{open: opener(OpenSemaphore), join: joiner(SemaphoreFromFile),
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateSemaphore(a.Name, s.Count, o))
		},
		path:  func(name string) (string, error) { return shmFolder + "/sem." + strings.TrimPrefix(name, "/"), nil },
		shown: folder{shmFolder, "sem."}, limits: shmLimits,
		trial: Spec{Count: 1}, use: user(func(ctx context.Context, s *Semaphore) error { return s.Wait(ctx) })})
}

// CreateSemaphore makes a semaphore, sem_open(3) with O_CREAT|O_EXCL. Without a
// name it is private.
func CreateSemaphore(name string, value int, o NameOptions) (*Semaphore, error) {
	if value < 0 || value > SemaphoreMax {
		return nil, &Error{"create", Addr{KindSemaphore, name}, fmt.Errorf("the value %d is out of range: 0 to %d", value, SemaphoreMax)}
	}
	init := func(r *Region) error {
		*word64(r.data, 0), *word32(r.data, 8) = uint64(value), futexShared
		return nil
	}
	return semaphoreOf(createNamed(KindSemaphore, name, SemaphoreSize, init, o))
}

// OpenSemaphore joins the semaphore that has the name.
func OpenSemaphore(name string) (*Semaphore, error) {
	return semaphoreOf(openNamed(KindSemaphore, name))
}

// SemaphoreFromFile takes over the descriptor of a semaphore's region.
func SemaphoreFromFile(f *os.File, name string) (*Semaphore, error) {
	return semaphoreOf(mapRegion(Addr{KindSemaphore, name}, f))
}

func semaphoreOf(r *Region, err error) (*Semaphore, error) {
	if err != nil {
		return nil, err
	}
	s, err := SemaphoreAt(r, 0)
	if err != nil {
		r.Close()
		return nil, err
	}
	s.own = true
	return s, nil
}

// SemaphoreAt gives the sem_t at an offset of a region: SemaphoreSize bytes,
// aligned to eight. Init, or a C program's sem_init(3), must have been called for
// it.
func SemaphoreAt(r *Region, offset int) (*Semaphore, error) {
	p, err := handleAt(KindSemaphore, r, offset, SemaphoreSize)
	if err != nil {
		return nil, err
	}
	return &Semaphore{p, p.word64(0), p.word32(8)}, nil
}

// Init is sem_init(3) with pshared set. Nobody may wait.
func (s *Semaphore) Init(value int) (err error) {
	if value < 0 || value > SemaphoreMax {
		return s.fault("init", fmt.Errorf("the value %d is out of range: 0 to %d", value, SemaphoreMax))
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

// word is the half that is waited at.
func (s *Semaphore) word() *uint32 { return (*uint32)(unsafe.Pointer(s.data)) }

// Wait takes one, sem_wait(3), and waits for it until ctx ends.
func (s *Semaphore) Wait(ctx context.Context) (err error) {
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
	p, shown := s.untilDone(ctx), publishedBy(ctx)
	defer shown.End()
	for !s.tryTake() {
		left, err := p()
		if err != nil {
			return s.fault("wait for", err)
		}
		// Who is woken may die before it takes one: the others look again by themselves.
		if left == forever {
			shown.at(KindSemaphore, s.word())
		}
		_ = futexWait(s.word(), 0, min(left, callPoll))
	}
	return nil
}

// TryWait takes one if it is there, sem_trywait(3).
func (s *Semaphore) TryWait() bool {
	use, err := s.enter("wait for")
	if err != nil {
		return false
	}
	defer use.leave(nil)
	return s.tryTake()
}

func (s *Semaphore) tryTake() bool {
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

// Post gives one back, sem_post(3). EOVERFLOW is a value that grows too large.
func (s *Semaphore) Post() (err error) {
	use, err := s.enter("post")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	for {
		data := atomic.LoadUint64(s.data)
		if uint32(data) >= SemaphoreMax {
			return s.fault("post", fmt.Errorf("its value is %d, SEM_VALUE_MAX or more: %w", uint32(data), syscall.EOVERFLOW))
		}
		if atomic.CompareAndSwapUint64(s.data, data, data+1) {
			if data>>32 != 0 {
				futexWake(s.word(), 1)
			}
			return nil
		}
	}
}

// Value is sem_getvalue(3): it may have changed when it is looked at. A closed
// one has none.
func (s *Semaphore) Value() (value int, err error) {
	use, err := s.enter("read")
	if err != nil {
		return 0, err
	}
	defer use.leave(&err)
	return int(uint32(atomic.LoadUint64(s.data))), nil
}
