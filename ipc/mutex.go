package ipc

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// wordMutex is a mutex in memory that processes share: one lockWord.
type wordMutex struct {
	*handle
	word *lockWord

	mu   sync.Mutex
	held bool
}

// mutexUse is what Try does with a mutex.
var mutexUse = user(func(ctx context.Context, m *Mutex) error { return errors.Join(m.Lock(ctx), m.Unlock()) })

// MutexAt gives the mutex at an offset of a region: MutexSize bytes, aligned to
// eight, that were zero at first.
func MutexAt(r *Region, offset int) (*Mutex, error) {
	return wordMutexOf(handleAt(KindMutex, r, offset, MutexSize))
}

func wordMutexOf(h *handle, err error) (*Mutex, error) {
	if err != nil {
		return nil, err
	}
	return &Mutex{&wordMutex{handle: h, word: lockWordAt(h.region.data, h.offset)}}, nil
}

// Lock takes the mutex, and waits for it until ctx ends. With ErrAbandoned the mutex is
// taken: its last holder died with it, or closed it. ErrHeld is a mutex that this handle
// holds already.
func (m *wordMutex) Lock(ctx context.Context) error {
	return m.lock(m.untilDone(ctx), publishedBy(ctx))
}

// TryLock takes the mutex if no living process holds it. Otherwise it gives
// os.ErrDeadlineExceeded.
func (m *wordMutex) TryLock() error { return m.lock(noWait, Published{}) }

func (m *wordMutex) lock(limit timeLeft, shown Published) (err error) {
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
func (m *wordMutex) Held() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held
}

// Unlock frees the mutex.
func (m *wordMutex) Unlock() (err error) {
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
func (m *wordMutex) Close() error {
	m.mu.Lock()
	if m.held {
		m.held = false
		m.abandon()
	}
	m.closed.Store(true)
	m.mu.Unlock()
	return m.handle.Close()
}

func (m *wordMutex) abandon() {
	use, err := m.enter("close")
	if err != nil {
		return
	}
	defer use.leave(nil)
	if m.word.isOwn() {
		m.word.abandon()
	}
}

// State gives the holder.
func (m *wordMutex) State() (st LockState, err error) {
	use, err := m.enter("read")
	if err != nil {
		return st, err
	}
	defer use.leave(&err)
	return LockState{Holder: int(atomic.LoadUint64(&m.word.v) & lockPID)}, nil
}
