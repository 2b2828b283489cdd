package scarce

import (
	"errors"
	"syscall"
	"time"
)

// Patience makes a call again whose error passes. The zero value is ready for one call.
type Patience struct{ pauses int }

// How often a call is made again while the kernel lacks memory, and the pause before each.
const (
	maxPauses = 50
	pause     = 20 * time.Millisecond
)

// Again reports whether to make a call again that has ended with err: a signal came, or the
// kernel has no memory for a buffer just now. In the second case it sleeps first, and it
// gives up after a second.
func (p *Patience) Again(err error) bool {
	switch {
	case errors.Is(err, syscall.EINTR):
		return true
	case errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
		p.pauses++
		if p.pauses > maxPauses {
			return false
		}
		time.Sleep(pause)
		return true
	}
	return false
}
