package runtime

import (
	"fmt"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
)

// NoPeerError says that a FIFO waits for somebody to open its other side. It is a notice:
// another program may still come.
type NoPeerError struct {
	Path string   // as it was written
	Mode ipc.Mode // of the side that waits
}

func (e *NoPeerError) Error() string {
	return fmt.Sprintf("%s: waits for somebody to open it for %s", plan.Visible(e.Path), sideVerb(!e.Mode.Writes()))
}

// NoPeerAfter is how long a FIFO waits without a notice.
const NoPeerAfter = 2 * time.Second

// noticeNoPeer has the caller told, once for each FIFO, that a step waits for its other
// side. opened ends that.
func (s *starter) noticeNoPeer(step *plan.Step) (opened func()) {
	if s.run.opts.Lonely == nil || s.run.opts.Deadlock == DeadlockOff {
		return func() {}
	}
	timer := time.AfterFunc(NoPeerAfter, func() {
		s.mu.Lock()
		noticed := s.noticed[step.ChannelIndex] || s.run.startCtx.Err() != nil
		s.noticed[step.ChannelIndex] = true
		s.mu.Unlock()
		if !noticed {
			s.run.opts.Lonely(&NoPeerError{s.plan.Channels[step.ChannelIndex].Channel.Path, step.Mode})
		}
	})
	return func() { timer.Stop() }
}
