package sample

import (
	"math"
	"testing"
	"time"
)

// TestShare divides a second among what a stage did in it.
func TestShare(t *testing.T) {
	const s = time.Second
	rows := []struct {
		name                   string
		looks                  looks
		inputEmpty, outputFull float64
		own, starved, pushed   float64
		locked, ready          float64
	}{
		{"computes", looks{span: s, seen: 50, runs: 50, ran: s}, 0, 0, 1, 0, 0, 0, 0},
		{"reads", looks{span: s, seen: 50, reads: 50}, 1, 0, 0, 1, 0, 0, 0},
		{"writes", looks{span: s, seen: 50, writes: 50}, 0, 1, 0, 0, 1, 0, 0},
		{"waits for a lock", looks{span: s, seen: 50, locks: 50}, 0, 0, 0, 0, 0, 1, 0},
		{"sleeps outside", looks{span: s, seen: 50, sleeps: 50}, 0, 0, 1, 0, 0, 0, 0},
		{"waits for a processor", looks{span: s, seen: 50, runs: 50, ran: s / 2, ready: s / 2}, 0, 0, 0.5, 0, 0, 0, 0.5},
		{"half and half", looks{span: s, seen: 50, runs: 25, reads: 25, ran: s / 2}, 0.5, 0, 0.5, 0.5, 0, 0, 0},
		// What is woken very often looks as if it ran: the fuller side has the rest.
		{"woken often by its reader", looks{span: s, seen: 50, runs: 50, ran: s / 5}, 0, 1, 0.2, 0, 0.8, 0, 0},
		{"woken often by its writer", looks{span: s, seen: 50, runs: 50, ran: s / 5}, 1, 0, 0.2, 0.8, 0, 0, 0},
		{"its children ran", looks{span: s, seen: 50, sleeps: 50, cpu: s / 2}, 0, 0, 1, 0, 0, 0, 0},
		{"no look yet", looks{span: s}, 0, 0, 1, 0, 0, 0, 0},
		{"several threads", looks{span: s, seen: 50, runs: 50, ran: 2 * s, ready: s}, 0, 0, 1, 0, 0, 0, 0},
	}
	for _, r := range rows {
		got := r.looks.share(r.inputEmpty, r.outputFull)
		want := shares{r.own, r.starved, r.pushed, r.locked, r.ready}
		if !near(got, want) {
			t.Errorf("%s: got %+v, want %+v", r.name, got, want)
		}
		if sum := got.own + got.starved + got.pushed + got.locked + got.ready; math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: the shares add up to %g", r.name, sum)
		}
	}
}

func near(a, b shares) bool {
	for _, d := range []float64{a.own - b.own, a.starved - b.starved, a.pushed - b.pushed, a.locked - b.locked, a.ready - b.ready} {
		if math.Abs(d) > 0.01 {
			return false
		}
	}
	return true
}
