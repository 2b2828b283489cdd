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
func (f *face) drawn(v *view.View, m *top.Model) error {
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
func (f *face) chosen(m *top.Model, o topOptions) error {
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
	return f.topProcess(out.Chosen, o)
}

// topScriptDrawn runs a script in a process of its own, and shows it on the terminal. The process is a
// session of its own, whose terminal is the view's.
func (f *face) topScriptDrawn(args []string, o topOptions) error {
	t, err := terminal.Open()
	if err != nil {
		return fmt.Errorf("top: %w", err)
	}
	defer t.Close()
	c, ours, err := f.scriptFor(args)
	if err != nil {
		return err
	}
	c.Stdin, c.Stdout, c.Stderr = f.In, f.Out, f.Err
	r, err := t.Start(c, [3]bool{luaio.IsTerminal(f.In), luaio.IsTerminal(f.Out), luaio.IsTerminal(f.Err)})
	if err != nil {
		return err
	}
	c.ExtraFiles[0].Close()
	v, err := view.Attach(ours)
	if err != nil { // it has ended at once: what it printed says why
		return f.ended(r.Finish())
	}
	m := f.model(v, o)
	out, err := t.Show(context.Background(), m, terminal.Source{View: v, Printed: r.Printed(), Refuse: r.Refuse, Resized: r.Resized,
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
	end := f.ended(r.Finish())
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
func (f *face) topHere(ctx context.Context, run uint64) error {
	t, err := terminal.Open()
	if err != nil {
		return err
	}
	defer t.Close()
	_, err = f.showHere(ctx, t, terminal.Source{Run: run}, "job")
	return err
}

// showHere shows a run of this process, until ctx ends or the user leaves the view.
func (f *face) showHere(ctx context.Context, t *terminal.Terminal, s terminal.Source, title string) (out terminal.Outcome, err error) {
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
	return t.Show(ctx, f.model(s.View, topOptions{}), s)
}

// screen is the terminal as watch(t) has it.
type screen struct {
	*face
	on     *terminal.Terminal
	output terminal.Output
	title  string
}

// screenOf gives the terminal to watch(t), if there is one.
func (f *face) screenOf(title string) func() (script.Screen, error) {
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
		return &screen{f, t, o, title}, nil
	}
}

func (s *screen) Output() *os.File { return s.output.File() }

func (s *screen) Show(ctx context.Context, run uint64) (interrupted bool, err error) {
	out, err := s.showHere(ctx, s.on, terminal.Source{Run: run, Printed: s.output.Printed(), Resized: s.output.Resized}, s.title)
	s.output.Left()
	return out.Interrupted, err
}

func (s *screen) Close() error {
	s.output.Close()
	return s.on.Close()
}
