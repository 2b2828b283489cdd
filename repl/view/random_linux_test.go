package view_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"weir/ipc/leak"
	"weir/repl/top"
	"weir/repl/view"
	"weir/runtime/sample"
	"weir/script"
)

// grow makes a topology that lines go through, and says how many stages it has.
func grow(r *rand.Rand, depth int) (lua string, stages int) {
	const again = `:restart{on = "failure", max = 1000, backoff = "1ms"}`
	two := func(form string) (string, int) {
		a, n := grow(r, depth-1)
		b, m := grow(r, depth-1)
		return fmt.Sprintf(form, a, b), n + m
	}
	switch pick := r.IntN(8); {
	case depth == 0 || pick == 0:
		return `sh"cat"` + again, 1
	case pick == 1:
		return `proc(function() for l in io.lines() do print(l) end end)` + again, 1
	case pick == 2:
		n := 2 + r.IntN(8)
		return fmt.Sprintf(`((sh"tr a-z A-Z"%s) * %d)`, again, n), n
	case pick < 5:
		return two("(%s | %s)")
	case pick == 5:
		return two("merge(%s, %s)")
	}
	return two("tee(%s, %s)")
}

// frames are how many of a run are looked at.
const frames = 8

// TestRandomRuns watches random topologies of about forty stages, while their stages are killed and started
// again: each frame agrees with itself, and can be drawn.
func TestRandomRuns(t *testing.T) {
	rounds := 3
	if testing.Short() || leak.RaceDetector {
		rounds = 1
	}
	for range rounds {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		lua, stages := grow(r, 7)
		for stages < 30 || stages > 50 {
			lua, stages = grow(r, 7)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { watchRandom(t, r, `run("yes" | `+lua+` | "wc -c", {check = false})`) })
	}
}

// watchRandom watches a run for some frames, and kills a stage with each.
func watchRandom(t *testing.T, r *rand.Rand, code string) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	ours, theirs, err := view.PairHere()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended, served := make(chan struct{}), make(chan struct{})
	defer func() {
		cancel()
		<-ended
		<-served
	}()
	go func() {
		defer close(ended)
		vm := script.New(script.Options{Script: "random", Stdin: null, Stdout: null, Stderr: null, Context: ctx})
		_ = vm.Run("random", code)
		_ = vm.Close()
	}()
	go func() {
		defer close(served)
		(&view.Server{}).Serve(ctx, theirs)
	}()
	v, err := view.Attach(ours)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if err := v.Ask(view.Request{Do: view.Watch}); err != nil {
		t.Fatal(err)
	}
	m := &top.Model{Predict: &top.Prediction{}}
	restarts := 0
	for n, last := 0, uint64(0); n < frames || restarts == 0 && n < 20*frames; {
		line, err := v.Next()
		if err != nil {
			t.Fatalf("%v\n%s", err, code)
		}
		f := line.Frame
		if f == nil || n == 0 && f.Ended != "" { // of the round before
			continue
		}
		if n++; f.Ended != "" || f.Seq <= last {
			t.Fatalf("frame %d behind %d, ended by %q\n%s", f.Seq, last, f.Ended, code)
		}
		last = f.Seq
		checkFrame(t, f)
		m.Take(f)
		m.Draw(120, 40)
		for i := range f.Stages {
			restarts += f.Stages[i].Restarts
		}
		if s := &f.Stages[1+r.IntN(len(f.Stages)-2)]; !s.Relay && s.PID != 0 {
			_ = v.Ask(view.Request{Do: view.Signal, Run: f.Run, Stage: s.Stage, Signal: "KILL"})
		}
	}
	if restarts == 0 {
		t.Errorf("nothing was started again\n%s", code)
	}
}

// checkFrame: the shares of a stage are all of its time, and channels lead from stages to stages.
func checkFrame(t *testing.T, f *sample.Frame) {
	t.Helper()
	stages := map[string]bool{}
	for i := range f.Stages {
		s := &f.Stages[i]
		stages[s.Stage] = true
		if sum := s.Own + s.Starved + s.Pushed + s.Locked + s.Ready; s.State != sample.Ended && math.Abs(sum-1) > 0.01 {
			t.Errorf("the shares of %s add up to %g: %+v", s.Stage, sum, *s)
		}
	}
	for i := range f.Channels {
		c := &f.Channels[i]
		if c.Fill > c.Cap && c.Cap >= 0 || c.Full+c.Empty > 1.01 || c.Rate < -1 {
			t.Errorf("%+v", *c)
		}
		for _, name := range append(c.From, c.To...) {
			if !stages[name] {
				t.Errorf("%s leads to %s, which is no stage", c.Channel, name)
			}
		}
	}
}
