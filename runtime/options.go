package runtime

import (
	"encoding/json"
	"time"

	"weir/runtime/plan"
)

// Options say how Start runs a plan. With the zero value the run has no terminal and no
// journal, and stops at a deadlock.
type Options struct {
	Journal    *Journal                         // is told of what happens; may be nil
	Drawn      func(*plan.Plan) json.RawMessage // draws the run for the journal; may be nil
	Foreground bool                             // lend the run weir's terminal
	Background bool                             // the caller may wait for the end before it has used its own ends
	Suspend    bool                             // the terminal's Ctrl-Z stops the run, and Continue goes on with it
	Asked      func()                           // is called at Ctrl-T, where Suspend is set; may be nil
	Suspended  func()                           // Ctrl-Z has stopped a run without Suspend, which then goes on
	Grace      time.Duration                    // between SIGTERM and SIGKILL; 0 is DefaultGrace
	Deadlock   OnDeadlock                       // what is done when no stage can go on
	Told       func(*DeadlockError)             // is told of a deadlock that is only reported; may be nil
	Stopping   func(r *Run, why string)         // is called before the first signal that ends the run; may be nil
	Lonely     func(error)                      // is told of a NoPeerError or a NotReadyError; may be nil
	Unwritten  func(*plan.Error)                // is told of an output at which a relay failed; may be nil
}

func (o *Options) grace() time.Duration {
	if o.Grace > 0 {
		return o.Grace
	}
	return DefaultGrace
}

// OnDeadlock says what is done when no stage of a cycle can go on.
type OnDeadlock int

const (
	DeadlockStop   OnDeadlock = iota // stop the run, with an error that says who waits for whom
	DeadlockReport                   // say it once, as an event, and let it be
	DeadlockOff                      // do not look
)
