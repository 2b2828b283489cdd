//go:build !linux

package ipc

// WaitKind says for what a published wait waits.
type WaitKind uint32

const (
	WaitMessage WaitKind = iota + 1 // for a message of who holds a write end of the presence
	WaitRoom                        // for room, by who holds a read end of the presence
)

// Wait is a wait without a limit.
type Wait struct {
	Kind           WaitKind
	Presence       FileID
	Named          FileID
	Fill, Capacity int
}

// Published is a wait that others would see; nobody looks here.
type Published struct{ Party uint32 }

// Show publishes nothing here.
func (p *Published) Show(Wait) {}

// End takes nothing back.
func (p *Published) End() {}
