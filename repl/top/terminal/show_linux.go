package terminal

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/repl/top"
	"weir/repl/view"
	"weir/runtime/sample"
)

// Outcome is why a view has left.
type Outcome struct {
	Interrupted bool           // by Ctrl-C
	Signal      syscall.Signal // that has ended it; 0 is none
	Refused     string         // why what is shown cannot have this view
	Chosen      int            // the weir that the user has chosen
}

// Source is what a view shows.
type Source struct {
	View    *view.View                       // nil while a weir is to be chosen
	Run     uint64                           // 0 is the newest
	Printed <-chan []byte                    // what the run prints, where it prints to this terminal
	Refuse  func(*sample.Frame) (why string) // says why the run cannot have this view; may be nil
	Resized func(cols, rows int)             // may be nil
	Signals []os.Signal                      // those that end the view
}

// escapeWait is how long the rest of a key may take, and drawWait how long news of the run may wait for
// more of them. A key is answered at once.
const (
	escapeWait = 50 * time.Millisecond
	drawWait   = 20 * time.Millisecond
)

// drawShare is the part of one processor that drawing takes at most, besides what keys ask for.
const drawShare = 0.015

// silence is how long no frame comes from a weir that does not answer. Where one is busy they come rarely.
const silence = 5 * time.Second

// Show shows a view until its user leaves it, or ctx ends. It leaves the terminal raw, with its usual
// screen: Restore ends that.
func (t *Terminal) Show(ctx context.Context, m *top.Model, s Source) (out Outcome, err error) {
	defer t.mend()
	if err := t.enter(); err != nil {
		return out, err
	}
	defer t.leave()
	l := &loop{Terminal: t, Source: s, m: m, screen: top.Screen{Colours: t.Colours}}
	stop := make(chan struct{})
	typed := t.read(stop)
	defer func() {
		close(stop)
		for range typed { // until the reader has ended
		}
	}()
	signals := make(chan os.Signal, 4)
	heeded := append([]os.Signal{syscall.SIGWINCH, syscall.SIGCONT}, s.Signals...)
	if l.stoppable = len(s.Signals) > 0 && !signal.Ignored(syscall.SIGTSTP); l.stoppable { // else the prompt's
		heeded = append(heeded, syscall.SIGTSTP)
	}
	signal.Notify(signals, heeded...)
	defer signal.Stop(signals)
	frames := l.frames(stop)
	silent := time.NewTimer(silence)
	defer silent.Stop()
	l.resize()
	for !l.left {
		l.draw()
		select {
		case b, ok := <-typed:
			if !ok {
				return l.Outcome, nil // the terminal has gone
			}
			l.keys(append(l.rest, b...), false)
		case <-l.late:
			l.keys(l.rest, true)
		case line, ok := <-frames:
			if !ok {
				frames = nil
				m.Gone()
			} else {
				l.take(line)
				silent.Reset(silence)
			}
			l.soon()
		case <-silent.C:
			m.Silent()
			l.soon()
		case b, ok := <-s.Printed:
			if !ok {
				s.Printed = nil
				break
			}
			m.Print(b)
			l.soon()
		case sig := <-signals:
			l.signal(sig)
		case <-l.due:
			l.due, l.waits = nil, false
		case <-ctx.Done():
			return l.Outcome, nil
		}
	}
	return l.Outcome, nil
}

// loop is a view that is shown.
type loop struct {
	*Terminal
	Source
	Outcome
	m      *top.Model
	screen top.Screen
	cols   int
	rows   int
	rest   []byte           // of a key that has not come whole
	late   <-chan time.Time // when that is taken as it is
	due    <-chan time.Time // when to draw
	waits  bool             // not to draw before that
	left   bool

	stoppable bool          // Ctrl-Z suspends the view
	suspended bool          // SIGCONT has not come yet: the terminal is its shell's
	drew      time.Duration // the processor time of the last drawing
}

// frames asks for frames, and sends what comes.
func (l *loop) frames(stop <-chan struct{}) <-chan *view.Line {
	if l.View == nil {
		return nil
	}
	lines := make(chan *view.Line)
	if l.View.Ask(view.Request{Do: view.Watch, Run: l.Run}) != nil {
		close(lines)
		return lines
	}
	go func() {
		defer l.mend()
		defer close(lines)
		for {
			line, err := l.View.Next()
			if err != nil {
				return
			}
			select {
			case lines <- line:
			case <-stop:
				return
			}
		}
	}()
	return lines
}

func (l *loop) take(line *view.Line) {
	switch {
	case line.Frame != nil:
		l.m.Take(line.Frame)
		if l.Refuse == nil {
			return
		}
		if why := l.Refuse(line.Frame); why != "" {
			l.Refused, l.left = why, true
		}
	case line.Script != nil:
		l.m.Script(*line.Script)
	case line.Answer != nil && line.Answer.Error != "":
		l.m.Say(line.Answer.Error)
	}
}

// soon draws after a while, together with what comes meanwhile.
func (l *loop) soon() {
	if l.due == nil {
		l.due = time.After(max(drawWait, time.Duration(float64(l.drew)/drawShare)))
	}
	l.waits = true
}

// draw draws what has changed.
func (l *loop) draw() {
	if l.waits || l.suspended {
		return
	}
	begun := sample.ProcessTime()
	if text := l.screen.Update(l.m.Draw(l.cols, l.rows)); text != "" {
		_, _ = l.file.WriteString(text)
	}
	l.drew = sample.ProcessTime() - begun
}

func (l *loop) resize() {
	l.cols, l.rows = l.size()
	if l.Resized != nil {
		l.Resized(l.cols, l.rows)
	}
}

func (l *loop) signal(sig os.Signal) {
	switch sig {
	case syscall.SIGTSTP: // which does what SIGSTOP does, with the terminal as it was
		l.Restore()
		l.suspended = true
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	case syscall.SIGCONT: // the shell had the terminal
		_ = l.enter()
		l.suspended = false
		l.screen.Forget()
		l.resize()
	case syscall.SIGWINCH:
		l.resize()
	default:
		l.Signal, _ = sig.(syscall.Signal)
		l.left = true
	}
	l.waits = false
}

// suspend stops this process as SIGTSTP does, if a shell is there to let it go on.
func (l *loop) suspend() {
	own, _ := unix.Getsid(0)
	parents, _ := unix.Getsid(os.Getppid())
	if !l.stoppable || own != parents {
		l.m.Say("Ctrl-Z cannot suspend this view; q leaves it")
		return
	}
	l.signal(syscall.SIGTSTP)
}

// keys does what keys ask for.
func (l *loop) keys(b []byte, late bool) {
	list, rest := top.Keys(b, late)
	l.rest, l.late, l.waits = rest, nil, false
	if len(rest) > 0 {
		l.late = time.After(escapeWait)
	}
	for _, k := range list {
		for _, q := range l.m.Press(k) {
			l.ask(q)
		}
		if l.left {
			return
		}
	}
}

func (l *loop) ask(q view.Request) {
	switch q.Do {
	case top.Leaves:
		l.left = true
	case top.Interrupts:
		l.left, l.Interrupted = true, true
	case top.Redraws:
		l.screen.Forget()
	case top.Suspends:
		l.suspend()
	case top.Chooses:
		l.left, l.Chosen = true, int(q.Run)
	default:
		if l.View == nil || l.View.Ask(q) != nil {
			l.m.Say("the weir that runs it has ended")
		}
	}
}
