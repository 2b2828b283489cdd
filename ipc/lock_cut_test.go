package ipc

import (
	"errors"
	"testing"

	"weir/ipc/leak"
)

// TestLocksThatAreCutShort: a peer makes the file of a named lock smaller, before
// and while it is waited for. That is an error, and not the end of the process.
func TestLocksThatAreCutShort(t *testing.T) {
	needs(t, KindMutex, KindSemaphore, KindCondition, KindBarrier, KindEvent)
	if leak.RaceDetector {
		t.Skip("the race detector cannot go on after a fault")
	}
	needsShrinking(t)
	name := testName(t)
	m, err := CreateMutex(name, NameOptions{})
	s, err2 := CreateSemaphore(name, 0, NameOptions{})
	c, err3 := CreateCondition(name, NameOptions{})
	b, err4 := CreateBarrier(name, 2, NameOptions{})
	e, err5 := CreateEvent(name, true, NameOptions{})
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	locks := []Object{m, s, c, b, e}
	for _, l := range locks {
		defer l.Close()
		defer Unlink(l.Addr())
	}
	own := newMutex(t)
	if err := errors.Join(m.Lock(always), own.Lock(always)); err != nil {
		t.Fatal(err)
	}
	other, err := OpenMutex(name)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	waits := make(chan error, 4)
	go func() { waits <- other.Lock(always) }()
	go func() { waits <- s.Wait(always) }()
	go func() { waits <- c.Wait(always, own) }()
	go func() { _, err := b.Wait(always); waits <- err }()
	waiting(s, 1)
	waitingFor(b, 1)
	waitingAt(c, 1)
	for _, l := range locks {
		if err := l.Files()[0].Truncate(0); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 {
		if err := <-waits; !errors.Is(err, errCut) {
			t.Errorf("while it was waited for: %v", err)
		}
	}
	_, atBarrier := b.Wait(always)
	_, atValue := s.Value()
	for i, err := range []error{atValue, m.Unlock(), m.Lock(always), m.TryLock(), s.Wait(always), s.Post(), s.Init(1), c.Signal(), c.Broadcast(),
		atBarrier, e.Wait(always), e.Set(), e.Reset()} {
		if !errors.Is(err, errCut) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if s.TryWait() || e.IsSet() {
		t.Error("what is gone has something")
	}
	if _, err := OpenMutex(name); err == nil {
		t.Error("what is cut short was opened")
	}
}
