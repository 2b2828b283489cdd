package edit

import (
	"io"
	"strings"
	"time"
)

const (
	escapeWait = 50 * time.Millisecond // for the rest of an escape sequence, or of a character
	pasteWait  = 2 * time.Second       // for the rest of a paste, before a note that it does not end
	outputWait = 5 * time.Millisecond  // between two showings of what others write, unless it is much
	paintWait  = 20 * time.Millisecond // between two paintings, however fast keys come
	muchOutput = 8 << 10               // bytes of others that are shown before the next key
	muchTyped  = 64 << 10              // bytes of keys that are read before the next painting
)

// loop edits until the input is finished, and alone writes to the screen meanwhile. Keys come first: a
// slow screen, and others that write much, do not delay them.
func (e *Editor) loop(s *session) error {
	e.screen.cols = 0
	e.measure()
	e.screen.freshRow()
	defer e.signals()()
	l := &schedule{changed: true}
	for !s.finished {
		now := time.Now()
		if l.output && !now.Before(l.due) {
			e.showOutput(l, now)
		}
		if l.changed && (now.Sub(l.painted) >= paintWait || !e.typed()) {
			e.measure() // SIGWINCH may come after the new size
			e.screen.paint(s.view())
			l.changed, l.painted = false, now
		}
		typed, woken, err := e.poll(l.timeout(&e.decoder, time.Now()))
		if err != nil {
			return err
		}
		if woken {
			e.wake.drain()
			if e.continued.Swap(false) {
				e.enterRawAgain()
			}
			l.output, l.changed = true, true
		}
		switch {
		case typed:
			if err := e.readKeys(s, l); err != nil {
				return err
			}
			l.read = time.Now()
		case e.decoder.waits() && time.Since(l.read) >= l.restWait(&e.decoder):
			e.expire(s)
			l.changed = true
		}
	}
	return nil
}

// schedule is what the loop has to do, and when it did what.
type schedule struct {
	changed bool      // the screen must be painted
	painted time.Time // when it last was
	output  bool      // others may have written
	due     time.Time // when that is to be shown
	read    time.Time // when keys were read last
}

// timeout is how long the loop may wait; negative is for ever.
func (l *schedule) timeout(d *decoder, now time.Time) time.Duration {
	wait := time.Duration(-1)
	sooner := func(d time.Duration) {
		if d = max(d, 0); wait < 0 || d < wait {
			wait = d
		}
	}
	if l.changed {
		sooner(paintWait - now.Sub(l.painted))
	}
	if l.output {
		sooner(l.due.Sub(now))
	}
	if d.waits() {
		sooner(l.restWait(d) - now.Sub(l.read))
	}
	return wait
}

// restWait is how long the rest of a key or a paste may take.
func (l *schedule) restWait(d *decoder) time.Duration {
	if d.pasting {
		return pasteWait
	}
	return escapeWait
}

// expire takes the bytes of a key that has not come whole as they are.
func (e *Editor) expire(s *session) {
	if e.decoder.pasting {
		e.decoder.stalled = true
		s.note = "a paste has begun and does not end; Ctrl-C gives it up"
		return
	}
	for !s.finished {
		k, ok := e.decoder.next(true)
		if !ok {
			return
		}
		s.press(k)
	}
}

// showOutput puts lines of others above the input.
func (e *Editor) showOutput(l *schedule, now time.Time) {
	lines, more := e.pendingLines(muchOutput)
	l.output, l.due = more, now
	if !more {
		l.due = now.Add(outputWait)
	}
	open := e.openLine()
	if len(lines) > 0 || open != e.screen.open {
		if len(lines) > 0 {
			e.screen.above(lines)
		}
		e.screen.open = open
		l.changed = true
		l.painted = time.Time{}
	}
}

// typed reports whether there are keys to be read.
func (e *Editor) typed() bool {
	typed, _, _ := e.poll(0)
	return typed
}

// readKeys reads what has been typed, but nothing behind the end of the input: that is for the program
// that runs next. Text that comes fast, as from a terminal without bracketed paste, is inserted at once.
func (e *Editor) readKeys(s *session, l *schedule) error {
	var buf [4096]byte
	var text strings.Builder
	defer func() { s.typed(text.String()) }()
	for read := 0; read < muchTyped; {
		n, err := e.read(buf[:min(e.decoder.wants(), len(buf))])
		switch {
		case err != nil:
			return io.EOF
		case n == 0:
			return nil
		}
		read += n
		e.decoder.feed(buf[:n])
		for k, ok := e.decoder.next(false); ok; k, ok = e.decoder.next(false) {
			l.changed = true
			if k.name == "" {
				text.WriteString(k.text)
				continue
			}
			s.typed(text.String())
			text.Reset()
			s.press(k)
			if s.finished || len(e.decoder.buf) == 0 {
				return nil
			}
		}
		if !e.typed() {
			return nil
		}
	}
	return nil
}
