package sample

import (
	"context"
	"sync"
	"time"

	"weir/runtime"
)

// The times between two looks, and between two frames. Above manyStages frames come more
// rarely.
const (
	lookEvery  = 20 * time.Millisecond
	frameEvery = 100 * time.Millisecond
	rareFrames = 250 * time.Millisecond
	manyStages = 100
)

// firstFrame is how long a run is looked at before its first frame.
const firstFrame = 30 * time.Millisecond

// mostShare is the part of one processor that looks take at most, besides what the view takes: they come more
// rarely where they take longer.
const mostShare = 0.03

// Feed has the newest frame of the newest run, for a reader that may be slow: it never keeps
// the sampler waiting.
type Feed struct {
	mu      sync.Mutex
	newest  *Frame
	skipped uint64
	peek    string        // the channel whose first bytes each frame has; empty is none
	news    chan struct{} // one is due where newest was not taken
	over    chan struct{} // closed behind the last frame
}

// NewFeed makes a feed. Run fills it.
func NewFeed() *Feed { return &Feed{news: make(chan struct{}, 1), over: make(chan struct{})} }

// put replaces the newest frame.
func (f *Feed) put(frame *Frame) {
	f.mu.Lock()
	if f.newest != nil {
		f.skipped++
	}
	frame.Skipped = f.skipped
	f.newest = frame
	f.mu.Unlock()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// Peek has each frame from now on show the first bytes of a channel; empty ends that.
func (f *Feed) Peek(channel string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.peek = channel
}

// peeked adds what the view wants to look at.
func (f *Feed) peeked(s *Sampler, frame *Frame) *Frame {
	f.mu.Lock()
	channel := f.peek
	f.mu.Unlock()
	if channel != "" {
		frame.Peek = s.Peek(channel)
	}
	return frame
}

// Next waits for a frame that was not taken yet. It gives nil behind the last one.
func (f *Feed) Next() *Frame {
	for last := false; ; {
		f.mu.Lock()
		frame := f.newest
		f.newest = nil
		f.mu.Unlock()
		if frame != nil || last {
			return frame
		}
		select {
		case <-f.news:
		case <-f.over:
			last = true
		}
	}
}

// Run samples the run that choose gives, until ctx ends. A run's last frame, which has its
// end, is always put, even if the run was over before it could be looked at.
func (f *Feed) Run(ctx context.Context, choose func() *runtime.Run) {
	defer close(f.over)
	var s *Sampler
	defer func() {
		if s != nil {
			s.Close()
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var due time.Time
	var told *runtime.Run // whose end was put
	end := func() {
		f.put(s.Last())
		told = s.run
		s.Close()
		s = nil
	}
	for {
		var over <-chan struct{}
		if s != nil {
			over = s.run.Done()
		}
		select {
		case <-ctx.Done():
			if s == nil {
				if run := choose(); run != nil && run != told {
					s = New(run)
				}
			}
			if s != nil && s.run.Ended() {
				end()
			}
			return
		case <-over:
			end()
			timer.Reset(0)
			continue
		case <-timer.C:
		}
		run := choose()
		if run != nil && run != told && (s == nil || s.run != run) {
			if s != nil {
				s.Close()
			}
			s, due = New(run), time.Now().Add(firstFrame)
		}
		if s == nil {
			timer.Reset(lookEvery)
			continue
		}
		begun := time.Now()
		if begun.Before(due) {
			s.Look()
		} else {
			frame := s.Frame()
			frame.keep(s.run)
			f.put(f.peeked(s, frame))
			due = begun.Add(s.every())
		}
		timer.Reset(max(lookEvery, s.cost.pause(), time.Since(begun)))
	}
}

// every is the time between two frames.
func (s *Sampler) every() time.Duration {
	if len(s.stages) > manyStages {
		return rareFrames
	}
	return frameEvery
}

// Last is the frame of a run that has ended.
func (s *Sampler) Last() *Frame {
	f := s.Frame()
	out, err := s.run.Wait()
	switch {
	case err != nil:
		f.Ended = err.Error()
	case out != nil:
		f.Ended, f.At = out.Why, out.Elapsed.Seconds()
	}
	f.Verdict = Judge(f)
	return f
}
