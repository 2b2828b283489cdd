package sample

import (
	"strings"
	"testing"
)

// TestJudge names the stage that holds the others up, by frames as runs have given them.
func TestJudge(t *testing.T) {
	pipe := func(name, from, to string, full, empty float64) ChannelNow {
		return ChannelNow{Channel: name, Kind: "pipe", From: []string{from}, To: []string{to}, Full: full, Empty: empty}
	}
	stage := func(name, in, out string, own, starved, pushed, ready, cpu float64) StageNow {
		s := StageNow{Stage: name, State: Runs, Own: own, Starved: starved, Pushed: pushed, Ready: ready, CPU: cpu}
		if in != "" {
			s.Inputs = []string{in}
		}
		if out != "" {
			s.Outputs = []string{out}
		}
		return s
	}
	rows := []struct {
		name       string
		stages     []StageNow
		channels   []ChannelNow
		stage, why string
	}{
		{"a filter that computes", []StageNow{
			stage("yes", "", "p1", 0.02, 0, 0.97, 0.01, 0.02), stage("sed", "p1", "p2", 0.97, 0, 0, 0.03, 0.97), stage("wc", "p2", "", 0.03, 0.95, 0, 0.02, 0.03)},
			[]ChannelNow{pipe("p1", "yes", "sed", 1, 0), pipe("p2", "sed", "wc", 0, 0.97)}, "sed", computes},
		{"a source that sleeps", []StageNow{
			stage("sh", "", "p1", 0.95, 0, 0, 0.05, 0.02), stage("wc", "p1", "", 0, 1, 0, 0, 0)},
			[]ChannelNow{pipe("p1", "sh", "wc", 0, 0.98)}, "sh", sleeps},
		{"one that is woken often is not it", []StageNow{
			stage("yes", "", "p1", 0.09, 0, 0.85, 0.06, 0.09), stage("head", "p1", "p2", 0.18, 0, 0.39, 0.43, 0.18), stage("gzip", "p2", "", 0.72, 0, 0, 0.28, 0.72)},
			[]ChannelNow{pipe("p1", "yes", "head", 0.94, 0), pipe("p2", "head", "gzip", 0.79, 0)}, "gzip", computes},
		{"a sink that sleeps", []StageNow{
			stage("yes", "", "p1", 0, 0, 1, 0, 0), stage("slow", "p1", "", 0.96, 0, 0, 0.04, 0.07)},
			[]ChannelNow{pipe("p1", "yes", "slow", 1, 0)}, "slow", sleeps},
		{"no processor is free", []StageNow{
			stage("yes", "", "p1", 0.1, 0, 0.9, 0, 0.1), stage("sort", "p1", "", 0.4, 0, 0, 0.6, 0.4)},
			[]ChannelNow{pipe("p1", "yes", "sort", 1, 0)}, "sort", waitsCPU},
		{"all wait for a processor, and one has more to do", []StageNow{
			stage("yes", "", "p1", 0, 0, 0.97, 0.03, 0), stage("head", "p1", "p2", 0.01, 0, 0.48, 0.51, 0.01), stage("gzip", "p2", "", 0.06, 0.4, 0, 0.53, 0.06)},
			[]ChannelNow{pipe("p1", "yes", "head", 1, 0), pipe("p2", "head", "gzip", 0.6, 0.16)}, "gzip", waitsCPU},
		{"nobody", []StageNow{
			stage("a", "", "p1", 0.3, 0, 0.7, 0, 0.3), stage("b", "p1", "", 0.4, 0.6, 0, 0, 0.4)},
			[]ChannelNow{pipe("p1", "a", "b", 0.2, 0.3)}, "", ""},
		{"all are stopped", []StageNow{{Stage: "a", State: Stopped, Own: 1, Outputs: []string{"p1"}}, {Stage: "b", State: Ended}},
			[]ChannelNow{pipe("p1", "a", "b", 0, 1)}, "", ""},
		{"one that has ended", []StageNow{{Stage: "a", State: Ended, Own: 1, Outputs: []string{"p1"}}},
			[]ChannelNow{pipe("p1", "a", "b", 0, 1)}, "", ""},
	}
	for _, r := range rows {
		v := Judge(&Frame{Stages: r.stages, Channels: r.channels})
		if v.Stage != r.stage || v.Why != r.why {
			t.Errorf("%s: got %q, %q, want %q, %q", r.name, v.Stage, v.Why, r.stage, r.why)
		}
		if !strings.HasPrefix(v.Sentence, r.stage) || v.Sentence == "" || (v.Advice == "") != (r.stage == "") {
			t.Errorf("%s: %q; %q", r.name, v.Sentence, v.Advice)
		}
	}
	if v := Judge(&Frame{Deadlock: "deadlock: a waits for b"}); v.Why != "deadlock" || !strings.Contains(v.Sentence, "a waits for b") {
		t.Errorf("a deadlock: %+v", v)
	}
}
