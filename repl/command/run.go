package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"weir/repl"
	"weir/repl/help"
	"weir/runtime"
	"weir/runtime/guard"
	"weir/script"
	"weir/script/luaio"
	"weir/script/syntax"
)

// source is a script: what errors call it, and its text.
type source struct{ name, text string }

// examplePrefix is how a script inside the binary is named.
const examplePrefix = "example:"

// load reads a script: a file, "-" for standard input, "example:NAME".
func (f *face) load(name string) (source, error) {
	if short, ok := strings.CutPrefix(name, examplePrefix); ok {
		e, err := f.examples.named(short)
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
	journal, finish, err := openEvents(f.out, events)
	if err != nil {
		return err
	}
	ctx, watch, stop := f.watchSignals(finish)
	defer stop()
	begins, shut := f.letWatch(s.name)
	defer shut()
	screen := viewer{f: f}.screenOf(s.name)
	if f.view > 0 { // its runs are shown already
		screen = script.NoScreen
	}
	vm := script.New(script.Options{Args: args, Script: s.name, Stdin: f.In, Stdout: f.Out, Stderr: f.Err,
		Journal: journal, Context: ctx, Screen: screen, Begins: func() {
			watch()
			begins()
		}, Suspended: suspend})
	if s.name == "-e" {
		help.Add(vm, func() int { return repl.WidthOf(f.Out) })
	}
	status := f.report(vm.Run(s.name, s.text))
	if end := f.report(vm.Close()); status == statusOK {
		status = end
	}
	guard.Shutdown()
	if end := f.report(finish()); status == statusOK {
		status = end
	}
	if sig := signalStatus(ctx); sig != 0 {
		status = sig
	}
	if status != statusOK {
		return statusFault(status)
	}
	return nil
}

// report shows an error, and gives the exit status that it means. What says where in a
// script it arose stands as it is.
func (f *face) report(err error) int {
	var exit *script.ExitError
	var lost *luaio.WriteError
	var placed *syntax.Error
	switch {
	case err == nil || errors.As(err, &exit):
	case errors.As(err, &lost):
		f.losses.add(lost)
	case errors.As(err, &placed):
		f.reported = append(f.reported, placed.Message)
		fmt.Fprintln(f.errs, f.errorText(err))
	default:
		f.say("weir: %v", err)
	}
	return script.Status(err)
}

// errorText writes an error as wide as the terminal that shows it.
func (f *face) errorText(err error) string {
	if luaio.IsTerminal(f.Err) {
		return repl.ErrorText(err, repl.WidthOf(f.Err))
	}
	return err.Error()
}

// losses are the standard streams that have not taken what was written to them: the first
// error of each.
type losses []*luaio.WriteError

func (l *losses) add(err error) {
	var lost *luaio.WriteError
	if errors.As(err, &lost) && !slices.ContainsFunc(*l,
		func(e *luaio.WriteError) bool { return e.Stream == lost.Stream }) {
		*l = append(*l, lost)
	}
}

// lost tells of the output that was lost, by scripts or by weir itself, and reports
// whether any was.
func (f *face) lost() bool {
	f.losses.add(f.out.Lost())
	f.losses.add(f.errs.Lost())
	for _, err := range f.losses {
		// The error that ended a script may have said it.
		if !slices.ContainsFunc(f.reported, func(message string) bool { return strings.Contains(message, err.Error()) }) {
			fmt.Fprintln(f.errs, "weir:", err)
		}
	}
	return len(f.losses) > 0
}

// eventsKept is how far the file may fall behind before events are lost.
const eventsKept = 1 << 16

// openEvents starts to write the journal to a file, a FIFO or, for "-", to out.
// finish waits until all is written. Without a name there is no journal.
func openEvents(out io.Writer, name string) (*runtime.Journal, func() error, error) {
	if name == "" {
		return nil, func() error { return nil }, nil
	}
	closeFile := func() error { return nil }
	if name != "-" {
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return nil, nil, fmt.Errorf("write the events to %s: %w", name, cause(err))
		}
		out, closeFile = file, file.Close
	}
	journal := runtime.NewJournal(eventsKept)
	done := make(chan error, 1)
	_, cursor := journal.Snapshot()
	go func() { done <- runtime.WriteJSON(context.Background(), out, cursor) }()
	return journal, sync.OnceValue(func() error {
		journal.Close()
		if err := errors.Join(<-done, closeFile()); err != nil {
			if name == "-" {
				return err
			}
			return fmt.Errorf("write the events to %s: %w", name, cause(err))
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
