package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime/plan"
)

// several runs do(0) to do(n-1), so many at a time.
func several(n, atATime int, do func(i int)) {
	next := make(chan int)
	var all sync.WaitGroup
	for range atATime {
		all.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

// generated is a random circle of one to six stages that read first, or write
// first, with others beside it.
func generated(random *rand.Rand) (*plan.Topology, string) {
	readers := [][]string{{"cat"}, {"cat"}, {"tr", "a", "b"}, {"bash", "-c", "read x"}, {"sh", "-c", "cat; true"}, {"sort"}, {"wc"}}
	kind, argvs := "read", [][]string{}
	writes := random.IntN(4) == 0
	for range 1 + random.IntN(6) {
		argv := readers[random.IntN(len(readers))]
		if writes {
			argv, kind = []string{"yes"}, "write"
		}
		argvs = append(argvs, argv)
	}
	t := ring(argvs...)
	for i := range random.IntN(3) {
		side := fmt.Sprintf("side%d", i)
		name := fmt.Sprintf("s%d", random.IntN(len(argvs)))
		t.Stages = append(t.Stages, plan.Stage{Name: side, Argv: []string{"cat"}})
		t.Channels = append(t.Channels, plan.Channel{Name: side, Kind: ipc.KindFile, Path: os.DevNull})
		t.Ends = append(t.Ends, plan.End{Stage: side, Channel: side, Mode: ipc.Write, FD: 1})
		pipeBetween(t, "to-"+side, name, 7+i, side, 0)
	}
	for i := range t.Channels {
		if t.Channels[i].Kind == ipc.KindPipe {
			t.Channels[i].Capacity = 4096
		}
	}
	return t, kind
}

// TestGeneratedDeadlocks finds each of five hundred.
func TestGeneratedDeadlocks(t *testing.T) {
	n := 500
	if leak.RaceDetector || testing.Short() {
		n = 60
	}
	var mu sync.Mutex
	var longest time.Duration
	several(n, 30, func(i int) {
		top, kind := generated(rand.New(rand.NewPCG(uint64(i), 7)))
		p, err := plan.Compile(top, ThisHost())
		if err != nil {
			t.Error(err)
			return
		}
		p.Timeout = leak.Patience
		begun := time.Now()
		r, err := Start(context.Background(), p, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		res, err := r.Wait()
		if err != nil || res.Why != WhyDeadlock {
			t.Errorf("%d (%s): %+v %v", i, kind, res, err)
			return
		}
		for _, w := range res.Deadlock.Waits {
			if w, ok := w.(*pipeWait); !ok || w.writes != (kind == "write") && !strings.HasPrefix(w.stage, "side") || w.channel == "" {
				t.Errorf("%d (%s): %v", i, kind, res.Deadlock)
			}
		}
		mu.Lock()
		longest = max(longest, time.Since(begun))
		mu.Unlock()
	})
	t.Logf("the slowest was found and stopped after %v", longest)
}

// TestSlowIsNoDeadlock has five hundred slow ones, with a program beside them
// that takes all the processor it can get.
func TestSlowIsNoDeadlock(t *testing.T) {
	n := 500
	if leak.RaceDetector || testing.Short() {
		n = 60
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		busy := exec.Command(exe)
		busy.Env = append(os.Environ(), "WEIR_TEST_PLAY=busy")
		if err := busy.Start(); err != nil {
			t.Fatal(err)
		}
		defer busy.Wait()
		defer busy.Process.Kill()
	}
	several(n, 50, func(i int) {
		random := rand.New(rand.NewPCG(uint64(i), 8))
		p, err := plan.Compile(slow(random), ThisHost())
		if err != nil {
			t.Error(err)
			return
		}
		if !p.CanDeadlock {
			t.Errorf("%d is not watched", i)
		}
		p.Timeout = 1500 * time.Millisecond
		r, err := Start(context.Background(), p, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		res, err := r.Wait()
		if err != nil || res.Deadlock != nil {
			t.Errorf("%d: %+v %v %v", i, p.Topology.Stages, res.Deadlock, err)
		}
	})
}

// slow is a topology with a cycle of pipes in which somebody goes on after a
// while.
func slow(random *rand.Rand) *plan.Topology {
	sleepers := [][]string{{"sleep", "1"}, {"sh", "-c", "sleep 60; cat"}, {"bash", "-c", "sleep 1 | cat; true"}, {"bash", "-c", "while sleep 0.4; do echo x; done"},
		{"bash", "-c", "read -t 1 x; echo y"}, {"timeout", "1", "cat"}, {"bash", "-c", "sleep 60 & cat; wait"}}
	var argvs [][]string
	for range random.IntN(4) {
		argvs = append(argvs, []string{"cat"})
	}
	argvs = append(argvs, sleepers[random.IntN(len(sleepers))])
	random.Shuffle(len(argvs), func(i, j int) { argvs[i], argvs[j] = argvs[j], argvs[i] })
	t := ring(argvs...)
	if random.IntN(2) == 0 {
		return t
	}
	// A diamond: a writer with two pipes to the reader that reads both.
	t = &plan.Topology{Stages: []plan.Stage{{Name: "w", Argv: []string{"bash", "-c", "while sleep 0.3; do echo x; echo y >&3; done"}},
		{Name: "a", Argv: []string{"cat"}}, {Name: "b", Argv: []string{"cat"}},
		{Name: "r", Argv: []string{"bash", "-c", "while read x; do read y <&3; sleep 0.1; done"}}}}
	pipeBetween(t, "wa", "w", 1, "a", 0)
	pipeBetween(t, "wb", "w", 3, "b", 0)
	pipeBetween(t, "ar", "a", 1, "r", 0)
	pipeBetween(t, "br", "b", 1, "r", 3)
	return t
}
