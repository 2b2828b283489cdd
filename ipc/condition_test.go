package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weir/ipc/leak"
)

func newCondition(t *testing.T) *Condition {
	t.Helper()
	needs(t, KindCondition)
	c, err := CreateCondition("", NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// buffer is the bounded buffer of the lecture in a region: a mutex, two
// conditions, and what they protect.
type buffer struct {
	m               *Mutex
	notFull, filled *Condition
	in, out, n      *uint64
	made, sum, took *uint64
	slot            func(i uint64) *uint64
}

const bufferSlots = 4

func bufferIn(r *Region) (*buffer, error) {
	m, err := MutexAt(r, 0)
	if err != nil {
		return nil, err
	}
	notFull, err := ConditionAt(r, 8)
	if err != nil {
		return nil, err
	}
	filled, err := ConditionAt(r, 16)
	return &buffer{m, notFull, filled, word64(r.data, 24), word64(r.data, 32), word64(r.data, 40), word64(r.data, 48), word64(r.data, 56), word64(r.data, 64),
		func(i uint64) *uint64 { return word64(r.data, 128+8*int(i%bufferSlots)) }}, err
}

// await takes the mutex and waits at c while there is no reason to go on.
func (b *buffer) await(c *Condition, ready func() bool) error {
	if err := b.m.Lock(always); err != nil {
		return err
	}
	for !ready() {
		if err := c.Wait(always, b.m); err != nil {
			return err
		}
	}
	return nil
}

// produce puts in 1 to n.
func (b *buffer) produce(n int) error {
	for i := range n {
		if err := b.await(b.notFull, func() bool { return *b.n < bufferSlots }); err != nil {
			return err
		}
		*b.slot(*b.in) = uint64(i + 1)
		*b.in++
		*b.n++
		if err := errors.Join(b.filled.Signal(), b.m.Unlock()); err != nil {
			return err
		}
	}
	return nil
}

// consume takes out until total are.
func (b *buffer) consume(total int) error {
	for {
		if err := b.await(b.filled, func() bool { return *b.n > 0 || *b.took == uint64(total) }); err != nil {
			return err
		}
		if *b.took == uint64(total) {
			return b.m.Unlock()
		}
		*b.sum += *b.slot(*b.out)
		*b.out++
		*b.n--
		*b.took++
		err := b.notFull.Signal()
		if *b.took == uint64(total) {
			err = errors.Join(err, b.filled.Broadcast())
		}
		if err := errors.Join(err, b.m.Unlock()); err != nil {
			return err
		}
	}
}

func init() {
	players["buffer"] = func(args []string) error {
		r, err := inherited(0)
		if err != nil {
			return err
		}
		b, err := bufferIn(r)
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(args[1])
		if args[0] == "produce" {
			return b.produce(n)
		}
		return b.consume(n)
	}
	players["waiter"] = playWaiter
}

// TestBoundedBuffer of producers and consumers, half of each threads here, half
// processes: nothing is lost, and nobody is left waiting.
func TestBoundedBuffer(t *testing.T) {
	const producers, consumers, each = 4, 4, 2_000
	r := createRegion(t, "", 256)
	var kids []*leak.Child
	var threads sync.WaitGroup
	party := func(i int, what string, n int, do func(*buffer, int) error) {
		if i%2 == 0 {
			kids = append(kids, play(t, "buffer", []*os.File{r.File()}, what, strconv.Itoa(n)))
			return
		}
		threads.Go(func() {
			b, err := bufferIn(r)
			if err == nil {
				err = do(b, n)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	for i := range consumers {
		party(i, "consume", producers*each, (*buffer).consume)
	}
	for i := range producers {
		party(i, "produce", each, (*buffer).produce)
	}
	for _, c := range kids {
		c.End(t)
	}
	threads.Wait()
	b, err := bufferIn(r)
	if err != nil {
		t.Fatal(err)
	}
	if want := uint64(producers * each * (each + 1) / 2); *b.sum != want || *b.n != 0 || *b.took != producers*each {
		t.Errorf("the sum is %d of %d; %d are left, %d were taken", *b.sum, want, *b.n, *b.took)
	}
}

// playWaiter waits at a condition, and says so.
func playWaiter([]string) error {
	m, err := inheritedMutex()
	if err != nil {
		return err
	}
	c, err := ConditionFromFile(passed(1), "")
	if err != nil {
		return err
	}
	if err := m.Lock(always); err != nil {
		return err
	}
	fmt.Println("waits")
	return c.Wait(always, m)
}

// waitingAt waits until n wait at a condition.
func waitingAt(c *Condition, n int) {
	for atomic.LoadUint32(c.waiters) != uint32(n) {
		goruntime.Gosched()
	}
}

// TestASignalToTheDeadIsNobodysLoss: waiters are killed while signals are given,
// and the one that lives always comes back.
func TestASignalToTheDeadIsNobodysLoss(t *testing.T) {
	m, c := newMutex(t), newCondition(t)
	for i := range kills() / 10 {
		doomed := play(t, "waiter", []*os.File{m.File(), c.File()})
		doomed.Hear(t)
		if err := m.Lock(within(t)); err != nil && !errors.Is(err, ErrAbandoned) {
			t.Fatal(err)
		}
		signalled := make(chan struct{})
		var given atomic.Bool // a waiter may come back without a signal, as by one for the dead
		go func() {
			defer close(signalled)
			doomed.Process.Kill()
			// The lock is had once the one below waits.
			own := another(t, m)
			if err := own.Lock(within(t)); err != nil && !errors.Is(err, ErrAbandoned) {
				t.Error(err)
			}
			given.Store(true)
			if err := errors.Join(c.Signal(), own.Unlock()); err != nil {
				t.Error(err)
			}
		}()
		for !given.Load() {
			if err := c.Wait(within(t), m); err != nil && !errors.Is(err, ErrAbandoned) {
				t.Fatalf("signal %d: %v", i, err)
			}
		}
		<-signalled
		if err := m.Unlock(); err != nil {
			t.Fatal(err)
		}
		doomed.Wait()
	}
}

func TestConditionWait(t *testing.T) {
	m, c := newMutex(t), newCondition(t)
	if err := c.Wait(always, m); !errors.Is(err, ErrNotHeld) {
		t.Errorf("without the mutex: %v", err)
	}
	if err := m.Lock(always); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(shortly(t), m); !errors.Is(err, context.DeadlineExceeded) || !m.Held() {
		t.Errorf("a context that is over: %v, held %v", err, m.Held())
	}
	if err := c.WaitUntil(always, m, time.Now().Add(20*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) || !m.Held() {
		t.Errorf("a deadline: %v, held %v", err, m.Held())
	}
	if err := c.WaitUntil(always, m, time.Now().Add(-time.Hour)); !errors.Is(err, context.DeadlineExceeded) || !m.Held() {
		t.Errorf("a deadline that has been: %v, held %v", err, m.Held())
	}
	if *c.waiters != 0 {
		t.Errorf("%d are said to wait", *c.waiters)
	}
	// Who is called away does not wait for the mutex again.
	ctx, cancel := context.WithCancel(always)
	other := another(t, m)
	done := make(chan error)
	go func() { done <- c.Wait(ctx, m) }()
	if err := other.Lock(within(t)); err != nil { // m is freed by the wait
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || m.Held() {
		t.Errorf("called away: %v, held %v", err, m.Held())
	}
	if err := other.Unlock(); err != nil {
		t.Error(err)
	}
	// A signal before the wait is nobody's.
	if err := errors.Join(c.Signal(), c.Broadcast(), m.Lock(always)); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(shortly(t), m); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a signal that was given before: %v", err)
	}
}

// timely is a context whose time is over when a test says so.
type timely struct {
	context.Context
	over atomic.Bool
}

func (c *timely) Err() error {
	if c.over.Load() {
		return context.DeadlineExceeded
	}
	return nil
}

// TestConditionTellsOfADeadHolder also where the time is over: the mutex is held,
// and its last holder did not unlock it.
func TestConditionTellsOfADeadHolder(t *testing.T) {
	m, c := newMutex(t), newCondition(t)
	for _, signal := range []bool{true, false} {
		if err := m.Lock(always); err != nil {
			t.Fatal(err)
		}
		ctx := &timely{Context: always}
		done := make(chan error)
		go func() { done <- c.Wait(ctx, m) }()
		killed := holder(t, m) // which can take it only while the other waits
		if signal {
			c.Signal()
		} else {
			ctx.over.Store(true)
		}
		killed.Process.Kill()
		if err := <-done; !errors.Is(err, ErrAbandoned) || !m.Held() {
			t.Errorf("signal %v: %v", signal, err)
		}
		if err := m.Unlock(); err != nil {
			t.Error(err)
		}
		killed.Wait()
	}
}

func TestBroadcastWakesAll(t *testing.T) {
	m, c := newMutex(t), newCondition(t)
	const n = 20
	var all sync.WaitGroup
	for range n {
		own := another(t, m)
		all.Go(func() {
			if err := own.Lock(always); err != nil {
				t.Error(err)
			}
			if err := errors.Join(c.Wait(always, own), own.Unlock()); err != nil {
				t.Error(err)
			}
		})
	}
	waitingAt(c, n)
	if err := m.Lock(always); err != nil { // all have freed it: they wait
		t.Fatal(err)
	}
	if err := errors.Join(c.Broadcast(), m.Unlock()); err != nil {
		t.Fatal(err)
	}
	all.Wait()
}

func TestConditionClosed(t *testing.T) {
	m, c := newMutex(t), newCondition(t)
	if err := m.Lock(always); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- c.Wait(always, m) }()
	waitingAt(c, 1)
	c.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed while it was waited for: %v", err)
	}
	for _, err := range []error{c.Wait(always, m), c.Signal(), c.Broadcast()} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("once it is closed: %v", err)
		}
	}
}

// TestLockHeader: what has the name of a lock but is none is not opened.
func TestLockHeader(t *testing.T) {
	name := testName(t)
	needs(t, KindCondition)
	c, err := CreateCondition(name, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer Unlink(c.Addr())
	for _, at := range []int{0, 8, 12} { // magic, version, kind
		c.region.data[at]++
		if o, err := OpenCondition(name); err == nil {
			o.Close()
			t.Errorf("a lock was opened with another byte at %d", at)
		}
		c.region.data[at]--
	}
}
