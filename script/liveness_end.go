//go:build linux || windows

package script

import (
	"os"

	"weir/ipc"
)

// release closes this state's own end of a side.
func (p *liveness) release(mode ipc.Mode) {
	if end := p.end(mode); *end != nil {
		(*end).Close()
		*end = nil
	}
}

// end is where this state's own end of a side is.
func (p *liveness) end(mode ipc.Mode) **os.File {
	if mode.Writes() {
		return &p.w
	}
	return &p.r
}
