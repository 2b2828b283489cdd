package sample

import (
	"slices"

	"weir/ipc"
)

// Frame is a run at one moment, and over the window of time before it.
type Frame struct {
	Seq      uint64       `json:"seq"`    // from 1, without gaps
	At       float64      `json:"at"`     // seconds since the run began
	Window   float64      `json:"window"` // seconds that rates and shares are of
	Run      uint64       `json:"run"`
	Stages   []StageNow   `json:"stages"`   // in the order of the plan
	Channels []ChannelNow `json:"channels"` // in the order of the plan
	Locks    []LockNow    `json:"locks"`
	Regions  []RegionNow  `json:"regions"`
	Verdict  Verdict      `json:"verdict"`
	Deadlock string       `json:"deadlock,omitempty"` // who waits for whom, where no stage can go on
	Ended    string       `json:"ended,omitempty"`    // why the run has ended; empty while it goes on
	Sampler  float64      `json:"sampler"`            // the share of one processor that looking takes in the weir
	View     float64      `json:"view"`               // that of the view, where it is a process of its own
	Skipped  uint64       `json:"skipped"`            // frames that the view was too slow for
	Peek     *Peek        `json:"peek,omitempty"`     // where the view asks for it
}

// Has reports whether the run has a channel of that name.
func (f *Frame) Has(channel string) bool {
	return slices.ContainsFunc(f.Channels, func(c ChannelNow) bool { return c.Channel == channel })
}

// Peek is the first bytes that a channel holds. They are still in it.
type Peek struct {
	Channel  string   `json:"channel"`
	Bytes    []byte   `json:"bytes,omitempty"` // of a channel of messages those of all that are shown
	Messages [][]byte `json:"messages,omitempty"`
	Absent   string   `json:"absent,omitempty"` // why there are none to be seen
}

// State says what a stage does.
type State string

// The states, and how a stage comes by them.
const (
	Starts  State = "starts"  // its process is not there yet
	Rests   State = "rests"   // it has ended, and is to be started again after a while
	Runs    State = "runs"    // on a processor
	Ready   State = "ready"   // it waits for a processor
	Reads   State = "reads"   // in a read that waits: On is empty
	Writes  State = "writes"  // in a write that waits: On is full
	Locks   State = "locks"   // it waits for a lock or at a futex that others share
	Sleeps  State = "sleeps"  // it sleeps, or waits for what weir does not see
	Stopped State = "stopped" // by a signal
	Ended   State = "ended"
	Opaque  State = "opaque" // weir may not look, as at a set-user-ID program
)

// StageNow is one stage, or one relay of weir's own. The five shares are of the window,
// and their sum is 1, or 0 of one that is opaque.
type StageNow struct {
	Stage string `json:"stage"`
	Text  string `json:"text,omitempty"` // as the script has it
	Relay bool   `json:"relay"`
	PID   int    `json:"pid"`
	TID   int    `json:"tid"` // of a relay or thread, which is a part of weir's process
	State State  `json:"state"`
	On    string `json:"on,omitempty"`    // the channel or lock that it waits for
	FD    int    `json:"fd"`              // the descriptor at which it waits; -1 is none
	Opens string `json:"opens,omitempty"` // the path of the FIFO that it waits to open

	Own     float64 `json:"own"`     // it ran, slept outside of the topology, or rested
	Rested  float64 `json:"rested"`  // the part of Own in which it rested before a restart
	Starved float64 `json:"starved"` // it waited for input
	Pushed  float64 `json:"pushed"`  // it waited to write
	Locked  float64 `json:"locked"`  // it waited for a lock
	Ready   float64 `json:"ready"`   // it waited for a processor

	CPU      float64 `json:"cpu"`  // processors in use, of all its processes
	Used     float64 `json:"used"` // seconds of processor time so far
	RSS      int64   `json:"rss"`  // resident memory of all its processes, bytes
	Threads  int     `json:"threads"`
	Restarts int     `json:"restarts"`
	End      string  `json:"end,omitempty"` // how it has ended, also before it rests: "exit 0", "SIGTERM"
	Exact    bool    `json:"exact"`         // weir counts what it does, instead of asking now and then

	Inputs  []string `json:"inputs,omitempty"`
	Outputs []string `json:"outputs,omitempty"` // its channels
}

// ChannelNow is one channel of a run.
type ChannelNow struct {
	Channel     string   `json:"channel"`
	Kind        ipc.Kind `json:"kind"`
	Fill        int64    `json:"fill"` // what it holds, in Unit; -1 is not known
	Cap         int64    `json:"cap"`  // what it can hold; -1 is not known
	Unit        string   `json:"unit,omitempty"`
	Rate        float64  `json:"rate"`             // bytes in a second; -1 is not known
	Total       int64    `json:"total"`            // bytes since the first look, all if Exact; -1 is not known
	Messages    int64    `json:"messages"`         // that have gone through so far, as weir has counted; -1 is not known
	MessageRate float64  `json:"message_rate"`     // of those in a second; -1 is not known
	Full        float64  `json:"full"`             // share of the looks in which it was full to nine tenths
	Empty       float64  `json:"empty"`            // share of those in which it held nothing
	Exact       bool     `json:"exact"`            // Rate and Total were counted by weir
	Source      string   `json:"source,omitempty"` // where they come from, if not
	Readers     int      `json:"readers"`
	Writers     int      `json:"writers"`
	From        []string `json:"from,omitempty"`
	To          []string `json:"to,omitempty"` // the stages at its ends
}

// LockNow is one lock that a run uses.
type LockNow struct {
	Name    string   `json:"name"`
	Kind    ipc.Kind `json:"kind"`
	Value   int      `json:"value"` // of a semaphore; of a barrier those that have come; of an event 1 if it is set
	Holder  string   `json:"holder,omitempty"`
	Waiters []string `json:"waiters,omitempty"`
}

// RegionNow is one region that a run uses.
type RegionNow struct {
	Name   string     `json:"name"`
	Bytes  int64      `json:"bytes"`
	Fields []FieldNow `json:"fields,omitempty"` // the first of its layout, if it has one
	More   int        `json:"more,omitempty"`   // fields that it has besides
}

// FieldNow is one field of a region.
type FieldNow struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Text string `json:"text"` // its value
}

// The units of what a channel holds.
const (
	Bytes    = "bytes"
	Messages = "messages"
)

// Verdict says who holds the others up.
type Verdict struct {
	Stage    string `json:"stage"`         // the stage; empty if there is none
	Why      string `json:"why,omitempty"` // in a word or two: "computes", "sleeps or waits outside", ...
	Sentence string `json:"sentence,omitempty"`
	Advice   string `json:"advice,omitempty"` // what would help; may be empty
}
