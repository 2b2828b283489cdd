package top

import (
	"fmt"

	"weir/ipc"
	"weir/runtime/sample"
)

// scene is a run for the tests: stages joined by pipes, in the order of the plan.
type scene struct{ f sample.Frame }

// stage adds one. Its shares are own, starved, pushed.
func (s *scene) stage(name, text string, state sample.State, on string, cpu float64, shares ...float64) *sample.StageNow {
	n := sample.StageNow{Stage: name, Text: text, State: state, On: on, FD: -1, CPU: cpu, PID: 19617 + len(s.f.Stages), RSS: 1_400_000, Threads: 1}
	for i, to := range []*float64{&n.Own, &n.Starved, &n.Pushed} {
		if i < len(shares) {
			*to = shares[i]
		}
	}
	s.f.Stages = append(s.f.Stages, n)
	return &s.f.Stages[len(s.f.Stages)-1]
}

func (s *scene) relay(name string, state sample.State, on string, shares ...float64) {
	n := s.stage(name, "", state, on, 0, shares...)
	n.Relay, n.PID, n.RSS, n.TID = true, 0, 0, 7
}

// pipe joins two of them.
func (s *scene) pipe(name, from, to string, fill int64, rate float64) *sample.ChannelNow {
	s.f.Channels = append(s.f.Channels, sample.ChannelNow{Channel: name, Kind: ipc.KindPipe, Fill: fill, Cap: 262144, Unit: sample.Bytes,
		Rate: rate, Total: int64(rate * 12.4), Messages: -1, Full: float64(fill / 235929), Readers: 1, Writers: 1, From: []string{from}, To: []string{to},
		Source: "/proc/PID/io"})
	c := &s.f.Channels[len(s.f.Channels)-1]
	if fill == 0 {
		c.Empty = 1
	}
	for i := range s.f.Stages {
		n := &s.f.Stages[i]
		if n.Stage == from {
			n.Outputs = append(n.Outputs, name)
		}
		if n.Stage == to {
			n.Inputs = append(n.Inputs, name)
		}
	}
	return c
}

// chainScene is yes | tr | sed | wc, which sed holds up.
func chainScene() *sample.Frame {
	s := &scene{sample.Frame{At: 12.4, Window: 1, Run: 1, Sampler: 0.02}}
	s.stage("yes", `sh"yes abcdefgh"`, sample.Writes, "pipe1", 0.01, 0.01, 0, 0.99)
	s.stage("tr", `sh"tr a-z A-Z"`, sample.Writes, "pipe2", 0.04, 0.12, 0, 0.88)
	s.stage("sed", `sh"sed -E 's/(A)(B)*(C)+/x\\1y/g'"`, sample.Runs, "", 0.97, 1)
	s.stage("wc", `sh"wc -c"`, sample.Reads, "pipe3", 0.04, 0.25, 0.75)
	s.pipe("pipe1", "yes", "tr", 259220, 18.6e6)
	s.pipe("pipe2", "tr", "sed", 253952, 18.6e6)
	s.pipe("pipe3", "sed", "wc", 4096, 18.6e6)
	s.f.Verdict = sample.Judge(&s.f)
	return &s.f
}

// branchScene has relays within relays.
func branchScene() *sample.Frame {
	s := &scene{sample.Frame{At: 41.8, Window: 1, Run: 1, Sampler: 0.03}}
	s.stage("cat", `sh"cat access.log"`, sample.Writes, "pipe1", 0.06, 0.1, 0, 0.9)
	s.relay("tee", sample.Writes, "pipe4", 0.1, 0, 0.9)
	s.stage("wc", `sh"wc -c"`, sample.Reads, "pipe2", 0.02, 0, 1)
	s.stage("grep", `sh"grep -c 404"`, sample.Reads, "pipe3", 0.19, 0.2, 0.8)
	s.relay("deal", sample.Writes, "pipe6", 0.2, 0, 0.8)
	s.stage("worker", "proc(function() ... end)", sample.Runs, "", 0.93, 1)
	s.stage("worker2", "proc(function() ... end)", sample.Runs, "", 0.96, 1)
	s.stage("tr", `sh"tr a-z A-Z"`, sample.Reads, "pipe7", 0.06, 0.4, 0.6)
	s.relay("merge", sample.Reads, "pipe8", 0.1, 0.9)
	s.stage("wc2", `sh"wc -l"`, sample.Reads, "pipe11", 0.02, 0, 1)
	s.relay("merge2", sample.Reads, "pipe12", 0, 1)
	for i, ends := range [][2]string{{"cat", "tee"}, {"tee", "wc"}, {"tee", "grep"}, {"tee", "deal"}, {"deal", "worker"}, {"deal", "worker2"},
		{"deal", "tr"}, {"worker", "merge"}, {"worker2", "merge"}, {"tr", "merge"}, {"merge", "wc2"}, {"wc", "merge2"}, {"grep", "merge2"}, {"wc2", "merge2"}} {
		fill := []int64{255000, 0, 14000, 256000, 100000, 262144, 0, 0, 0, 0, 0, 0, 0, 0}[i]
		s.pipe(fmt.Sprint("pipe", i+1), ends[0], ends[1], fill, 55.9e6).Exact = true
	}
	s.f.Verdict = sample.Judge(&s.f)
	return &s.f
}

// deadlockScene is a circle of four.
func deadlockScene() *sample.Frame {
	s := &scene{sample.Frame{At: 2.3, Window: 1, Run: 1, Deadlock: "deadlock: tee and tail wait for each other"}}
	s.stage("numbers", "proc(function() ... end)", sample.Writes, "pipe1", 0, 0, 0, 1)
	s.relay("tee", sample.Writes, "pipe3", 0, 0, 1)
	s.stage("tail", `sh"tail -1"`, sample.Reads, "pipe2", 0, 0, 1)
	s.stage("cat", `sh"cat"`, sample.Writes, "pipe6", 0, 0, 0, 1)
	s.relay("concat", sample.Reads, "pipe5", 0, 1)
	s.stage("tail2", `sh"tail -1"`, sample.Reads, "pipe7", 0, 0, 1)
	for i, ends := range [][2]string{{"numbers", "tee"}, {"tee", "tail"}, {"tee", "cat"}, {"tail", "concat"}, {"cat", "concat"}, {"concat", "tail2"}} {
		s.pipe(fmt.Sprint("pipe", []int{1, 2, 3, 5, 6, 7}[i]), ends[0], ends[1], []int64{262144, 0, 262144, 0, 262144, 0}[i], 0)
	}
	s.f.Verdict = sample.Judge(&s.f)
	return &s.f
}

// replicaScene has 200 replicas, of which one has failed.
func replicaScene() *sample.Frame {
	s := &scene{sample.Frame{At: 73.1, Window: 1, Run: 1, Sampler: 0.01}}
	s.stage("seq", `sh"seq 1e9"`, sample.Writes, "pipe1", 0.01, 0, 0, 1)
	s.relay("deal", sample.Writes, "pipe2", 0.2, 0, 0.8)
	states := []sample.State{sample.Runs, sample.Runs, sample.Runs, sample.Reads, sample.Runs, sample.Writes, sample.Runs}
	for i := range 200 {
		n := s.stage(numbered("sed", i), `sh"sed s/7/x/"`, states[i%len(states)], fmt.Sprint("pipe", 2+i), 0.009+float64(i%14)/1000, 0.7, 0.2, 0.1)
		if i == 87 {
			n.State, n.End = sample.Ended, "SIGSEGV"
		}
	}
	s.relay("merge", sample.Reads, "pipe202", 0.1, 0.9)
	s.stage("wc", `sh"wc -l"`, sample.Reads, "pipe402", 0.01, 0, 1)
	s.pipe("pipe1", "seq", "deal", 262144, 21.3e6)
	for i := range 200 {
		s.pipe(fmt.Sprint("pipe", 2+i), "deal", numbered("sed", i), int64(i%5)*60000, 100e3+float64(i)*100)
		s.pipe(fmt.Sprint("pipe", 202+i), numbered("sed", i), "merge", 4096, 100e3)
	}
	s.pipe("pipe402", "merge", "wc", 0, 21.3e6)
	s.f.Verdict = sample.Judge(&s.f)
	return &s.f
}

func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprint(name, i+1)
}
