package runtime

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// Journal is a bounded ring of events, read by cursors that pull.
//
// Order: Publish gives each event its number and time under one lock; numbers
// have no gaps and times never go back. Every cursor sees the events in that
// order, each at most once. What one goroutine publishes stays in its order;
// between goroutines the lock decides.
//
// Loss: a publisher never waits for a reader. When the ring is full the oldest
// event is written over. A cursor that had not read it goes on with the oldest
// one kept, and Lost counts what it missed. A view that comes late begins with a
// Snapshot, which is kept beside the ring until the run's end and loses nothing.
//
// End: after Close the journal drops new events. Cursors read what is left and
// then get io.EOF.
//
// All methods may be called at the same time. A nil *Journal drops every event,
// and its cursors are at the end.
type Journal struct {
	mu     sync.Mutex
	size   uint64
	ring   []Event
	next   uint64        // number of the next event; the first is 1
	news   chan struct{} // closed at the next event or the end; nil while nobody waits
	closed bool
	state  snapshot
}

// NewJournal makes a journal that keeps the last capacity events, one at least.
// It allocates its ring at the first one.
func NewJournal(capacity int) *Journal {
	return &Journal{size: uint64(max(capacity, 1)), next: 1}
}

// Publish adds an event and gives it its number and time. It does not block.
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
		j.ring = make([]Event, j.size)
	}
	e.Seq, e.Time = j.next, time.Now()
	j.ring[j.next%j.size] = e
	j.next++
	j.state.update(&e)
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

// Cursor reads from the oldest event that is kept.
func (j *Journal) Cursor() *Cursor {
	if j == nil {
		return &Cursor{}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return &Cursor{journal: j, next: j.oldest()}
}

// CursorAt reads from the event numbered seq. If that one was written over, the
// cursor begins with the oldest kept and counts the others as lost. If it is
// still to come, the cursor waits for it.
func (j *Journal) CursorAt(seq uint64) *Cursor {
	return &Cursor{journal: j, next: max(seq, 1)}
}

// oldest is the number of the oldest event kept, or of the next; mu is held.
func (j *Journal) oldest() uint64 { return j.next - min(j.size, j.next-1) }

// Cursor is a reader's position in a journal. One goroutine uses it at a time.
type Cursor struct {
	journal *Journal
	next    uint64
	lost    uint64
}

// Lost is how many events were written over before this cursor read them.
func (c *Cursor) Lost() uint64 { return c.lost }

// TryNext gives the next event if there is one.
func (c *Cursor) TryNext() (Event, bool) {
	if c.journal == nil {
		return Event{}, false
	}
	c.journal.mu.Lock()
	defer c.journal.mu.Unlock()
	return c.tryNext()
}

// tryNext is TryNext; mu is held.
func (c *Cursor) tryNext() (Event, bool) {
	j := c.journal
	if c.next >= j.next {
		return Event{}, false
	}
	if oldest := j.oldest(); c.next < oldest {
		c.lost += oldest - c.next
		c.next = oldest
	}
	e := j.ring[c.next%j.size]
	c.next++
	return e, true
}

// Next blocks until there is an event, the journal was closed (io.EOF) or ctx
// ends (its error). An event that is there comes before either.
func (c *Cursor) Next(ctx context.Context) (Event, error) {
	for c.journal != nil {
		j := c.journal
		j.mu.Lock()
		e, ok := c.tryNext()
		closed := j.closed
		if !ok && !closed && j.news == nil {
			j.news = make(chan struct{})
		}
		news := j.news
		j.mu.Unlock()
		if ok {
			return e, nil
		}
		if closed {
			break
		}
		select {
		case <-news:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
	return Event{}, io.EOF
}

// WriteJSON writes the events as JSON lines until the journal is closed (no
// error), ctx ends or w fails. A line {"kind":"lost","count":n} stands for events
// that the cursor lost. All events read are written before it waits for more.
func WriteJSON(ctx context.Context, w io.Writer, c *Cursor) error {
	written := c.Lost()
	buffer := bufio.NewWriter(w)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	for {
		e, ok := c.TryNext()
		if !ok {
			if err := buffer.Flush(); err != nil {
				return err
			}
			var err error
			if e, err = c.Next(ctx); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
		if lost := c.Lost(); lost > written {
			fmt.Fprintf(buffer, "{\"kind\":\"lost\",\"count\":%d}\n", lost-written) // Flush reports an error
			written = lost
		}
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
}
