package watch

import "weir/ipc/kernel"

// peerOf finds who has the other side of what a party waits at: somebody else, where
// there is one, and the first process of a stage before those that it has started.
func (s *set) peerOf(waits int, side Side) (peer Peer) {
	for _, i := range s.holders[side.other()] {
		p := &s.parties[i]
		if i == waits || p.stage == outsider {
			continue
		}
		if peer == (Peer{}) || peer.Inner && p.parent < 0 {
			peer = Peer{p.stage, p.pid, p.parent >= 0}
		}
	}
	return peer
}

// Program is the name of the program that a process runs.
func Program(pid int) string { return kernel.Program(pid) }
