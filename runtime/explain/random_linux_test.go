package explain

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"weir/ipc"
	"weir/ipc/oracle"
	"weir/runtime/plan"
)

// randomGraph has pipes from earlier stages to later ones, each read by one
// stage and written by some, at any descriptors. A stage writes its name and the
// number to each descriptor that it writes, and notes in a log of its own what
// came from each that it reads.
func randomGraph(r *rand.Rand) *plan.Topology {
	n := 2 + r.IntN(5)
	t := &plan.Topology{}
	used := make([]map[int]bool, n)
	for i := range used {
		used[i] = map[int]bool{}
	}
	attach := func(stage int, channel string, mode ipc.Mode, usual int) {
		fd := usual
		for used[stage][fd] || r.IntN(4) == 0 {
			fd = r.IntN(8)
		}
		used[stage][fd] = true
		t.Ends = append(t.Ends, plan.End{Stage: fmt.Sprintf("s%d", stage), Channel: channel, Mode: mode, FD: fd})
	}
	for fd, name := range streamNames {
		t.Channels = append(t.Channels, plan.Channel{Name: name, Kind: ipc.KindStandard, FD: fd})
	}
	for k := range r.IntN(n) + 1 {
		reader := 1 + r.IntN(n-1)
		name := fmt.Sprintf("p%d", k)
		c := plan.Channel{Name: name, Kind: ipc.KindPipe}
		if r.IntN(5) == 0 {
			c = plan.Channel{Name: name, Kind: ipc.KindFIFO, Path: name, Create: true, Perm: 0o600}
		}
		t.Channels = append(t.Channels, c)
		attach(reader, name, ipc.Read, 0)
		for range 1 + r.IntN(3)/2 {
			attach(r.IntN(reader), name, ipc.Write, 1)
		}
	}
	for i := range n {
		if r.IntN(3) == 0 {
			attach(i, streamNames[1+r.IntN(2)], ipc.Write, 2)
		}
		log := fmt.Sprintf("log%d", i)
		t.Channels = append(t.Channels, file(log, log))
		t.Ends = append(t.Ends, plan.End{Stage: fmt.Sprintf("s%d", i), Channel: log, Mode: ipc.Write, FD: 8})
	}
	for k := range r.IntN(3) { // files and pipes that a descriptor had before
		end, lost := t.Ends[r.IntN(len(t.Ends))], fmt.Sprintf("lost%d", k)
		t.Channels = append(t.Channels, file(lost, lost))
		t.Ends = append(t.Ends, plan.End{Stage: end.Stage, Channel: lost, Mode: ipc.Write, FD: end.FD, Replaced: true},
			plan.End{Stage: end.Stage, Channel: "p0", Mode: ipc.Mode(r.IntN(2)), FD: end.FD, Replaced: true})
	}
	for i := range n {
		t.Stages = append(t.Stages, shell(fmt.Sprintf("s%d", i), play(t, fmt.Sprintf("s%d", i))))
	}
	return t
}

// play is the script of one stage: write and close all, then read.
func play(t *plan.Topology, stage string) string {
	var write, read strings.Builder
	write.WriteString("ls /proc/self/fd >&8; ") // one number more: the folder
	for _, end := range t.Ends {
		switch {
		case end.Stage != stage || end.FD == 8 || end.Replaced:
		case end.Mode.Writes():
			fmt.Fprintf(&write, "echo %s %d >&%d; exec %d>&-; ", stage, end.FD, end.FD, end.FD)
		default:
			fmt.Fprintf(&read, "echo from %d >&8; sort <&%d >&8; ", end.FD, end.FD)
		}
	}
	return write.String() + read.String()
}

func TestBashSaysRandomGraphs(t *testing.T) {
	bash := oracle.Need(t, "bash")
	keepOwnDescriptors(t)
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			topology := randomGraph(rand.New(rand.NewPCG(seed, 2)))
			ours, theirs := prepareFolder(t), prepareFolder(t)
			runAsWeir(t, topology, ours)
			script, _ := runAsBash(t, bash, topology, theirs)
			want, got := contents(t, ours), contents(t, theirs)
			for path := range want {
				if w, g := sorted(path, want[path]), sorted(path, got[path]); w != g {
					t.Errorf("%s: weir has %q, bash %q", path, w, g)
				}
			}
			if t.Failed() {
				t.Logf("the script:\n%s", script)
			}
		})
	}
}

// sorted puts the lines of a stream that several write to in an order.
func sorted(path, data string) string {
	if strings.HasPrefix(path, "log") {
		return data
	}
	lines := strings.Split(data, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
