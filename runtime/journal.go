package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// Journal is a bounded ring of events, read by cursors that pull.
//
// Order: Publish numbers the events; every cursor sees them in that order, each
// at most once. Loss: a publisher never waits. When the ring is full the oldest
// event is written over; a cursor that had not read it goes on with the oldest
// one kept, and Lost tells it how many it missed. A reader that comes late takes
// a Snapshot first.
//
// A nil *Journal takes every event and keeps none.
type Journal struct {
	mu     sync.Mutex
	size   uint64
	ring   []Event
	next   uint64        // number of the next event; the first is 1
	news   chan struct{} // closed when there is an event or an end, where somebody waits
	closed bool
	live   map[stageKey]StageState
}

type stageKey struct {
	run   uint64
	stage string
}

// StageState is what a snapshot knows of one stage that runs.
type StageState struct {
	Run   uint64
	Stage string
	PID   int
	Since time.Time
}

// NewJournal makes a journal that keeps the last size events. It takes memory
// when the first one comes.
func NewJournal(size int) *Journal { return &Journal{size: uint64(max(size, 1)), next: 1} }

// Publish adds an event and gives it its number and time.
func (j *Journal) Publish(e Event) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return
	}
	if j.ring == nil {
		j.ring, j.live = make([]Event, j.size), map[stageKey]StageState{}
	}
	e.Seq, e.Time = j.next, time.Now()
	j.ring[j.next%j.size] = e
	j.next++
	switch e.Kind {
	case EventSpawn:
		j.live[stageKey{e.Run, e.Stage}] = StageState{e.Run, e.Stage, e.PID, e.Time}
	case EventExit:
		delete(j.live, stageKey{e.Run, e.Stage})
	}
	j.wake()
}

// wake frees the cursors that wait; mu is held.
func (j *Journal) wake() {
	if j.news != nil {
		close(j.news)
		j.news = nil
	}
}

// Close ends the journal: cursors read what is left, then io.EOF.
func (j *Journal) Close() {
	if j == nil {
		return
	}
	j.mu.Lock()
	j.closed = true
	j.wake()
	j.mu.Unlock()
}

// Snapshot gives the stages that run, and a cursor at the first event after
// that moment.
func (j *Journal) Snapshot() ([]StageState, *Cursor) {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]StageState, 0, len(j.live))
	for _, s := range j.live {
		list = append(list, s)
	}
	return list, &Cursor{journal: j, next: j.next}
}

// Cursor reads a journal from the oldest event kept. One goroutine uses it at a
// time.
func (j *Journal) Cursor() *Cursor { return &Cursor{journal: j, next: 1} }

// Cursor is a reader's place in a journal.
type Cursor struct {
	journal *Journal
	next    uint64
	lost    uint64
}

// Lost is how many events were written over before this cursor read them.
func (c *Cursor) Lost() uint64 { return c.lost }

// TryNext gives the next event if there is one.
func (c *Cursor) TryNext() (Event, bool) {
	c.journal.mu.Lock()
	defer c.journal.mu.Unlock()
	return c.take()
}

func (c *Cursor) take() (Event, bool) {
	j := c.journal
	if c.next >= j.next {
		return Event{}, false
	}
	if oldest := j.next - min(j.size, j.next-1); c.next < oldest {
		c.lost += oldest - c.next
		c.next = oldest
	}
	e := j.ring[c.next%j.size]
	c.next++
	return e, true
}

// Next blocks until there is an event, the journal was closed (io.EOF) or ctx
// ends.
func (c *Cursor) Next(ctx context.Context) (Event, error) {
	for {
		c.journal.mu.Lock()
		e, ok := c.take()
		closed := c.journal.closed
		if !ok && !closed && c.journal.news == nil {
			c.journal.news = make(chan struct{})
		}
		news := c.journal.news
		c.journal.mu.Unlock()
		if ok {
			return e, nil
		}
		if closed {
			return Event{}, io.EOF
		}
		select {
		case <-news:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}

// WriteJSON writes the events as JSON lines until the journal is closed or ctx
// ends. Where the cursor lost some, a line says how many.
func WriteJSON(ctx context.Context, w io.Writer, c *Cursor) error {
	told := c.Lost()
	encoder := json.NewEncoder(w)
	for {
		e, err := c.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if lost := c.Lost(); lost > told {
			if _, err := fmt.Fprintf(w, "{\"kind\":\"lost\",\"count\":%d}\n", lost-told); err != nil {
				return err
			}
			told = lost
		}
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
}
