package runtime

import (
	"encoding/json"
	"time"
)

// EventKind says what happened.
type EventKind string

// The kinds of event.
const (
	EventRun    EventKind = "run"    // a run begins
	EventCreate EventKind = "create" // a channel was made
	EventOpen   EventKind = "open"   // a file or FIFO was opened
	EventSpawn  EventKind = "spawn"  // a stage runs
	EventClose  EventKind = "close"  // weir closed its copy of an end
	EventSignal EventKind = "signal" // weir sent a signal
	EventStop   EventKind = "stop"   // weir stops a run or a stage; Text says why
	EventExit   EventKind = "exit"   // a stage ended
	EventUnlink EventKind = "unlink" // a name was removed
	EventError  EventKind = "error"  // a step failed
	EventEnd    EventKind = "end"    // nothing of the run is left; Text is its why
)

// Event is one thing that happened, flat: fields that a kind does not use are
// zero.
type Event struct {
	Seq     uint64
	Time    time.Time
	Kind    EventKind
	Run     uint64
	Stage   string
	PID     int
	Channel string
	Code    int    // of an exit without a signal
	Signal  string // of an exit by a signal, or one that was sent
	User    time.Duration
	Sys     time.Duration
	MaxRSS  int64 // bytes
	Text    string
}

// MarshalJSON writes the fields that the kind uses; times in µs, memory in
// bytes.
func (e Event) MarshalJSON() ([]byte, error) {
	type line struct {
		Seq     uint64    `json:"seq"`
		Time    string    `json:"time"`
		Kind    EventKind `json:"kind"`
		Run     uint64    `json:"run,omitempty"`
		Stage   string    `json:"stage,omitempty"`
		PID     int       `json:"pid,omitempty"`
		Channel string    `json:"channel,omitempty"`
		Code    *int      `json:"code,omitempty"`
		Signal  string    `json:"signal,omitempty"`
		User    *int64    `json:"user_us,omitempty"`
		Sys     *int64    `json:"sys_us,omitempty"`
		MaxRSS  int64     `json:"maxrss_bytes,omitempty"`
		Text    string    `json:"text,omitempty"`
	}
	l := line{Seq: e.Seq, Time: e.Time.Format(time.RFC3339Nano), Kind: e.Kind, Run: e.Run, Stage: e.Stage, PID: e.PID,
		Channel: e.Channel, Signal: e.Signal, MaxRSS: e.MaxRSS, Text: e.Text}
	if e.Kind == EventExit {
		user, sys := e.User.Microseconds(), e.Sys.Microseconds()
		l.User, l.Sys = &user, &sys
		if e.Signal == "" {
			l.Code = &e.Code
		}
	}
	return json.Marshal(l)
}
