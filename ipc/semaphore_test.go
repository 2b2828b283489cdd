package ipc

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"testing"
)

func newSemaphore(t *testing.T, name string, value int) *Semaphore {
	t.Helper()
	needs(t, KindSemaphore)
	s, err := CreateSemaphore(name, value, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if name != "" {
			_ = Unlink(Addr{KindSemaphore, name})
		}
	})
	return s
}

func init() { players["semaphore-counter"] = playSemaphoreCounter }

// playSemaphoreCounter counts in the region that it was passed, in which a
// semaphore lies.
func playSemaphoreCounter(args []string) error {
	r, err := inherited(0)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(args[0])
	return countWithSemaphore(r, n)
}

const semaphoreCounter = 128

func countWithSemaphore(r *Region, n int) error {
	s, err := SemaphoreAt(r, 64)
	if err != nil {
		return err
	}
	for range n {
		if err := s.Wait(always); err != nil {
			return err
		}
		*word64(r.data, semaphoreCounter)++
		if err := s.Post(); err != nil {
			return err
		}
	}
	return nil
}

func TestSemaphoreLimits(t *testing.T) {
	for _, value := range []int{-1, SemaphoreMax + 1} {
		if s, err := CreateSemaphore("", value, NameOptions{}); err == nil {
			s.Close()
			t.Errorf("the value %d was taken", value)
		}
	}
	s := newSemaphore(t, "", SemaphoreMax)
	if err := s.Post(); !errors.Is(err, syscall.EOVERFLOW) || valueOf(t, s) != SemaphoreMax {
		t.Errorf("one more than SEM_VALUE_MAX: %v, %d", err, valueOf(t, s))
	}
	if err := s.Init(-1); err == nil {
		t.Error("sem_init(3) of -1")
	}
	s, err := SemaphoreAt(createRegion(t, "", 64), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Init(1), s.Init(0)); err != nil || s.TryWait() {
		t.Errorf("after init: %v, %d", err, valueOf(t, s))
	}
}

// TestSemaphoreClosed: whoever waits is told, and nothing reads memory that is
// gone.
func TestSemaphoreClosed(t *testing.T) {
	s := newSemaphore(t, "", 0)
	waits := make(chan error)
	go func() { waits <- s.Wait(always) }()
	waiting(s, 1)
	s.Close()
	if err := <-waits; !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed while it was waited for: %v", err)
	}
	_, atValue := s.Value()
	for _, err := range []error{s.Wait(always), s.Post(), s.Init(1), atValue} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("once it is closed: %v", err)
		}
	}
	if s.TryWait() || s.Close() != nil {
		t.Error("a closed one has something")
	}
	r := createRegion(t, "", 64)
	inner, err := SemaphoreAt(r, 0)
	if err != nil {
		t.Fatal(err)
	}
	go func() { waits <- inner.Wait(always) }()
	waiting(inner, 1)
	r.Close()
	if err := <-waits; !errors.Is(err, os.ErrClosed) {
		t.Errorf("its region was closed while it was waited for: %v", err)
	}
}

func valueOf(t *testing.T, s *Semaphore) int {
	t.Helper()
	v, err := s.Value()
	if err != nil {
		t.Fatal(err)
	}
	return v
}
