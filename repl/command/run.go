package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"weir/repl"
	"weir/runtime"
	"weir/script"
)

// source is a script: what errors call it, and its text.
type source struct{ name, text string }

// examplePrefix is how a script inside the binary is named.
const examplePrefix = "example:"

// load reads a script: a file, "-" for standard input, "example:NAME".
func (f *face) load(name string) (source, error) {
	if short, ok := strings.CutPrefix(name, examplePrefix); ok {
		e, err := f.example(short)
		return source{name, e.Text}, err
	}
	if name == "-" {
		data, err := io.ReadAll(f.In)
		if err != nil {
			return source{}, fmt.Errorf("cannot read standard input: %w", cause(err))
		}
		return source{"stdin", string(data)}, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return source{}, fmt.Errorf("cannot read %s: %w", name, cause(err))
	}
	return source{name, string(data)}, nil
}

// cause is an error without its operation and path, where it has them.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func (f *face) runFile(name string, args []string, events string) error {
	s, err := f.load(name)
	if err != nil {
		return err
	}
	return f.runText(s, args, events)
}

// runText runs a script to its end. What went wrong is told here; the error
// carries the exit status only.
func (f *face) runText(s source, args []string, events string) error {
	script.LetHeapGrow()
	journal, finish, err := openEvents(f.Out, events)
	if err != nil {
		return err
	}
	ctx, stop := f.watchSignals(finish)
	defer stop()
	vm := script.New(script.Options{Args: args, Script: s.name, Stdin: f.In, Stdout: f.Out, Stderr: f.Err,
		Journal: journal, Context: ctx})
	if s.name == "-e" {
		repl.AddHelp(vm, repl.WidthOf(f.Out))
	}
	err = vm.Run(s.name, s.text)
	if end := vm.Close(); err == nil && end != nil {
		err = end
	}
	runtime.Shutdown()
	if end := finish(); err == nil && end != nil {
		err = end
	}
	f.report(err)
	if sig := signalStatus(ctx); sig != 0 {
		return statusFault(sig)
	}
	if status := script.Status(err); status != statusOK {
		return statusFault(status)
	}
	return nil
}

// report shows an error of a script, if there is one to show.
func (f *face) report(err error) {
	var exit *script.ExitError
	if err == nil || errors.As(err, &exit) {
		return
	}
	fmt.Fprintln(f.Err, err)
}

// eventsKept is how far the file may fall behind before events are lost.
const eventsKept = 1 << 16

// openEvents starts to write the journal to a file, a FIFO or, for "-", to out.
// finish waits until all is written. Without a name there is no journal.
func openEvents(out *os.File, name string) (*runtime.Journal, func() error, error) {
	if name == "" {
		return nil, func() error { return nil }, nil
	}
	closeFile := func() error { return nil }
	if name != "-" {
		var err error
		if out, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
			return nil, nil, fmt.Errorf("cannot write the events to %s: %w", name, cause(err))
		}
		closeFile = out.Close
	}
	journal := runtime.NewJournal(eventsKept)
	done := make(chan error, 1)
	_, cursor := journal.Snapshot()
	go func() { done <- runtime.WriteJSON(context.Background(), out, cursor) }()
	return journal, sync.OnceValue(func() error {
		journal.Close()
		if err := errors.Join(<-done, closeFile()); err != nil {
			return fmt.Errorf("cannot write the events: %w", err)
		}
		return nil
	}), nil
}

// endEvents has the journal's file end with the last events, if somebody takes them, where
// a signal ends weir.
func endEvents(finish func() error) {
	written := make(chan error, 1)
	go func() { written <- finish() }()
	select {
	case <-written:
	case <-time.After(endOfLua):
	}
}
