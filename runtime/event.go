package runtime

import (
	"bytes"
	"encoding/json"
	"time"

	"weir/ipc"
)

// EventKind says what happened.
type EventKind string

// The kinds of event, and the fields that each may set beside Seq, Time, Kind
// and Run.
const (
	EventRun      EventKind = "run"      // a run begins: Graph
	EventUse      EventKind = "use"      // it has what was there before it: Channel, Mechanism, Capacity, Text its path
	EventCreate   EventKind = "create"   // a channel was made: Channel, Mechanism, Capacity, Text its path
	EventOpen     EventKind = "open"     // a file or FIFO was opened: Stage, Channel, Mode, FD, Text its path
	EventSpawn    EventKind = "spawn"    // a stage runs: Stage, PID, TID of a thread or relay, Text its program
	EventClose    EventKind = "close"    // weir closed its copy of an end: Stage, Channel, Mode
	EventSignal   EventKind = "signal"   // weir sent a signal: Signal, Stage where it was for one only
	EventStop     EventKind = "stop"     // weir stops a run or a stage: Stage, Text why
	EventExit     EventKind = "exit"     // a stage ended: Stage, PID, Code or Signal, User, Sys, MaxRSS
	EventRestart  EventKind = "restart"  // a stage is to be started again: Stage, Text how it ended
	EventReady    EventKind = "ready"    // a stage says that it is ready: Stage
	EventDeadlock EventKind = "deadlock" // no stage of a cycle can go on: Text who waits for whom
	EventUnlink   EventKind = "unlink"   // a name was removed: Channel, Text its path
	EventError    EventKind = "error"    // a step failed: Text
	EventEnd      EventKind = "end"      // nothing of the run is left: Text its why
)

// Event is one thing that happened. It is flat: fields that a kind does not use are zero.
type Event struct {
	Seq       uint64 // from 1, without gaps
	Time      time.Time
	Kind      EventKind
	Run       uint64
	Stage     string
	PID       int
	TID       int // of a stage that is a thread of weir's own process
	Channel   string
	Mechanism ipc.Kind
	Capacity  int64  // in bytes of a pipe or region, in messages of a channel of messages; 0 is not known, or none
	Mode      string // "r", "w" or "a", as fopen(3) has it
	FD        int    // the stage's descriptor; it means something beside Mode only
	Code      int    // of an exit without a signal
	Signal    string // of an exit by a signal, or one that was sent
	User, Sys time.Duration
	MaxRSS    int64 // bytes
	Text      string
	Graph     json.RawMessage // as weir graph --format json has it, with coordinates
}

// eventLine is an event as one line of JSON. Fields whose zero means something are
// pointers.
type eventLine struct {
	Seq       uint64          `json:"seq"`
	Time      string          `json:"time"` // RFC 3339 with nanoseconds
	Kind      EventKind       `json:"kind"`
	Run       uint64          `json:"run,omitempty"`
	Stage     string          `json:"stage,omitempty"`
	PID       int             `json:"pid,omitempty"`
	TID       int             `json:"tid,omitempty"`
	Channel   string          `json:"channel,omitempty"`
	Mechanism ipc.Kind        `json:"mechanism,omitempty"`
	Capacity  int64           `json:"capacity,omitempty"`
	Mode      string          `json:"mode,omitempty"`
	FD        *int            `json:"fd,omitempty"`
	Code      *int            `json:"code,omitempty"`
	Signal    string          `json:"signal,omitempty"`
	User      *int64          `json:"user_us,omitempty"`
	Sys       *int64          `json:"sys_us,omitempty"`
	MaxRSS    int64           `json:"maxrss_bytes,omitempty"`
	Text      string          `json:"text,omitempty"`
	Graph     json.RawMessage `json:"graph,omitempty"`
}

// MarshalJSON writes the fields that the kind uses; durations in µs, memory in
// bytes.
func (e Event) MarshalJSON() ([]byte, error) {
	l := eventLine{Seq: e.Seq, Time: e.Time.Format(time.RFC3339Nano), Kind: e.Kind, Run: e.Run, Stage: e.Stage, PID: e.PID,
		TID: e.TID, Channel: e.Channel, Mode: e.Mode, Signal: e.Signal, MaxRSS: e.MaxRSS, Text: e.Text,
		Mechanism: e.Mechanism, Capacity: e.Capacity, Graph: e.Graph}
	switch e.Kind {
	case EventOpen:
		if e.Mode != "" && e.Stage != "" {
			l.FD = &e.FD
		}
	case EventExit:
		if user, sys := e.User.Microseconds(), e.Sys.Microseconds(); e.User >= 0 {
			l.User, l.Sys = &user, &sys
		}
		if e.Signal == "" {
			l.Code = &e.Code
		}
	}
	return marshalPlain(l)
}

// marshalPlain is json.Marshal that leaves <, > and & as they are: its output is for
// terminals and programs, not for HTML.
func marshalPlain(v any) ([]byte, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
