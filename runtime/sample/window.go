package sample

import "time"

// looks are the counts of what was seen in one slice of the window.
type looks struct {
	span                                     time.Duration
	seen, runs, reads, writes, locks, sleeps int // rests are among the sleeps
	rests                                    int
	ran, ready                               time.Duration
	cpu                                      time.Duration // of the whole tree
	read, written                            int64
}

func (l *looks) add(o looks) {
	l.span += o.span
	l.seen, l.runs, l.reads = l.seen+o.seen, l.runs+o.runs, l.reads+o.reads
	l.writes, l.locks, l.sleeps = l.writes+o.writes, l.locks+o.locks, l.sleeps+o.sleeps
	l.rests += o.rests
	l.ran, l.ready, l.cpu = l.ran+o.ran, l.ready+o.ready, l.cpu+o.cpu
	l.read, l.written = l.read+o.read, l.written+o.written
}

// seen is what one look found a stage to do.
type seen struct {
	state State
	on    int    // index of the channel; -1 is none
	fd    int    // -1 is none
	opens string // the path of the FIFO whose other side nobody has opened yet
}

// window is the last slices, of which the oldest are dropped.
type window[T any] struct{ slices []T }

// push adds a slice, and drops the oldest if more than keep are there.
func (w *window[T]) push(v T, keep int) {
	w.slices = append(w.slices, v)
	if over := len(w.slices) - keep; over > 0 {
		w.slices = append(w.slices[:0], w.slices[over:]...)
	}
}

// sum is that of all slices.
func sum(w window[time.Duration]) (whole time.Duration) {
	for _, d := range w.slices {
		whole += d
	}
	return whole
}

// shares are parts of a window that add up to 1.
type shares struct{ own, starved, pushed, locked, ready float64 }

// share divides a window among what a stage did in it. What it ran the kernel has counted,
// and for how long it waited for a processor, too. The rest it waited, which the looks
// divide: they see a stage that is woken very often nearly always as running. What neither
// explains goes to the side whose channel is fuller.
func (l *looks) share(inputEmpty, outputFull float64) (s shares) {
	if l.span <= 0 {
		return shares{own: 1}
	}
	part := func(d time.Duration) float64 { return min(1, max(0, float64(d)/float64(l.span))) }
	s.own = part(max(l.ran, l.cpu))
	s.ready = min(1-s.own, part(l.ready))
	rest := 1 - s.own - s.ready
	waited := l.reads + l.writes + l.locks + l.sleeps
	if waited > 0 && l.seen > 0 {
		explained := min(rest, float64(waited)/float64(l.seen))
		each := explained / float64(waited)
		s.starved, s.pushed = each*float64(l.reads), each*float64(l.writes)
		s.locked, s.own = each*float64(l.locks), s.own+each*float64(l.sleeps)
		rest -= explained
	}
	switch {
	case rest <= 0:
	case outputFull == 0 && inputEmpty == 0 && waited == 0:
		s.own += rest
	case outputFull == 0 && inputEmpty == 0:
		s.scale(1 / (1 - rest))
	case outputFull >= inputEmpty:
		s.pushed += rest
	default:
		s.starved += rest
	}
	return s
}

func (s *shares) scale(by float64) {
	s.own, s.starved, s.pushed, s.locked, s.ready = s.own*by, s.starved*by, s.pushed*by, s.locked*by, s.ready*by
}
