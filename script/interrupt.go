package script

import (
	"context"
	"os"
	"slices"
	"time"

	"weir/runtime"
)

// interruptName is the signal that Ctrl-C is.
const interruptName = "SIGINT"

// noticed is how long weir may take to notice a signal.
const noticed = 100 * time.Millisecond

// endedByKey reports whether a key of the terminal's, Ctrl-C or Ctrl-\, has ended a stage.
func endedByKey(out *runtime.Result) bool {
	byKey := func(s runtime.StageResult) bool { return runtime.EndsByKey(s.Signal) }
	return out != nil && slices.ContainsFunc(out.Stages, byKey)
}

// endedByCtrlC reports whether the terminal's Ctrl-C has ended a stage of a run that it
// was lent to.
func endedByCtrlC(out *runtime.Result) bool {
	byCtrlC := func(s runtime.StageResult) bool { return s.Signal == interruptName }
	return out != nil && slices.ContainsFunc(out.Stages, byCtrlC)
}

// interrupt has this process get the Ctrl-C that a run got in its place, having had the
// terminal: it is for the script, too, though that may not look at how the run ended. A
// shell's loop ends like this as well.
func interrupt(ctx context.Context) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil || self.Signal(os.Interrupt) != nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(noticed):
	}
}
