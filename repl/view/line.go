package view

import (
	"time"

	"weir/runtime/sample"
)

// Line is one line from the weir that runs: first the snapshot, then frames.
type Line struct {
	Snapshot *Snapshot     `json:"snapshot,omitempty"`
	Frame    *sample.Frame `json:"frame,omitempty"`
	Answer   *Answer       `json:"answer,omitempty"`
	Script   *string       `json:"script,omitempty"` // where the script itself waits, in a sentence; empty is nowhere
}

// Snapshot is what a view begins with.
type Snapshot struct {
	PID     int       `json:"pid"`
	Version string    `json:"version"`
	Script  string    `json:"script"`
	Since   time.Time `json:"since"`
	Runs    []Run     `json:"runs"`
}

// Run is a run that has not ended.
type Run struct {
	Run    uint64    `json:"run"`
	Since  time.Time `json:"since"`
	Stages []Stage   `json:"stages"`
}

// Stage is one of its stages.
type Stage struct {
	Stage string `json:"stage"`
	PID   int    `json:"pid,omitempty"`
	Relay bool   `json:"relay,omitempty"`
	Ended bool   `json:"ended,omitempty"`
}

// Request is one line from a view.
type Request struct {
	Do      string `json:"do"` // one of the verbs below
	Run     uint64 `json:"run,omitempty"`
	Stage   string `json:"stage,omitempty"`
	Channel string `json:"channel,omitempty"`
	Signal  string `json:"signal,omitempty"` // its name without SIG
}

// What a view may ask for.
const (
	Watch  = "watch"  // frames, from now on
	Signal = "signal" // a signal to a run, or to one stage
	Peek   = "peek"   // the first bytes that Channel holds, with each frame; no channel ends that
)

// Answer is what became of a request.
type Answer struct {
	Do    string `json:"do"`
	Error string `json:"error,omitempty"`
}
