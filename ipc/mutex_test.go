package ipc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"weir/ipc/leak"
)

var always = context.Background()

// within is a context for what should come at once; it fails no test that is slow.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(always, leak.Patience)
	t.Cleanup(cancel)
	return ctx
}

// shortly is a context for what should not come.
func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(always, 30*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func newMutex(t *testing.T) *Mutex {
	t.Helper()
	needs(t, KindMutex)
	m, err := CreateMutex("", NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// another is another handle of a mutex.
func another(t *testing.T, m *Mutex) *Mutex {
	t.Helper()
	o, err := MutexFromFile(dup(t, m.File()), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

// inherited is the region that a player was passed.
func inherited(i int) (*Region, error) { return RegionFromFile(passed(i), "") }

func init() {
	players["counter"] = playCounter
	players["holder"] = playHolder
	players["victim"] = playVictim
}

func inheritedMutex() (*Mutex, error) { return MutexFromFile(passed(0), "") }

// playCounter adds to the counter in the second region under the mutex.
func playCounter(args []string) error {
	m, err := inheritedMutex()
	if err != nil {
		return err
	}
	r, err := inherited(1)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(args[0])
	return count(m, r, n)
}

func count(m *Mutex, r *Region, n int) error {
	for range n {
		if err := m.Lock(always); err != nil {
			return err
		}
		*word64(r.data, 0)++ // no atomic one: the lock has to do
		if err := m.Unlock(); err != nil {
			return err
		}
	}
	return nil
}

func TestMutexOfThreadsAndProcesses(t *testing.T) {
	m, r := newMutex(t), createRegion(t, "", 64)
	const parties, each = 3, 20_000
	var kids []*leak.Child
	for range parties {
		kids = append(kids, play(t, "counter", []*os.File{m.File(), r.File()}, strconv.Itoa(each)))
	}
	var threads sync.WaitGroup
	for range parties {
		own := another(t, m)
		threads.Go(func() {
			if err := count(own, r, each); err != nil {
				t.Error(err)
			}
		})
	}
	threads.Wait()
	for _, c := range kids {
		c.End(t)
	}
	if got := *word64(r.data, 0); got != 2*parties*each {
		t.Errorf("%d were counted of %d", got, 2*parties*each)
	}
}

// playHolder takes the mutex and holds it until its input ends.
func playHolder([]string) error {
	m, err := inheritedMutex()
	if err != nil {
		return err
	}
	if err := m.Lock(always); err != nil {
		return err
	}
	fmt.Println("held")
	io.Copy(io.Discard, os.Stdin)
	return m.Unlock()
}

// holder is a process that holds m.
func holder(t *testing.T, m *Mutex) *leak.Child {
	t.Helper()
	c := play(t, "holder", []*os.File{m.File()})
	c.Expect(t, "held")
	return c
}

// steps of a victim's work, of which it tells before each. Those from stepInside
// to stepOut are in the critical section.
const (
	stepBefore = iota
	stepInside
	stepHalf
	stepWhole
	stepOut
)

// The words of a victim's region: inside is set while somebody is in the critical
// section, a and b are the same outside.
func inside(r *Region) *uint64 { return word64(r.data, 0) }
func first(r *Region) *uint64  { return word64(r.data, 8) }
func second(r *Region) *uint64 { return word64(r.data, 16) }

// tellings is how often somebody was told of a dead holder.
func tellings(r *Region) *uint64 { return word64(r.data, 24) }

// playVictim goes through the critical section until it is killed.
func playVictim([]string) error {
	m, err := inheritedMutex()
	if err != nil {
		return err
	}
	r, err := inherited(1)
	if err != nil {
		return err
	}
	for {
		os.Stdout.Write([]byte{stepBefore})
		if _, err := enterSection(m, r, always); err != nil {
			return err
		}
		*inside(r) = 1
		os.Stdout.Write([]byte{stepInside})
		*first(r)++
		os.Stdout.Write([]byte{stepHalf})
		*second(r)++
		os.Stdout.Write([]byte{stepWhole})
		*inside(r) = 0
		if err := m.Unlock(); err != nil {
			return err
		}
		os.Stdout.Write([]byte{stepOut})
	}
}

// enterSection takes the mutex, mends what a dead holder left, and complains of
// what it was not told of.
func enterSection(m *Mutex, r *Region, ctx context.Context) (told bool, err error) {
	err = m.Lock(ctx)
	switch {
	case errors.Is(err, ErrAbandoned):
		*second(r) = *first(r)
		*inside(r) = 0
		*tellings(r)++
		return true, nil
	case err != nil:
		return false, err
	case *inside(r) != 0 || *first(r) != *second(r):
		return false, fmt.Errorf("a holder died inside, and its follower was not told: %d, %d", *first(r), *second(r))
	}
	return false, nil
}

// kills is how many holders die; fewer where each costs more.
func kills() int {
	if testing.Short() || leak.RaceDetector {
		return 100
	}
	return 1000
}

// TestAThousandKillsInsideACriticalSection: the next taker always comes, always
// told.
func TestAThousandKillsInsideACriticalSection(t *testing.T) {
	m, r := newMutex(t), createRegion(t, "", 64)
	files := []*os.File{m.File(), r.File()}
	witness := play(t, "victim", files) // another process, in which nobody is killed
	go io.Copy(io.Discard, witness.Out)
	told, times := 0, make([]time.Duration, 0, kills())
	for i := range kills() {
		victim := play(t, "victim", files)
		// It is killed when it has told of so many steps: where it is then, nobody knows.
		buf := make([]byte, 1+rand.IntN(40))
		if _, err := io.ReadFull(victim.Out, buf); err != nil {
			t.Fatalf("kill %d: %v", i, err)
		}
		victim.Process.Kill()
		start := time.Now()
		wasTold, err := enterSection(m, r, within(t))
		times = append(times, time.Since(start))
		if err != nil {
			t.Fatalf("kill %d: %v", i, err)
		}
		if wasTold {
			told++
		}
		if err := m.Unlock(); err != nil {
			t.Fatal(err)
		}
		victim.Wait()
	}
	slices.Sort(times)
	t.Logf("%d kills, %d times the taker here was told; median %v, longest %v", kills(), told, times[len(times)/2], times[len(times)-1])
	if *tellings(r) == 0 {
		t.Error("nobody was ever killed inside")
	}
	witness.Process.Kill()
	if err := witness.Wait(); !wasKilled(err) {
		t.Errorf("the witness: %v", err)
	}
}

// TestWaitersOfAKilledHolder: one of those who wait gets the lock, told, before
// anybody reaps the dead; the others after it, not told.
func TestWaitersOfAKilledHolder(t *testing.T) {
	m := newMutex(t)
	c := holder(t, m)
	const n = 4
	results := make(chan error, n)
	for range n {
		own := another(t, m)
		go func() {
			err := own.Lock(always)
			if own.Held() {
				err = errors.Join(err, own.Unlock())
			}
			results <- err
		}()
	}
	c.Process.Kill()
	told := 0
	for range n {
		switch err := <-results; {
		case errors.Is(err, ErrAbandoned):
			told++
		case err != nil:
			t.Error(err)
		}
	}
	if told != 1 {
		t.Errorf("%d of %d were told", told, n)
	}
}

// TestTryLockOfTheDead: who cannot wait takes it, too.
func TestTryLockOfTheDead(t *testing.T) {
	m := newMutex(t)
	c := holder(t, m)
	if err := m.TryLock(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("while it is held: %v", err)
	}
	c.Process.Kill()
	c.Wait()
	if err := m.TryLock(); !errors.Is(err, ErrAbandoned) || !m.Held() {
		t.Errorf("once the holder is dead: %v", err)
	}
	if err := m.Unlock(); err != nil {
		t.Error(err)
	}
}

// TestMutexFaults: what a party may not do, and what it is told.
func TestMutexFaults(t *testing.T) {
	a := newMutex(t)
	b := another(t, a)
	if err := a.Unlock(); !errors.Is(err, ErrNotHeld) {
		t.Errorf("unlock of what nobody holds: %v", err)
	}
	if err := a.Lock(always); err != nil {
		t.Fatal(err)
	}
	if err := a.Lock(always); !errors.Is(err, ErrHeld) {
		t.Errorf("locked twice: %v", err)
	}
	if err := b.Unlock(); !errors.Is(err, ErrNotHeld) {
		t.Errorf("unlock of what another holds: %v", err)
	}
	if err := b.TryLock(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("two handles of a process: %v", err)
	}
	ctx, cancel := context.WithCancel(always)
	waits := make(chan error)
	go func() { waits <- b.Lock(ctx) }()
	cancel()
	if err := <-waits; !errors.Is(err, context.Canceled) {
		t.Errorf("called away: %v", err)
	}
	a.Close()
	if err := b.Lock(within(t)); !errors.Is(err, ErrAbandoned) {
		t.Errorf("after a handle was closed that held it: %v", err)
	}
	if err := b.Unlock(); err != nil {
		t.Error(err)
	}
	if err := b.Lock(always); err != nil {
		t.Errorf("once it was unlocked in order: %v", err)
	}
	for _, err := range []error{a.Lock(always), a.TryLock(), a.Close(), a.Unlock()} {
		if err != nil && !errors.Is(err, os.ErrClosed) && !errors.Is(err, ErrNotHeld) {
			t.Errorf("on a closed handle: %v", err)
		}
	}
}

// TestMutexClosedWhileWaitedFor: Close ends the wait, and takes nothing along.
func TestMutexClosedWhileWaitedFor(t *testing.T) {
	m := newMutex(t)
	for range 100 {
		own := another(t, m)
		if err := m.Lock(always); err != nil {
			t.Fatal(err)
		}
		waits := make(chan error)
		go func() { waits <- own.Lock(always) }()
		go m.Unlock() // it may get it yet
		own.Close()
		if err := <-waits; err != nil && !errors.Is(err, os.ErrClosed) {
			t.Fatal(err)
		}
		for m.Held() {
			time.Sleep(0)
		}
		if err := m.Lock(within(t)); err != nil && !errors.Is(err, ErrAbandoned) {
			t.Fatalf("after a handle was closed while it waited: %v", err)
		}
		if err := m.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMutexWordOfAHostilePeer: whatever stands there, a wait ends.
func TestMutexWordOfAHostilePeer(t *testing.T) {
	r := createRegion(t, "", 64)
	m, err := MutexAt(r, 0)
	if err != nil {
		t.Fatal(err)
	}
	word, parent := word64(r.data, 0), uint64(os.Getppid())
	words := []uint64{^uint64(0), lockWaiters, lockAbandoned, lockWaiters | lockAbandoned, lockPID, ownWord(), ownWord() | lockWaiters, ownWord() | lockAbandoned,
		1, parent, parent | 12345<<lockStart, ownWord() + 1<<lockStart, 7 << lockStart}
	for range 300 {
		words = append(words, rand.Uint64())
	}
	for _, w := range words {
		*word = w
		ctx, cancel := context.WithTimeout(always, time.Millisecond)
		err := m.Lock(ctx)
		cancel()
		switch {
		case err == nil || errors.Is(err, ErrAbandoned):
			if err := m.Unlock(); err != nil {
				t.Errorf("%#x: %v", w, err)
			}
		case !errors.Is(err, context.DeadlineExceeded):
			t.Errorf("%#x: %v", w, err)
		}
	}
	*word = 0
	if err := m.Lock(always); err != nil {
		t.Fatal(err)
	}
	*word = parent // somebody writes over it
	if err := m.Unlock(); !errors.Is(err, ErrNotHeld) || *word != parent {
		t.Errorf("unlock of what was written over: %v, %#x", err, *word)
	}
	*word = 0
}

// TestMutexNames: by name, and what has the name but is none.
func TestMutexNames(t *testing.T) {
	name := testName(t)
	m, err := CreateMutex(name, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	defer Unlink(Addr{KindMutex, name})
	if _, err := CreateMutex(name, NameOptions{}); !errors.Is(err, os.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	o, err := OpenMutex(name[1:])
	if err != nil || o.Addr() != m.Addr() {
		t.Fatal(o, err)
	}
	defer o.Close()
	if err := errors.Join(m.Lock(always), o.TryLock()); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("by its name: %v", err)
	}
	if _, err := OpenMutex("/weir-there-is-none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	for _, at := range []struct{ size, offset int }{{4, 0}, {64, 60}, {64, 64}, {64, -8}, {64, 4}, {64, 1 << 62}} {
		r := createRegion(t, "", at.size)
		if _, err := MutexAt(r, at.offset); err == nil {
			t.Errorf("a mutex at %d of %d bytes", at.offset, at.size)
		}
	}
}
