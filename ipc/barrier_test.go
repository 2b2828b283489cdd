package ipc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	goruntime "runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weir/ipc/leak"
)

func newBarrierOf(t *testing.T, n int) *Barrier {
	t.Helper()
	needs(t, KindBarrier)
	b, err := CreateBarrier("", n, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// waitingFor waits until n parties are at a barrier.
func waitingFor(b *Barrier, n int) {
	for atomic.LoadUint32(b.arrived) != uint32(n) {
		goruntime.Gosched()
	}
}

func init() { players["party"] = playParty }

// playParty goes through a barrier again and again, and looks whether nobody is
// a generation ahead or behind: the second region has a word for each party.
func playParty(args []string) error {
	b, err := BarrierFromFile(passed(0), "")
	if err != nil {
		return err
	}
	r, err := inherited(1)
	if err != nil {
		return err
	}
	me, _ := strconv.Atoi(args[0])
	rounds, _ := strconv.Atoi(args[1])
	fmt.Println("comes")
	return march(b, r, me, rounds)
}

// march goes through the barrier. The word at 0 counts who was last.
func march(b *Barrier, r *Region, me, rounds int) error {
	for i := 1; i <= rounds; i++ {
		atomic.StoreUint64(word64(r.data, 8*(me+1)), uint64(i))
		last, err := b.Wait(always)
		if err != nil {
			return err
		}
		if last {
			atomic.AddUint64(word64(r.data, 0), 1)
		}
		for p := range b.Parties() {
			if at := atomic.LoadUint64(word64(r.data, 8*(p+1))); at != uint64(i) && at != uint64(i+1) {
				return fmt.Errorf("party %d is in round %d, and party %d in %d", me, i, p, at)
			}
		}
	}
	return nil
}

// TestBarrierKeepsStep of threads and processes, over many generations; one of
// each generation is the last.
func TestBarrierKeepsStep(t *testing.T) {
	const n, rounds = 4, 500
	b, r := newBarrierOf(t, n), createRegion(t, "", 8*(n+1))
	kids := []*leak.Child{}
	for i := range n / 2 {
		kids = append(kids, play(t, "party", []*os.File{b.File(), r.File()}, strconv.Itoa(i), strconv.Itoa(rounds)))
	}
	var threads sync.WaitGroup
	for i := n / 2; i < n; i++ {
		threads.Go(func() {
			if err := march(b, r, i, rounds); err != nil {
				t.Error(err)
			}
		})
	}
	threads.Wait()
	for _, c := range kids {
		c.End(t)
	}
	if got := atomic.LoadUint64(word64(r.data, 0)); got != rounds {
		t.Errorf("%d were last in %d rounds", got, rounds)
	}
}

// TestBarrierOfTheDead: who waits with a party that is killed is told, and the
// barrier can be used again.
func TestBarrierOfTheDead(t *testing.T) {
	const n = 12 // more than are looked at at a time
	b, r := newBarrierOf(t, n), createRegion(t, "", 8*(n+1))
	for round := range 5 {
		results := make(chan error, n)
		before := rand.IntN(n - 1)
		wait := func() {
			_, err := b.Wait(within(t))
			results <- err
		}
		for range before {
			go wait()
		}
		waitingFor(b, before)
		doomed := play(t, "party", []*os.File{b.File(), r.File()}, "0", "1")
		waitingFor(b, before+1)
		for range n - 2 - before {
			go wait()
		}
		waitingFor(b, n-1)
		doomed.Process.Kill()
		for range n - 2 {
			if err := <-results; !errors.Is(err, ErrAbandoned) {
				t.Errorf("round %d: %v", round, err)
			}
		}
		doomed.Wait()
		for range n {
			go wait()
		}
		for range n {
			if err := <-results; err != nil {
				t.Errorf("after round %d: %v", round, err)
			}
		}
	}
}

// TestBarrierOfOneThatDiedWithTheLock: what it did by halves is mended.
func TestBarrierOfOneThatDiedWithTheLock(t *testing.T) {
	b := newBarrierOf(t, 3)
	done := make(chan error, 3)
	go func() {
		_, err := b.Wait(within(t))
		done <- err
	}()
	waitingFor(b, 1)
	// A process that is no more has the lock, and had begun to be a party.
	c := play(t, "party", []*os.File{b.File(), createRegion(t, "", 64).File()}, "0", "1")
	c.Hear(t)
	waitingFor(b, 2)
	dead := *b.slot(1)
	b.guard.v = dead
	*b.arrived = 1
	c.Process.Kill()
	if err := <-done; !errors.Is(err, ErrAbandoned) {
		t.Error(err)
	}
	c.Wait()
	if *b.arrived != 0 || b.guard.v != 0 {
		t.Errorf("it begins with %d parties, the lock is %#x", *b.arrived, b.guard.v)
	}
}

func TestBarrierTimes(t *testing.T) {
	b := newBarrierOf(t, 2)
	for range 3 {
		if _, err := b.Wait(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("alone: %v", err)
		}
		if *b.arrived != 0 {
			t.Errorf("who left is counted still: %d", *b.arrived)
		}
	}
	last := make(chan bool, 2)
	for range 2 {
		go func() {
			l, err := b.Wait(within(t))
			if err != nil {
				t.Error(err)
			}
			last <- l
		}()
	}
	if first, second := <-last, <-last; first == second {
		t.Error("both or none were last")
	}
	if l, err := newBarrierOf(t, 1).Wait(always); !l || err != nil {
		t.Errorf("a barrier for one: %v, %v", l, err)
	}
	for _, n := range []int{0, -1, MaxParties + 1} {
		if b, err := CreateBarrier("", n, NameOptions{}); err == nil {
			b.Close()
			t.Errorf("a barrier for %d", n)
		}
	}
	done := make(chan error)
	go func() {
		_, err := b.Wait(always)
		done <- err
	}()
	waitingFor(b, 1)
	b.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed while it was waited at: %v", err)
	}
	if _, err := b.Wait(always); !errors.Is(err, os.ErrClosed) {
		t.Errorf("once it is closed: %v", err)
	}
}

// TestBarrierOfAHostilePeer: whatever it writes, a wait ends.
func TestBarrierOfAHostilePeer(t *testing.T) {
	b := newBarrierOf(t, 3)
	for i := range 200 {
		for at := 0; at < BarrierSize(3); at += 4 {
			if rand.IntN(3) == 0 {
				atomic.StoreUint32(b.word32(at), rand.Uint32())
			}
		}
		if i%2 == 0 {
			b.guard.v = 0
		}
		ctx, cancel := context.WithTimeout(always, 2*time.Millisecond)
		_, err := b.Wait(ctx)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ErrAbandoned) {
			t.Error(err)
		}
	}
	for _, n := range []uint32{0, MaxParties + 1, 1 << 31, 4096} {
		*word32(b.region.data, 16) = n
		if o, err := BarrierFromFile(dup(t, b.File()), ""); err == nil {
			o.Close()
			t.Errorf("a header with %d parties was taken", n)
		}
	}
}
