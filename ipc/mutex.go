package ipc

import (
	"context"
	"errors"
	"os"
	"sync"
)

// Mutex is a lock that processes and threads share: one lockWord. A handle holds it, and
// excludes every other handle, also of the same process. Any thread of the process may use
// the handle.
type Mutex struct {
	*handle
	word *lockWord

	mu   sync.Mutex
	held bool
}

func init() {
	implement(KindMutex, operations{open: opener(OpenMutex), join: joiner(MutexFromFile),
		create: func(a Addr, _ Spec, o NameOptions) (Object, error) { return object(CreateMutex(a.Name, o)) },
		limits: func() string { return "a holder's death is noticed within 10 ms" },
		use:    user(func(ctx context.Context, m *Mutex) error { return errors.Join(m.Lock(ctx), m.Unlock()) })})
}

// CreateMutex makes a mutex. Without a name it is private.
func CreateMutex(name string, o NameOptions) (*Mutex, error) {
	return mutexOf(createLock(KindMutex, name, MutexSize, 0, o))
}

// OpenMutex joins the mutex that has the name.
func OpenMutex(name string) (*Mutex, error) { return mutexOf(openLock(KindMutex, name, MutexSize)) }

// MutexFromFile takes over the descriptor of a mutex's region.
func MutexFromFile(f *os.File, name string) (*Mutex, error) {
	return mutexOf(lockFromFile(KindMutex, f, name, MutexSize))
}

// MutexAt gives the mutex at an offset of a region: MutexSize bytes, aligned to
// eight, that were zero at first.
func MutexAt(r *Region, offset int) (*Mutex, error) {
	return mutexOf(handleAt(KindMutex, r, offset, MutexSize))
}

func mutexOf(h *handle, err error) (*Mutex, error) {
	if err != nil {
		return nil, err
	}
	return &Mutex{handle: h, word: lockWordAt(h.region.data, h.offset)}, nil
}

// Lock takes the mutex, and waits for it until ctx ends. With ErrAbandoned the mutex is
// taken: its last holder died with it, or closed it. ErrHeld is a mutex that this handle
// holds already.
func (m *Mutex) Lock(ctx context.Context) error { return m.lock(m.untilDone(ctx), publishedBy(ctx)) }

// TryLock takes the mutex if no living process holds it. Otherwise it gives
// os.ErrDeadlineExceeded.
func (m *Mutex) TryLock() error { return m.lock(noWait, Published{}) }

func (m *Mutex) lock(limit timeLeft, shown Published) (err error) {
	if m.Held() {
		return m.fault("lock", ErrHeld)
	}
	use, err := m.enter("lock")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	err = m.word.lockAs(limit, shown)
	if err != nil && !errors.Is(err, ErrAbandoned) {
		return m.fault("lock", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed.Load() { // meanwhile, so that nobody would unlock it
		m.word.giveBack(err)
		return m.fault("lock", errLockClosed)
	}
	m.held = true
	if err != nil {
		return m.fault("lock", err)
	}
	return nil
}

// Held reports whether this handle holds the mutex.
func (m *Mutex) Held() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held
}

// Unlock frees the mutex.
func (m *Mutex) Unlock() (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.held {
		return m.fault("unlock", ErrNotHeld)
	}
	use, err := m.enter("unlock")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	m.held = false
	if !m.word.isOwn() { // another process has written over it
		return m.fault("unlock", ErrNotHeld)
	}
	m.word.unlock()
	return nil
}

// Close gives the handle up. A mutex that it holds is abandoned: the next Lock gives
// ErrAbandoned.
func (m *Mutex) Close() error {
	m.mu.Lock()
	if m.held {
		m.held = false
		m.abandon()
	}
	m.closed.Store(true)
	m.mu.Unlock()
	return m.handle.Close()
}

func (m *Mutex) abandon() {
	use, err := m.enter("close")
	if err != nil {
		return
	}
	defer use.leave(nil)
	if m.word.isOwn() {
		m.word.abandon()
	}
}
