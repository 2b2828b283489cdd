package runtime

import (
	"time"

	"weir/runtime/plan"
)

// Why a run or a stage ended.
const (
	WhyExit        = "exit"        // every stage exited by itself
	WhySignal      = "signal"      // a signal ended a stage
	WhyTimeout     = "timeout"     // its time was up
	WhyInterrupted = "interrupted" // weir was told to stop it
	WhyDeadlock    = "deadlock"    // no stage of a cycle could go on
)

// Result is how a run has ended.
type Result struct {
	OK       bool // no stage and no output of a relay failed, and nothing stopped the run
	Why      string
	Elapsed  time.Duration
	Deadlock *DeadlockError // that was found, also if it did not end the run
	Stages   []StageResult

	Unwritten *plan.Error // a relay could not write to one of its outputs, and went on with the others
}

// StageResult is how one stage has ended, wait4(2).
type StageResult struct {
	Name      string
	PID       int
	Code      int           // exit status, if no signal ended it
	Signal    string        // "SIGTERM"; empty if it exited by itself
	User, Sys time.Duration // negative is not known
	MaxRSS    int64         // peak memory in bytes; 0 is not known
	MostRSS   int64         // the upper bound of a MaxRSS that is not known; 0 is not known
	Why       string
	Restarts  int  // how often it was started again
	GaveUp    bool // it failed once more than it may be started again
	Failed    bool // a writer that SIGPIPE ended because its reader left has not failed
}
