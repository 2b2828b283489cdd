package runtime

import (
	"weir/ipc"
	"weir/runtime/plan"
)

// solePipeEnd reports whether nobody else has this side of this pipe.
func solePipeEnd(p *plan.Plan, end *plan.PlannedEnd) bool {
	if p.Channels[end.Channel].Kind != ipc.KindPipe {
		return false
	}
	n := 0
	for _, e := range p.Topology.Ends {
		if e.Channel == p.Channels[end.Channel].Name && e.Mode.Writes() == end.Mode.Writes() {
			n++
		}
	}
	return n == 1
}

// feedsReader reports whether somebody else reads what the stage writes: SIGPIPE can mean
// that the reader left.
func feedsReader(p *plan.Plan, st *plan.PlannedStage) bool {
	for _, end := range st.Ends {
		c := &p.Channels[end.Channel]
		switch {
		case !end.Mode.Writes():
		case c.Kind == ipc.KindPipe || c.Kind == ipc.KindFIFO || c.Kind == ipc.KindUnix || c.Kind == ipc.KindTCP:
			return true
		case c.Kind == ipc.KindStandard && isPipe(standardFile(c.Channel)):
			return true
		}
	}
	return false
}
