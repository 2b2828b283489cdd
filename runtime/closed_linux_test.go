package runtime

import (
	"context"
	"errors"
	"os"
	"testing"

	"weir/ipc"
	"weir/runtime/plan"
)

// TestClosedFileEndsOneRun: a channel whose file its caller has closed is an error of the run
// that has it. The guard lives, and so do other runs.
func TestClosedFileEndsOneRun(t *testing.T) {
	other := startTopology(t, chain([]string{"sh", "-c", "echo started"}), nil)
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	top := chain([]string{"sleep", "100"}, []string{"cat"})
	top.Channels = append(top.Channels, plan.Channel{Name: "closed", Kind: ipc.KindRegion, File: f})
	top.Ends = append(top.Ends, plan.End{Stage: "s1", Channel: "closed", Mode: ipc.Both, FD: 5})
	p, err := plan.Compile(top, ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Start(context.Background(), p, Options{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a closed file: %v", err)
	}
	if _, res := output(t, other); len(res.Stages) != 1 || res.Stages[0].Code != 0 || res.Stages[0].Signal != "" {
		t.Errorf("the other run: %+v", res.Stages)
	}
	if text, res := output(t, startTopology(t, chain([]string{"echo", "x"}), nil)); text != "x\n" {
		t.Errorf("a later run: %q, %+v", text, res)
	}
}
