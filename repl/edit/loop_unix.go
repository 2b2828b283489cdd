//go:build unix

package edit

import (
	"io"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	escapeWait = 50 * time.Millisecond // for the rest of an escape sequence, or of a character
	pasteWait  = 2 * time.Second       // for the rest of a paste, until it is said that it does not end
	outputWait = 5 * time.Millisecond  // between two showings of what others write, unless there is much
	paintWait  = 20 * time.Millisecond // without a picture, however fast keys come
	muchOutput = 8 << 10               // is shown at once, in bytes; keys come between
	muchTyped  = 64 << 10              // is read at once, in bytes; the screen comes between
)

// loop edits until the input is finished. Nobody else touches the screen
// meanwhile. Keys come first: a screen that is slow, and others that write much, do
// not keep them waiting.
func (e *Editor) loop(s *session) error {
	e.screen.cols = 0
	e.measure()
	e.screen.freshRow()
	defer e.signals()()
	l := &pace{changed: true}
	for !s.finished {
		now := time.Now()
		if l.output && !now.Before(l.due) {
			e.showOutput(l, now)
		}
		if l.changed && (now.Sub(l.painted) >= paintWait || !e.typed()) {
			e.measure() // the signal may come later than the new size
			e.screen.paint(s.view())
			l.changed, l.painted = false, now
		}
		typed, woken, err := e.poll(l.patience(&e.decoder, time.Now()))
		if err != nil {
			return err
		}
		if woken {
			e.wake.drain()
			if e.continued.Swap(false) {
				e.takeAgain()
			}
			l.output, l.changed = true, true
		}
		switch {
		case typed:
			if err := e.readKeys(s, l); err != nil {
				return err
			}
			l.read = time.Now()
		case e.decoder.waits() && time.Since(l.read) >= l.rest(&e.decoder):
			e.late(s)
			l.changed = true
		}
	}
	return nil
}

// pace is when the loop did what, and what there is to be done.
type pace struct {
	changed bool      // the screen is to be painted
	painted time.Time // when it was
	output  bool      // others may have written
	due     time.Time // when that is to be shown
	read    time.Time // when keys were read
}

// patience is how long the loop may wait for what comes, negative for ever.
func (l *pace) patience(d *decoder, now time.Time) time.Duration {
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
		sooner(l.rest(d) - now.Sub(l.read))
	}
	return wait
}

// rest is how long the rest of what has begun may take.
func (l *pace) rest(d *decoder) time.Duration {
	if d.pasting {
		return pasteWait
	}
	return escapeWait
}

// late takes what has begun as it is: nothing more comes of it.
func (e *Editor) late(s *session) {
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

// showOutput has lines of others shown above the input.
func (e *Editor) showOutput(l *pace, now time.Time) {
	lines, more := e.takePending(muchOutput)
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

// typed tells whether there are keys to be read.
func (e *Editor) typed() bool {
	typed, _, _ := e.poll(0)
	return typed
}

// poll waits for keys, or to be woken.
func (e *Editor) poll(wait time.Duration) (typed, woken bool, err error) {
	timeout := -1
	if wait >= 0 {
		timeout = int((wait + time.Millisecond - 1) / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(e.inFD), Events: unix.POLLIN}, {Fd: int32(e.wake.r), Events: unix.POLLIN}}
	_, err = unix.Poll(fds, timeout)
	if err == unix.EINTR {
		return false, false, nil
	}
	return fds[0].Revents != 0, fds[1].Revents != 0, err
}

// readKeys reads what has been typed, but nothing of what stands behind the end of
// the input: that stays for whoever runs then. Text that comes fast, as a terminal
// without bracketed paste sends it, is put in as one.
func (e *Editor) readKeys(s *session, l *pace) error {
	var buf [4096]byte
	var text strings.Builder
	defer func() { s.typed(text.String()) }()
	for read := 0; read < muchTyped; {
		n, err := unix.Read(e.inFD, buf[:min(e.decoder.wants(), len(buf))])
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			return nil
		case err != nil || n <= 0:
			return io.EOF
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
