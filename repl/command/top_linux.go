package command

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"weir/repl/top"
	"weir/repl/top/terminal"
	"weir/repl/view"
	"weir/script"
	"weir/script/luaio"
)

// endsWithThis has a process end with this one, prctl(2).
func endsWithThis(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }

// drawn shows a view on the terminal until its user leaves it.
func (w viewer) drawn(v *view.View, m *top.Model) error {
	t, err := terminal.Open()
	if err != nil {
		return fmt.Errorf("top: %w", err)
	}
	defer t.Close()
	out, err := t.Show(context.Background(), m, terminal.Source{View: v, Signals: notIgnored()})
	if err == nil && out.Signal != 0 {
		return statusFault(statusOf(out.Signal))
	}
	return err
}

// chosen shows the weir that the user chooses.
func (w viewer) chosen(m *top.Model) error {
	t, err := terminal.Open()
	if err != nil {
		return fmt.Errorf("top: which weir? weir ps lists them: weir top PID; %w", err)
	}
	defer t.Close()
	out, err := t.Show(context.Background(), m, terminal.Source{Signals: notIgnored()})
	switch {
	case err != nil:
		return err
	case out.Signal != 0:
		return statusFault(statusOf(out.Signal))
	case out.Chosen == 0:
		return nil
	}
	return w.topProcess(out.Chosen)
}

// topScriptDrawn runs a script in a process of its own, and shows it on the terminal. The process is a
// session of its own, whose terminal is the view's.
func (w viewer) topScriptDrawn(args []string) error {
	t, err := terminal.Open()
	if err != nil {
		return fmt.Errorf("top: %w", err)
	}
	defer t.Close()
	c, ours, err := scriptFor(args)
	if err != nil {
		return err
	}
	c.Stdin, c.Stdout, c.Stderr = w.f.In, w.f.Out, w.f.Err
	r, err := t.Start(c, [3]bool{luaio.IsTerminal(w.f.In), luaio.IsTerminal(w.f.Out), luaio.IsTerminal(w.f.Err)})
	if err != nil {
		return err
	}
	c.ExtraFiles[0].Close()
	v, err := view.Attach(ours)
	if err != nil { // it has ended at once: what it printed says why
		return endOf(r.Finish())
	}
	m := w.model(v)
	m.Owner = luaio.IsTerminal(w.f.In)
	out, err := t.Show(context.Background(), m, terminal.Source{View: v, Printed: r.Printed(), Refuse: r.Refuse,
		Resized: r.Resized,
		Signals: notIgnored()})
	v.Close()
	switch {
	case out.Signal != 0 && out.Signal != syscall.SIGINT:
		r.Stop(syscall.SIGTERM)
	case out.Interrupted || out.Signal != 0:
		r.Interrupt()
	case out.Refused != "" || err != nil:
		r.Stop(syscall.SIGTERM)
	}
	end := endOf(r.Finish())
	switch {
	case err != nil:
		return err
	case out.Refused != "":
		return fmt.Errorf("top: %s", out.Refused)
	case out.Signal != 0:
		return statusFault(statusOf(out.Signal))
	}
	return end
}

// topHere shows a run of this process on its terminal, until ctx ends or the user leaves the view.
func (w viewer) topHere(ctx context.Context, run uint64) error {
	t, err := terminal.Open()
	if err != nil {
		return err
	}
	defer t.Close()
	_, err = w.showHere(ctx, t, terminal.Source{Run: run}, "job")
	return err
}

// showHere shows a run of this process, until ctx ends or the user leaves the view.
func (w viewer) showHere(ctx context.Context, t *terminal.Terminal, s terminal.Source, title string) (
	out terminal.Outcome, err error) {
	ours, theirs, err := view.PairHere()
	if err != nil {
		return out, err
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan struct{})
	go func() {
		defer close(served)
		(&view.Server{Script: title}).Serve(ctx, theirs)
	}()
	defer func() {
		cancel()
		<-served
	}()
	if s.View, err = view.Attach(ours); err != nil {
		return out, err
	}
	defer s.View.Close()
	if err = t.Hold(); err != nil {
		return out, err
	}
	return t.Show(ctx, w.model(s.View), s)
}

// screen is the terminal as watch(t) has it.
type screen struct {
	viewer
	on     *terminal.Terminal
	output terminal.Output
	title  string
}

// screenOf gives the terminal to watch(t), if there is one.
func (w viewer) screenOf(title string) func() (script.Screen, error) {
	return func() (script.Screen, error) {
		t, err := terminal.Open()
		if err != nil {
			return nil, err
		}
		o, err := t.Output()
		if err != nil {
			t.Close()
			return nil, err
		}
		return &screen{w, t, o, title}, nil
	}
}

func (s *screen) Files() [3]*os.File { return s.output.Files() }

func (s *screen) Show(ctx context.Context, run uint64) (interrupted bool, err error) {
	source := terminal.Source{Run: run, Printed: s.output.Printed(), Refuse: s.output.Refuse, Resized: s.output.Resized}
	out, err := s.showHere(ctx, s.on, source, s.title)
	s.output.Left()
	if out.Refused != "" {
		err = script.Refused(out.Refused)
	}
	return out.Interrupted, err
}

func (s *screen) Close() error {
	s.output.Close()
	return s.on.Close()
}
