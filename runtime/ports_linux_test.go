package runtime

import (
	"context"
	"os"
	"testing"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
)

// TestStatusPorts: a run that works lists what has gone through each end of its relays, and each
// run of one plan counts for itself.
func TestStatusPorts(t *testing.T) {
	top := &plan.Topology{Channels: []plan.Channel{{Name: "in", Kind: ipc.KindPipe}, {Name: "a", Kind: ipc.KindPipe}, {Name: "b", Kind: ipc.KindPipe}},
		Stages: []plan.Stage{{Name: "tee", Relay: func() plan.Relay {
			x := &relay.Crossing{Ins: 1, Outs: 2, Ports: make([]relay.Port, 3)}
			return plan.Relay{Ports: x.Ports, Waits: x.Waits,
				Move: func(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
					return x.Tee(ctx, files)
				}}
		}}}}
	for i, c := range []string{"in", "a", "b"} {
		mode, other := ipc.Write, ipc.Read
		if i == 0 {
			mode, other = other, mode
		}
		top.Ends = append(top.Ends, plan.End{Stage: "tee", Channel: c, Mode: mode, FD: i}, plan.End{Channel: c, Mode: other, FD: -1})
	}
	p, err := plan.Compile(top, ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r, err := Start(t.Context(), p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		in := r.File("in", ipc.Write)
		in.WriteString("twelve bytes")
		for _, c := range []string{"a", "b"} {
			if _, err := r.File(c, ipc.Read).Read(make([]byte, 12)); err != nil {
				t.Fatal(err)
			}
		}
		in.Close()
		r.Wait()
		ports := r.Status().Stages[0].Ports
		for i, c := range []string{"in", "a", "b"} {
			if len(ports) != 3 || ports[i].FD != i || ports[i].Channel != c || ports[i].Bytes != 12 || ports[i].Records != -1 {
				t.Errorf("%+v", ports)
			}
		}
		for _, c := range []string{"a", "b"} {
			r.File(c, ipc.Read).Close()
		}
	}
}
