package ipc

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

func newEvent(t *testing.T, auto bool) *Event {
	t.Helper()
	needs(t, KindEvent)
	e, err := CreateEvent("", auto, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestEventThatStaysSet(t *testing.T) {
	e := newEvent(t, false)
	if err := e.Wait(shortly(t)); !errors.Is(err, context.DeadlineExceeded) || e.IsSet() {
		t.Errorf("a new one: %v", err)
	}
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if err := e.Wait(within(t)); err != nil {
				t.Error(err)
			}
		})
	}
	if err := e.Set(); err != nil {
		t.Error(err)
	}
	all.Wait()
	if err := errors.Join(e.Set(), e.Wait(always), e.Wait(always)); err != nil || !e.IsSet() {
		t.Errorf("once it is set: %v", err)
	}
	if err := errors.Join(e.Reset(), e.Reset()); err != nil || e.IsSet() {
		t.Error(err)
	}
	if err := e.Wait(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("once it is reset: %v", err)
	}
}

func TestEventThatResetsItself(t *testing.T) {
	e := newEvent(t, true)
	o, err := EventFromFile(dup(t, e.File()), "")
	if err != nil || !o.Auto() {
		t.Fatal(err, "another handle does not know that it resets itself")
	}
	defer o.Close()
	const n = 200
	passed := make(chan error, n)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range n / 4 {
				passed <- o.Wait(within(t))
			}
		})
	}
	for range n {
		if err := e.Set(); err != nil {
			t.Error(err)
		}
		if err := <-passed; err != nil { // one for each Set
			t.Error(err)
		}
		select {
		case <-passed:
			t.Fatal("two went through")
		default:
		}
	}
	all.Wait()
	if e.IsSet() {
		t.Error("it is set after the last has gone through")
	}
}

func TestEventClosed(t *testing.T) {
	e := newEvent(t, true)
	done := make(chan error)
	go func() { done <- e.Wait(always) }()
	e.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed while it was waited for: %v", err)
	}
	for _, err := range []error{e.Wait(always), e.Set(), e.Reset()} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("once it is closed: %v", err)
		}
	}
	if e.IsSet() {
		t.Error("a closed one is set")
	}
}
