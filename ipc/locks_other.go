//go:build !linux

package ipc

import (
	"context"
	"os"
	"time"
)

// The locks, none of which is made here.
type (
	// Semaphore is a POSIX semaphore.
	Semaphore struct{ noLock }
	// Mutex is a lock that processes share.
	Mutex struct{ noLock }
	// Condition is where parties wait for a change.
	Condition struct{ noLock }
	// Barrier holds parties back.
	Barrier struct{ noLock }
	// Event is set or not.
	Event struct{ noLock }
)

type noLock struct{ addr Addr }

// Addr gives its name.
func (l *noLock) Addr() Addr { return l.addr }

// File gives nothing here.
func (l *noLock) File() *os.File { return nil }

// Close does nothing.
func (l *noLock) Close() error { return nil }

// Wait is refused here.
func (l *noLock) Wait(ctx context.Context) error { return errNotHere }

// CreateSemaphore is refused here.
func CreateSemaphore(name string, value int, o NameOptions) (*Semaphore, error) {
	return nil, notHere("create", KindSemaphore, name)
}

// OpenSemaphore is refused here.
func OpenSemaphore(name string) (*Semaphore, error) { return nil, notHere("open", KindSemaphore, name) }

// SemaphoreFromFile is refused here.
func SemaphoreFromFile(f *os.File, name string) (*Semaphore, error) {
	return nil, notHere("open", KindSemaphore, name)
}

// SemaphoreAt is refused here.
func SemaphoreAt(r *Region, offset int) (*Semaphore, error) {
	return nil, notHere("open", KindSemaphore, "")
}

// Init is refused here.
func (s *Semaphore) Init(value int) error { return errNotHere }

// TryWait takes nothing here.
func (s *Semaphore) TryWait() bool { return false }

// Post is refused here.
func (s *Semaphore) Post() error { return errNotHere }

// Value is nothing here.
func (s *Semaphore) Value() (int, error) { return 0, notHere("read", KindSemaphore, "") }

// CreateMutex is refused here.
func CreateMutex(name string, o NameOptions) (*Mutex, error) {
	return nil, notHere("create", KindMutex, name)
}

// OpenMutex is refused here.
func OpenMutex(name string) (*Mutex, error) { return nil, notHere("open", KindMutex, name) }

// MutexFromFile is refused here.
func MutexFromFile(f *os.File, name string) (*Mutex, error) {
	return nil, notHere("open", KindMutex, name)
}

// MutexAt is refused here.
func MutexAt(r *Region, offset int) (*Mutex, error) { return nil, notHere("open", KindMutex, "") }

// TryLock is refused here.
func (m *Mutex) TryLock() error { return errNotHere }

// Held is never so here.
func (m *Mutex) Held() bool { return false }

// Offset has no meaning here.
func (m *Mutex) Offset() int { return 0 }

// Lock is refused here.
func (m *Mutex) Lock(ctx context.Context) error { return errNotHere }

// Unlock is refused here.
func (m *Mutex) Unlock() error { return errNotHere }

// CreateCondition is refused here.
func CreateCondition(name string, o NameOptions) (*Condition, error) {
	return nil, notHere("create", KindCondition, name)
}

// OpenCondition is refused here.
func OpenCondition(name string) (*Condition, error) { return nil, notHere("open", KindCondition, name) }

// ConditionFromFile is refused here.
func ConditionFromFile(f *os.File, name string) (*Condition, error) {
	return nil, notHere("open", KindCondition, name)
}

// ConditionAt is refused here.
func ConditionAt(r *Region, offset int) (*Condition, error) {
	return nil, notHere("open", KindCondition, "")
}

// Wait is refused here.
func (c *Condition) Wait(ctx context.Context, m *Mutex) error { return errNotHere }

// WaitUntil is refused here.
func (c *Condition) WaitUntil(ctx context.Context, m *Mutex, deadline time.Time) error {
	return errNotHere
}

// Signal is refused here.
func (c *Condition) Signal() error { return errNotHere }

// Broadcast is refused here.
func (c *Condition) Broadcast() error { return errNotHere }

// CreateBarrier is refused here.
func CreateBarrier(name string, n int, o NameOptions) (*Barrier, error) {
	return nil, notHere("create", KindBarrier, name)
}

// OpenBarrier is refused here.
func OpenBarrier(name string) (*Barrier, error) { return nil, notHere("open", KindBarrier, name) }

// BarrierFromFile is refused here.
func BarrierFromFile(f *os.File, name string) (*Barrier, error) {
	return nil, notHere("open", KindBarrier, name)
}

// BarrierAt is refused here.
func BarrierAt(r *Region, offset, n int) (*Barrier, error) {
	return nil, notHere("open", KindBarrier, "")
}

// Parties is nothing here.
func (b *Barrier) Parties() int { return 0 }

// Wait is refused here.
func (b *Barrier) Wait(ctx context.Context) (last bool, err error) { return false, errNotHere }

// CreateEvent is refused here.
func CreateEvent(name string, auto bool, o NameOptions) (*Event, error) {
	return nil, notHere("create", KindEvent, name)
}

// OpenEvent is refused here.
func OpenEvent(name string) (*Event, error) { return nil, notHere("open", KindEvent, name) }

// EventFromFile is refused here.
func EventFromFile(f *os.File, name string) (*Event, error) {
	return nil, notHere("open", KindEvent, name)
}

// Set is refused here.
func (e *Event) Set() error { return errNotHere }

// Reset is refused here.
func (e *Event) Reset() error { return errNotHere }

// IsSet is never so here.
func (e *Event) IsSet() bool { return false }

// Auto is never so here.
func (e *Event) Auto() bool { return false }

// EventAt is refused here.
func EventAt(r *Region, offset int, auto bool) (*Event, error) {
	return nil, notHere("open", KindEvent, "")
}
