package runtime

import (
	"os"
	"testing"
	"time"

	"weir/ipc/leak"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// TestLastSeen: what the looks for deadlocks have read says what each stage does, also where it is a
// program that the stage has started which waits, and what they see while stages end by the terminal's
// Ctrl-C changes nothing of it.
func TestLastSeen(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	topology := &plan.Topology{Stages: []plan.Stage{
		{Name: "writes", Argv: []string{"yes"}},
		{Name: "within", Argv: []string{"sh", "-c", "cat; true"}},
		{Name: "sleeps", Argv: []string{"sleep", "1000"}},
		{Name: "idle", Argv: []string{"sleep", "1000"}},
		{Name: "reads", Argv: []string{"cat"}},
		{Name: "runs", Argv: []string{"env", "WEIR_TEST_PLAY=busy", exe}},
	}}
	pipeBetween(topology, "p1", "writes", 1, "within", 0)
	pipeBetween(topology, "p2", "within", 1, "sleeps", 0)
	pipeBetween(topology, "p3", "idle", 1, "reads", 0)
	r := startTopology(t, topology, func(*plan.Plan, *Options) {})
	want := []StageSeen{
		{Stage: "writes", Does: watch.Writing, On: "p1"}, {Stage: "within", Does: watch.Writing, On: "p2"},
		{Stage: "sleeps"}, {Stage: "idle"}, {Stage: "reads", Does: watch.Reading, On: "p3"},
		{Stage: "runs", Does: watch.Running},
	}
	same := func(got []StageSeen) bool {
		if len(got) != len(want) {
			return false
		}
		for i := range got {
			if got[i] != want[i] {
				return false
			}
		}
		return true
	}
	end := time.Now().Add(leak.Patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !same(r.LastSeen()) {
		if time.Now().After(end) {
			t.Fatalf("got %+v, want %+v", r.LastSeen(), want)
		}
		<-tick.C
	}
	for _, stage := range []string{"writes", "sleeps", "idle", "reads"} {
		if err := r.KillStage(stage, 2); err != nil {
			t.Error(err)
		}
	}
	for looks := lookout.count.Load(); lookout.count.Load() < looks+3; {
		<-tick.C
	}
	if got := r.LastSeen(); !same(got) {
		t.Errorf("behind the interruption it is %+v, want %+v", got, want)
	}
	r.Stop(WhyInterrupted)
	_, _ = r.Wait()
}
