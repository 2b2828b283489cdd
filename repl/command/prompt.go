package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"weir/repl"
	"weir/repl/edit"
	"weir/repl/help"
	"weir/runtime/guard"
	"weir/script"
	"weir/script/luaio"
)

// prompt is weir without a script; events names what takes the journal of its runs.
func (f *face) prompt(events string) error {
	p := &repl.Prompt{Out: f.out, Err: f.errs, JSON: f.json}
	how := f.reading()
	interactive := how != fromFile
	var editor repl.Interruptible
	if interactive {
		var err error
		if editor, err = f.promptEditor(p, how); err != nil {
			return err
		}
		fmt.Fprintf(f.out, "weir %s. A topology runs when it is entered: \"ls\" | \"sort -r\". Ctrl-D ends.\n",
			script.Version)
	}
	script.LetHeapGrow()
	inputs := &inputs{unattended: !interactive}
	opts := script.Options{Script: "weir", Stdin: f.In, Stdout: f.Out, Stderr: f.Err, Interactive: true,
		Shares: !interactive, JobControl: interactive, OwnRow: p.OwnRow}
	jobs, stop := jobOutput(editor)
	defer stop()
	opts.JobOutput = jobs
	out := io.Writer(f.out)
	if jobs != nil { // lines of events do not break into the one that is edited
		out = jobs
	}
	journal, finish, err := openEvents(out, events)
	if err != nil {
		return err
	}
	opts.Journal, inputs.finish = journal, finish
	begins, shut := f.letWatch("the prompt")
	defer shut()
	opts.Asked = func() { fmt.Fprint(f.errs, whereAll()) }
	asked := io.Writer(f.errs)
	if jobs != nil && luaio.IsTerminal(f.Err) { // above the line that is edited
		asked = jobs
	}
	tellWhere(asked)
	opts.Begins, opts.Screen = begins, viewer{f: f}.screenOf("the prompt")
	vm := script.New(opts)
	if !interactive {
		editor = repl.NewFileEditor(vm.Stdin())
	}
	defer editor.Close()
	inputs.editor = editor
	defer inputs.watch(vm.Suspend)()
	f.out.Before, f.errs.Before = p.OwnRow, p.OwnRow
	p.VM, p.Editor, p.Interactive, p.Context = vm, editor, interactive, inputs.begin
	help.Add(vm, p.Width)
	p.Examples = f.examples()
	p.Draw = func(e repl.Example) error { return f.graph(source{e.Name, e.Text}, nil, "text") }
	if interactive {
		p.Top = viewer{f: f}.topHere
		p.Configure()
	}
	status := p.Run()
	f.reported = append(f.reported, p.Reported()...)
	status = max(status, f.report(p.Lost()), f.report(vm.Close()))
	guard.Shutdown()
	status = max(status, f.report(finish()))
	if status != statusOK {
		return statusFault(status)
	}
	return nil
}

// jobOutput is where jobs write: above the line that is edited. Where none is, or no
// terminal can be had for it, it is nil.
func jobOutput(editor repl.Editor) (jobs *os.File, stop func()) {
	if above, ok := editor.(io.Writer); ok {
		if jobs, stop, err := repl.NewJobOutput(above); err == nil {
			return jobs, stop
		}
	}
	return nil, func() {}
}

// How lines are read.
type reading int

const (
	fromFile reading = iota // nobody types them
	plainly                 // somebody does whose terminal, or whose screen reader, wants plain lines
	edited
)

// reading finds out how.
func (f *face) reading() reading {
	if !luaio.IsTerminal(f.In) || !luaio.IsTerminal(f.Out) {
		return fromFile
	}
	if term := os.Getenv("TERM"); f.plain || term == "" || term == "dumb" {
		return plainly
	}
	return edited
}

// editor reads inputs that are not edited.
func (f *face) editor(how reading) (repl.Interruptible, error) {
	if how == plainly {
		return repl.NewPlainTerminal(f.In, f.out)
	}
	return repl.NewPlainEditor(f.In), nil
}

// promptEditor reads the prompt's.
func (f *face) promptEditor(p *repl.Prompt, how reading) (repl.Interruptible, error) {
	if how != edited {
		return f.editor(how)
	}
	return repl.NewLineEditor(f.In, f.Out, f.errs, edit.Options{
		Complete: p.Complete,
		Paint:    repl.Paint,
		Colours:  func() bool { return os.Getenv("NO_COLOR") == "" && p.Colours() },
		Vi:       p.Vi,
		Asked:    whereAll,
	})
}

// inputs gives every input a context that Ctrl-C ends.
type inputs struct {
	editor repl.Interruptible
	mu     sync.Mutex
	cancel context.CancelFunc // of the input that is evaluated, else nil
	ended  chan struct{}      // closed when that input has ended
	over   bool               // a signal has ended the session
	finish func() error       // ends the journal's file

	unattended bool // nobody types: every signal ends the session, as it ends a shell that reads a file
}

// begin starts an input. Once the session is over none starts any more. A Ctrl-C that came since the
// input was entered ends it.
func (in *inputs) begin() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	in.mu.Lock()
	over, ended := in.over, make(chan struct{})
	in.cancel, in.ended = cancel, ended
	in.mu.Unlock()
	if in.editor.Interrupted() {
		cancel()
	}
	if over {
		select {} // the process is about to end
	}
	return ctx, func() {
		in.mu.Lock()
		in.cancel = nil
		in.mu.Unlock()
		cancel()
		close(ended)
	}
}

// end is the end of the session by a signal. The input that is evaluated is interrupted before
// its stages are, so that none of its waits takes their end for the end of an input.
func (in *inputs) end(signals <-chan os.Signal) {
	in.mu.Lock()
	in.over = true
	cancel, ended := in.cancel, in.ended
	in.mu.Unlock()
	if cancel != nil {
		cancel()
		awaitRuns(signals, ended)
	}
}

// interrupt ends the input that is evaluated, or gives up the one that is read where
// the terminal makes Ctrl-C a signal. Where nobody types, the session is what is given up.
func (in *inputs) interrupt() (ends bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.cancel != nil {
		in.cancel()
	} else {
		ends = in.editor.Interrupt()
	}
	return ends
}

// watch ends the input at SIGINT and SIGQUIT, and the session at SIGTERM and SIGHUP. A SIGTSTP
// that reaches weir came before the run that it is for had the terminal.
func (in *inputs) watch(suspend func()) (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, append(notIgnored(), suspendSignals...)...)
	go func() {
		for s := range signals {
			if slices.Contains(suspendSignals, s) {
				suspend()
				continue
			}
			if in.unattended || s != os.Interrupt && s != syscall.SIGQUIT || in.interrupt() {
				in.end(signals)
				in.editor.Close()
				guard.Shutdown()
				endEvents(in.finish)
				sig, _ := s.(syscall.Signal)
				os.Exit(statusOf(sig))
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}
