package plan

import (
	"slices"
	"time"

	"weir/ipc"
)

// Plan is what a run does, decided before any of it is done.
type Plan struct {
	Topology *Topology
	Stages   []PlannedStage
	Channels []PlannedChannel // those of the topology, then the standard streams
	Steps    []Step
	Own      []PlannedEnd // of this process itself

	// CanDeadlock is set where its stages and pipes form a cycle.
	CanDeadlock bool

	// Timeout stops the run after this long; 0 is no limit. The caller sets it before Start.
	Timeout time.Duration
}

// PlannedStage is a stage with its program found and its descriptors laid out.
type PlannedStage struct {
	*Stage
	Path string   // of the program
	Env  []string // whole; stages that change nothing share one slice
	Dir  string   // absolute
	Ends []PlannedEnd

	Replaced []PlannedEnd // opened before the stage starts, and closed: others have their descriptors
}

// AllEnds are the stage's ends, those that others have replaced first.
func (st *PlannedStage) AllEnds() []PlannedEnd {
	if len(st.Replaced) == 0 {
		return st.Ends
	}
	return slices.Concat(st.Replaced, st.Ends)
}

// PlannedEnd is a descriptor of a stage; a stage has no others.
type PlannedEnd struct {
	Channel int // index in Plan.Channels
	Mode    ipc.Mode
	FD      int
}

// Side is one side of a channel, of one stage's own or shared by all (stage Everyone).
type Side struct {
	Channel int // index in Plan.Channels
	Writes  bool
	Stage   int
}

// Everyone stands for all stages in a Side.
const Everyone = -1

// Side is the side of a channel at which the end is.
func (e PlannedEnd) Side(stage int) Side { return Side{e.Channel, e.Mode.Writes(), stage} }

// Side is the side of a channel that the step opens or closes.
func (s *Step) Side(stage int) Side { return Side{s.ChannelIndex, s.Mode.Writes(), stage} }

// Other is the other side of the same channel.
func (s Side) Other() Side { return Side{s.Channel, !s.Writes, s.Stage} }

// PlannedChannel is a channel with its size and its absolute path.
type PlannedChannel struct {
	*Channel
	Path     string
	Capacity int // of a pipe, in bytes; 0 is the system's own
}

// Op is what one step of a plan does.
type Op string

// The operations, in the order in which a channel or stage meets them.
const (
	OpCreate Op = "create" // make a channel that has no name, or a name
	OpOpen   Op = "open"   // open a file or FIFO for one end
	OpSpawn  Op = "spawn"  // start a stage with exactly the descriptors listed
	OpRelay  Op = "relay"  // start one that moves bytes inside weir
	OpClose  Op = "close"  // close weir's own copy of an end
	OpUnlink Op = "unlink" // remove a name
)

// Step is one thing that a run does to a stage or channel. Args say how, in the words of
// the system call.
type Step struct {
	Op      Op       `json:"op"`
	Stage   string   `json:"stage,omitempty"`
	Channel string   `json:"channel,omitempty"`
	Args    []string `json:"args,omitempty"`

	StageIndex   int      `json:"-"`
	ChannelIndex int      `json:"-"`
	Mode         ipc.Mode `json:"-"`
	OutsidePeer  bool     `json:"-"` // the other side of this FIFO is not in the topology: open(2) waits for it
}

// Error says why a topology cannot be run, before anything is started.
type Error struct {
	Stage, Channel string
	Origin         string // "file:line" of what is at fault
	Word           string // what to point at in that line
	Message        string
	Hint           string // the way out
	Err            error  // of a relay, what it ended with
}

func (e *Error) Unwrap() error { return e.Err }

func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}
