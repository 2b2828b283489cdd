package runtime

import (
	"fmt"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
)

// UnmetError says that a FIFO waits for somebody to open its other side. It is no
// fault: whoever does may still come.
type UnmetError struct {
	Path string   // as it was written
	Mode ipc.Mode // of the side that waits
}

func (e *UnmetError) Error() string {
	return fmt.Sprintf("%s: waits for somebody to open it for %s", plan.Visible(e.Path), sideVerb(!e.Mode.Writes()))
}

// UnmetAfter is how long a FIFO waits without a word.
const UnmetAfter = 2 * time.Second

// tellUnmet tells, once for each FIFO, that a step waits for its other side. met ends
// that.
func (s *starter) tellUnmet(step *plan.Step) (met func()) {
	if s.run.opts.Unmet == nil || s.run.opts.Deadlock == DeadlockOff {
		return func() {}
	}
	timer := time.AfterFunc(UnmetAfter, func() {
		s.mu.Lock()
		told := s.unmet[step.ChannelIndex] || s.run.startCtx.Err() != nil
		s.unmet[step.ChannelIndex] = true
		s.mu.Unlock()
		if !told {
			s.run.opts.Unmet(&UnmetError{s.plan.Channels[step.ChannelIndex].Channel.Path, step.Mode})
		}
	})
	return func() { timer.Stop() }
}
