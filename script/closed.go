package script

import "weir/script/problem"

// alreadyClosed is what a run gives, before it starts anything, that would have what the script
// has closed.
func alreadyClosed(at problem.Origin, text, word string) error {
	return problem.New(at, "%s is closed", text).Hinted("close it once no run has it any more").Pointing(word)
}

func (l *lock) isClosed() bool           { return l.closed || l.of != nil && l.of.Closed }
func (m *messageChannel) isClosed() bool { return m.closed }
func (r *sharedRegion) isClosed() bool   { return r.Closed }

func (s *stream) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
