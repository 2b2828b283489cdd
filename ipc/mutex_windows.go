package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"sync"

	"golang.org/x/sys/windows"
)

// Mutex is a mutex of the system, CreateMutex, which any program joins; MutexAt gives one in a
// region. A handle holds it, and excludes every other handle, also of the same process. Any
// thread of the process may use the handle.
type Mutex struct{ mutex }

// mutex is what both kinds of them do.
type mutex interface {
	Object
	Watched
	File() *os.File
	Offset() int
	Lock(ctx context.Context) error
	TryLock() error
	Held() bool
	Unlock() error
}

func init() {
	implement(KindMutex, operations{open: opener(OpenMutex), join: joiner(MutexFromFile), path: objectPathOf,
		create: func(a Addr, _ Spec, o NameOptions) (Object, error) { return object(CreateMutex(a.Name, o)) },
		look:   func(path string) (Look, error) { return lookAtObject(path, openMutex) },
		use:    mutexUse})
}

// CreateMutex makes a mutex. Without a name it is private.
func CreateMutex(name string, o NameOptions) (*Mutex, error) {
	made, err := createObject(KindMutex, name, o,
		func(sa *windows.SecurityAttributes, name *uint16) (windows.Handle, error) {
			return windows.CreateMutex(sa, false, name)
		})
	return mutexOf(made, err)
}

func openMutex(name *uint16) (windows.Handle, error) {
	return windows.OpenMutex(windows.MUTANT_QUERY_STATE|windows.SYNCHRONIZE|windows.READ_CONTROL, false, name)
}

// OpenMutex joins the mutex that has the name.
func OpenMutex(name string) (*Mutex, error) { return mutexOf(openObject(KindMutex, name, openMutex)) }

// MutexFromFile takes over the handle of a mutex.
func MutexFromFile(f *os.File, name string) (*Mutex, error) {
	return mutexOf(&kernelObject{addr: Addr{KindMutex, name}, file: f}, nil)
}

func mutexOf(o *kernelObject, err error) (*Mutex, error) {
	if err != nil {
		return nil, err
	}
	if _, err := queryMutex(o.handle()); err != nil {
		o.Close()
		return nil, &Error{"open", o.addr, fmt.Errorf("this is no mutex: %w", err)}
	}
	return &Mutex{&systemMutex{kernelObject: o}}, nil
}

// systemMutex is one of the system's. It belongs to the thread that has locked it, and a
// goroutine has no thread of its own. So each hold is kept by one, which locks and unlocks.
type systemMutex struct {
	*kernelObject
	mu      sync.Mutex
	release chan chan error // to the keeper of the hold; nil if the handle does not hold the mutex
}

// mainThread is the thread that ends only with the process.
var mainThread = windows.GetCurrentThreadId()

// Lock takes the mutex, and waits for it until ctx ends. With ErrAbandoned the mutex is
// taken: the thread that held it ended. ErrHeld is a mutex that this handle holds already.
func (m *systemMutex) Lock(ctx context.Context) error {
	return m.lock(func(h windows.Handle) error { return m.await(ctx, h) })
}

// TryLock takes the mutex if no living thread holds it. Otherwise it gives
// os.ErrDeadlineExceeded.
func (m *systemMutex) TryLock() error { return m.lock(tryObject) }

func (m *systemMutex) lock(take func(windows.Handle) error) error {
	if m.Held() {
		return &Error{"lock", m.addr, ErrHeld}
	}
	return m.do("lock", func(h windows.Handle) error {
		taken, release := make(chan error), make(chan chan error)
		go startThread(func() { keep(h, take, taken, release) })
		err := <-taken
		if err != nil && !errors.Is(err, ErrAbandoned) {
			return err
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.wait.closed.Load() { // meanwhile, so that nobody would unlock it
			close(release)
			return os.ErrClosed
		}
		m.release = release
		return err
	})
}

// Held reports whether this handle holds the mutex.
func (m *systemMutex) Held() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.release != nil
}

// Unlock is ReleaseMutex.
func (m *systemMutex) Unlock() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.release == nil {
		return &Error{"unlock", m.addr, ErrNotHeld}
	}
	err := letGo(m.release)
	m.release = nil
	if err != nil {
		return &Error{"unlock", m.addr, err}
	}
	return nil
}

// Close gives the handle up. A mutex that it holds is abandoned: the next Lock gives
// ErrAbandoned.
func (m *systemMutex) Close() error {
	m.mu.Lock()
	if m.release != nil {
		close(m.release)
		m.release = nil
	}
	m.mu.Unlock()
	return m.kernelObject.Close()
}

// State gives the holder, as far as the system tells it.
func (m *systemMutex) State() (st LockState, err error) {
	err = m.do("read", func(h windows.Handle) (err error) {
		st.Holder, err = queryMutex(h)
		return err
	})
	if m.Held() {
		st.Holder = os.Getpid()
	}
	return st, err
}

// startThread runs a function on a thread of its own, which ends with it.
func startThread(run func()) {
	goruntime.LockOSThread()
	if windows.GetCurrentThreadId() != mainThread {
		run()
		return
	}
	begun := make(chan struct{})
	go func() {
		goruntime.LockOSThread()
		close(begun)
		run()
	}()
	<-begun
	goruntime.UnlockOSThread()
}

// keep locks a mutex, says whether it has, and unlocks it when it is asked to. If the channel
// is closed instead the thread ends, and the mutex is abandoned.
func keep(h windows.Handle, take func(windows.Handle) error, taken chan<- error, release <-chan chan error) {
	err := take(h)
	taken <- err
	if err == nil || errors.Is(err, ErrAbandoned) {
		done, asked := <-release
		if !asked {
			return
		}
		done <- windows.ReleaseMutex(h)
	}
	goruntime.UnlockOSThread()
}

// letGo asks the keeper of a hold to unlock.
func letGo(release chan<- chan error) error {
	done := make(chan error)
	release <- done
	return <-done
}
