package plan

import (
	"context"
	"os"
	"time"

	"weir/ipc"
	"weir/runtime/relay"
)

// Topology is a two-sided graph: stages run, channels carry or hold, ends attach the one
// to the other. It is pure data: nothing runs until its plan is started.
type Topology struct {
	Stages   []Stage
	Channels []Channel
	Ends     []End
}

// Stage is one thing that runs: an OS process, or a function on an OS thread of
// this process where Thread or Relay is set.
type Stage struct {
	Name    string        // unique in its topology
	Argv    []string      // program and arguments, exact; Argv[0] is looked up as execvp(3) does
	Env     []string      // changes to the run's environment: "K=V" sets, "K" removes
	Dir     string        // working directory; "" is the run's own
	Timeout time.Duration // the stage is stopped after this long; 0 is no limit
	Thread  ThreadFunc    // runs instead of Argv
	Relay   func() Relay  // makes what runs instead of Argv; it is weir's own, and no stage of the result
	Restart *Restart      // how often it is started again; nil is never. Not of a thread or relay
	Limits  Limits        // what the process may use
	Ready   *Ready        // its readers start when it is ready; nil starts them at once
	Closed  []int         // of the descriptors 0 to 2, those that it has not; it inherits the others
	Origin  string        // "file:line" of the expression that made it, for errors
	Text    string        // as the user wrote it, for drawings and bash
}

// ThreadFunc is the body of a thread stage. It owns the files, which it is given by
// descriptor number, and closes them. It returns an exit status as a process has it, and
// soon after ctx ends.
type ThreadFunc func(ctx context.Context, files map[int]*os.File) int

// Relay moves what the kernel alone cannot move as the topology wants it, in one run. What it
// says of itself any goroutine may ask while it works.
type Relay struct {
	// Move owns its files as a ThreadFunc does. Its error ends the run, but for that of outputs
	// without which it went on: lost is told of each as soon as it fails.
	Move  func(ctx context.Context, files map[int]*os.File, lost func(*relay.Fault)) error
	Ports []relay.Port // by descriptor: what has gone through

	// Waits gives the descriptors it waits for, any of which is enough; nil while it works.
	// Nobody knows the waits of a relay without it.
	Waits func() []int
	Turns func() uint64 // of one that wakes now and then while it waits: how many waits it has begun
}

// Restart says when a stage that has exited is started again. Its channels stay open
// meanwhile: its neighbours see no end of file and no broken pipe.
type Restart struct {
	Always  bool          // after an exit with 0 too
	Max     int           // so many times within Within, then it has failed; 0 is no limit
	Within  time.Duration // 0 is the whole run
	Backoff time.Duration // before the first start again; doubled for each that follows
}

// Limits are those of setrlimit(2); 0 leaves what weir itself has.
type Limits struct {
	CPU    time.Duration // RLIMIT_CPU, in whole seconds
	Memory int64         // RLIMIT_AS, bytes
	Files  int           // RLIMIT_NOFILE
}

// Ready says how a stage reports that it is ready: by a line in Channel, a pipe whose read
// end is weir's own. The stage writes the line at FD. Where FD is 0 a relay writes it,
// which reads the stage's output.
type Ready struct {
	FD      int
	Channel string
}

// Inside reports whether the stage runs in this process.
func (s *Stage) Inside() bool { return s.Thread != nil || s.Relay != nil }

// Channel is one thing that carries or holds bytes or messages.
type Channel struct {
	Name     string // unique in its topology
	Kind     ipc.Kind
	Path     string   // of a file or FIFO
	Capacity int      // of a pipe, in bytes; 0 lets weir choose
	Data     []byte   // what a memory channel, or a pipe with room for it, holds at first
	Loop     bool     // closes a cycle that is meant
	WayOut   string   // of such a cycle: what would help where none of its stages can go on
	Either   bool     // a stage with both ends keeps the one that it uses first
	Create   bool     // a FIFO is made by the run, and unlinked at its end
	There    bool     // such a FIFO has been made already
	Made     bool     // a file that is read is made by a stage that starts before its reader
	Perm     uint32   // permission bits of what is created
	FD       int      // of a standard channel: weir's own descriptor
	File     *os.File // is open already, or stands in for FD of a standard channel; the caller closes it

	// Connect makes a connection, when its run starts: it waits for the client, or the server, until
	// ctx ends. The run closes what it gives.
	Connect func(ctx context.Context) (*os.File, error)

	Liveness string // of a pipe whose ends show who has a channel of messages: that channel
	Call     string // of a channel that is open already: how it was made

	// What such a channel, or a lock or a region, holds now; each may be nil.
	Stat   func() (ipc.Stat, error)         // of a channel of messages
	Peek   func(most int) ([][]byte, error) // its next messages, which stay there
	Lock   func() (ipc.LockState, error)
	Region func(most int) (ipc.RegionState, error) // so many of its fields

	Origin string
}

// Adopted reports whether no step makes or opens the channel: it is the caller's and open already, or
// comes about by Connect.
func (c *Channel) Adopted() bool {
	return c.Kind == ipc.KindStandard || c.File != nil || c.Connect != nil
}

// End attaches a stage to a channel at a descriptor. An end without a stage is
// weir's own: Run.File gives it to the caller.
type End struct {
	Stage    string
	Channel  string
	Mode     ipc.Mode
	FD       int
	Replaced bool // another end has taken the descriptor since: this one is opened for the stage, and closed again
}
