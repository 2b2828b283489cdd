package ipc

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Mutex is a lock that processes and threads share: one lockWord. Each handle
// stands for one party: two handles of a process keep each other out.
type Mutex struct {
	region *Region
	own    bool
	word   *lockWord

	mu   sync.Mutex
	held bool
}

// MutexSize is the room that a mutex takes in a region.
const MutexSize = 8

// Faults of those who use a mutex.
var (
	ErrHeld    = errors.New("it is held by this party already: it would wait for itself")
	ErrNotHeld = errors.New("it is not held by this party")
)

// CreateMutex makes a mutex; without a name it is private.
func CreateMutex(name string, o NameOptions) (*Mutex, error) {
	return mutexOf(createLock(KindMutex, name, MutexSize, 0, o))
}

// OpenMutex joins the mutex that has the name.
func OpenMutex(name string) (*Mutex, error) { return mutexOf(openLock(KindMutex, name, MutexSize)) }

// MutexFromFile takes over the descriptor of a mutex's region.
func MutexFromFile(f *os.File, name string) (*Mutex, error) {
	return mutexOf(lockFromFile(KindMutex, f, name, MutexSize))
}

func mutexOf(r *Region, err error) (*Mutex, error) {
	if err != nil {
		return nil, err
	}
	return &Mutex{region: r, own: true, word: lockWordAt(r.data, lockBody)}, nil
}

// MutexAt gives the mutex at an offset of a region: eight bytes, aligned to
// eight, that were zero at first.
func MutexAt(r *Region, offset int) (*Mutex, error) {
	if offset < 0 || offset%8 != 0 || offset+MutexSize > r.Size() {
		return nil, &Error{"open", Addr{KindMutex, r.addr.Name}, errors.New("no mutex lies at this offset")}
	}
	return &Mutex{region: r, word: lockWordAt(r.data, offset)}, nil
}

// Lock takes the mutex and waits for it until ctx ends. ErrAbandoned comes with
// the mutex taken: its last holder died with it, or closed it. ErrHeld is one that
// this handle has.
func (m *Mutex) Lock(ctx context.Context) error { return m.lock(patient(ctx)) }

// TryLock takes the mutex if nobody has it; os.ErrDeadlineExceeded where
// somebody has.
func (m *Mutex) TryLock() error {
	return m.lock(func() (time.Duration, error) { return 0, os.ErrDeadlineExceeded })
}

func (m *Mutex) lock(p patience) error {
	if m.Held() {
		return m.fault("lock", ErrHeld)
	}
	err := m.word.lock(p)
	if err != nil && !errors.Is(err, ErrAbandoned) {
		return m.fault("lock", err)
	}
	m.mu.Lock()
	m.held = true
	m.mu.Unlock()
	if err != nil {
		return m.fault("lock", err)
	}
	return nil
}

// Held tells whether this handle holds the mutex.
func (m *Mutex) Held() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held
}

// Unlock frees the mutex.
func (m *Mutex) Unlock() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.held {
		return m.fault("unlock", ErrNotHeld)
	}
	m.held = false
	m.word.unlock()
	return nil
}

func (m *Mutex) fault(op string, err error) error {
	return &Error{op, Addr{KindMutex, m.region.addr.Name}, err}
}

// Addr gives the mutex's name.
func (m *Mutex) Addr() Addr { return Addr{KindMutex, m.region.addr.Name} }

// File is the descriptor of its region.
func (m *Mutex) File() *os.File { return m.region.file }

// Close gives the handle up. A mutex that it holds is abandoned: the next taker
// is told.
func (m *Mutex) Close() error {
	m.mu.Lock()
	if m.held {
		m.held = false
		m.word.abandon()
	}
	m.mu.Unlock()
	if m.own {
		return m.region.Close()
	}
	return nil
}
