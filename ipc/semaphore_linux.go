package ipc

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Semaphore is a POSIX semaphore as glibc lays it out on 64-bit systems, so that
// sem_open(3) and a sem_t in shared memory join it:
//
//	struct new_sem {
//		uint64_t data;    // bits 0–31 the value, bits 32–63 the number of waiters
//		int      private; // 128 where processes share it
//		int      pad;
//	};                        // sem_t has 32 bytes, and is aligned to 8
type Semaphore struct {
	region *Region
	own    bool // the region is the semaphore's alone
	data   *uint64
	shared *uint32
}

const (
	// SemaphoreSize is sizeof(sem_t).
	SemaphoreSize = 32
	// SemaphoreMax is SEM_VALUE_MAX.
	SemaphoreMax = math.MaxInt32

	semaphoreWaiter = 1 << 32
	futexShared     = 128 // glibc's FUTEX_SHARED

	// callPoll bounds how long a call waits on after its context has ended.
	callPoll = 10 * time.Millisecond
)

// CreateSemaphore makes a semaphore, sem_open(3) with O_CREAT|O_EXCL. Without a
// name it is private.
func CreateSemaphore(name string, value int, o NameOptions) (*Semaphore, error) {
	a := Addr{KindSemaphore, name}
	if value < 0 || value > SemaphoreMax {
		return nil, &Error{"create", a, fmt.Errorf("the value %d is out of range: 0 to %d", value, SemaphoreMax)}
	}
	init := func(r *Region) error {
		*word64(r.data, 0), *word32(r.data, 8) = uint64(value), futexShared
		return nil
	}
	if name == "" {
		return semaphoreOf(createPrivate(a, SemaphoreSize, init))
	}
	name, err := objectName(name)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	a.Name = name
	return semaphoreOf(createRegionAt(a, semaphorePath(name), SemaphoreSize, init, o))
}

func semaphorePath(name string) string { return shmFolder + "/sem." + strings.TrimPrefix(name, "/") }

// OpenSemaphore joins the semaphore that has the name.
func OpenSemaphore(name string) (*Semaphore, error) {
	name, err := objectName(name)
	a := Addr{KindSemaphore, name}
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return semaphoreOf(openRegionAt(a, semaphorePath(name)))
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

// SemaphoreAt gives the sem_t at an offset of a region. Init, or a C program's
// sem_init(3), must have been called for it.
func SemaphoreAt(r *Region, offset int) (*Semaphore, error) {
	if offset < 0 || offset%8 != 0 || offset+SemaphoreSize > r.Size() {
		return nil, &Error{"open", Addr{KindSemaphore, r.addr.Name}, fmt.Errorf("no semaphore lies at offset %d of %d bytes", offset, r.Size())}
	}
	return &Semaphore{region: r, data: word64(r.data, offset), shared: word32(r.data, offset+8)}, nil
}

// Init is sem_init(3) with pshared set. Nobody may wait.
func (s *Semaphore) Init(value int) error {
	if value < 0 || value > SemaphoreMax {
		return s.fault("init", fmt.Errorf("the value %d is out of range: 0 to %d", value, SemaphoreMax))
	}
	atomic.StoreUint32(s.shared, futexShared)
	atomic.StoreUint64(s.data, uint64(value))
	return nil
}

func (s *Semaphore) fault(op string, err error) error {
	return &Error{op, Addr{KindSemaphore, s.region.addr.Name}, err}
}

// word is the half that is waited at.
func (s *Semaphore) word() *uint32 { return (*uint32)(unsafe.Pointer(s.data)) }

// Wait takes one, sem_wait(3), and waits for it until ctx ends.
func (s *Semaphore) Wait(ctx context.Context) error {
	if s.TryWait() {
		return nil
	}
	atomic.AddUint64(s.data, semaphoreWaiter)
	defer atomic.AddUint64(s.data, ^uint64(semaphoreWaiter-1))
	p := patient(ctx)
	for !s.TryWait() {
		left, err := p()
		if err != nil {
			return s.fault("wait for", err)
		}
		_ = futexWait(s.word(), 0, min(left, callPoll))
	}
	return nil
}

// TryWait takes one if it is there, sem_trywait(3).
func (s *Semaphore) TryWait() bool {
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
func (s *Semaphore) Post() error {
	for {
		data := atomic.LoadUint64(s.data)
		if uint32(data) >= SemaphoreMax {
			return s.fault("post", unix.EOVERFLOW)
		}
		if atomic.CompareAndSwapUint64(s.data, data, data+1) {
			if data>>32 != 0 {
				futexWake(s.word(), 1)
			}
			return nil
		}
	}
}

// Value is sem_getvalue(3): it may have changed when it is looked at.
func (s *Semaphore) Value() int { return int(uint32(atomic.LoadUint64(s.data))) }

// Addr gives the semaphore's name, or that of its region.
func (s *Semaphore) Addr() Addr { return Addr{KindSemaphore, s.region.addr.Name} }

// File is the descriptor of its region.
func (s *Semaphore) File() *os.File { return s.region.file }

// Close is sem_close(3). One inside a region is the region's.
func (s *Semaphore) Close() error {
	if s.own {
		return s.region.Close()
	}
	return nil
}
