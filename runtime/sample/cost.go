package sample

import (
	"time"

	"weir/runtime"
)

// cost is the processor time that looking takes: what this process uses besides its relays and threads, since the
// looks themselves are less than half of it. The rest is waking up for them, and sending frames.
type cost struct {
	whole   window[time.Duration] // a slice each
	n       int                   // looks in this slice
	looks   time.Duration         // what they took
	last    time.Duration         // what the last one took
	process time.Duration         // used by this process when the slice began
	waits   bool                  // no script of this process ran then
	beside  time.Duration         // what a look takes besides
}

// usuallyBeside is what a look takes besides as long as that cannot be measured.
const usuallyBeside = 250 * time.Microsecond

// newCost begins the first slice.
func newCost() cost {
	return cost{process: ProcessTime(), waits: runtime.ScriptsWait(), beside: usuallyBeside}
}

// of counts a look.
func (c *cost) of(look func()) {
	c.last = spent(look)
	c.looks += c.last
	c.n++
}

// endSlice ends a slice, in which relays and threads have run for so long. What looks take besides is measured
// while neither they nor a script run: these wake up other threads, too.
func (c *cost) endSlice(span, others time.Duration) {
	process, waits := ProcessTime(), runtime.ScriptsWait()
	if c.waits && waits && others < span/100 {
		c.beside += (max(0, process-c.process-others-c.looks)/time.Duration(c.n) - c.beside) / windowSlices
	}
	c.whole.push(c.looks+time.Duration(c.n)*c.beside, windowSlices)
	c.process, c.waits, c.looks, c.n = process, waits, 0, 0
}

// share is that of one processor. No more looks come than one in lookEvery, though a run may last less.
func (c *cost) share(span time.Duration) float64 {
	return float64(sum(c.whole)) / float64(max(span, lookEvery))
}

// pause is how long no look may come after the last one, so that all take at most mostShare.
func (c *cost) pause() time.Duration { return time.Duration(float64(c.last+c.beside) / mostShare) }
