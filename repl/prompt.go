package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/complete"
	"weir/repl/config"
	"weir/repl/edit"
	"weir/repl/input"
	"weir/runtime"
	"weir/script"
	"weir/script/syntax"
)

// Prompt is a session: inputs share one Lua state.
type Prompt struct {
	VM     *script.VM
	Editor Editor
	Out    io.Writer
	Err    io.Writer
	// Interactive says that somebody types: jobs are announced, and :quit warns of those that run.
	Interactive bool
	// JSON says that values are printed as JSON, one on a line.
	JSON bool
	// Context gives the context of one input, which Ctrl-C ends.
	Context func() (context.Context, context.CancelFunc)

	Examples examples              // what :examples lists
	Draw     func(e Example) error // draws what an example runs; nil if it cannot
	// Top shows a run on the terminal, until ctx ends or its user leaves the view; nil if it cannot.
	Top func(ctx context.Context, run uint64) error

	session  session
	locals   locals
	hinted   map[string]bool // inputs whose value had a hint
	config   *config.Config
	values   []lua.LValue // that the last input has shown
	lost     error        // of writing an input's output
	reported []string     // the errors that were shown
	row      atomic.Int32 // whose the terminal's row is: rowOwn, rowUsed or rowShared
}

// Programs that write to the terminal may leave its cursor behind their text.
const (
	rowOwn    int32 = iota // no: the row is empty, or weir's
	rowUsed                // they may have
	rowShared              // they may at any time: an input is evaluated
)

// OwnRow goes to a row of its own before weir writes to a terminal that programs write to, too. It
// may be called from any goroutine.
func (p *Prompt) OwnRow() {
	e, ok := p.Editor.(interface{ FreshRow() })
	if !ok || !p.row.CompareAndSwap(rowUsed, rowOwn) && p.row.Load() != rowShared {
		return
	}
	e.FreshRow()
}

// Lost returns the error of writing an input's output, also of a script that :run ran.
func (p *Prompt) Lost() error { return p.lost }

// Reported gives the errors of inputs that were shown.
func (p *Prompt) Reported() []string { return p.reported }

// Run reads and evaluates until the end of input or os.exit. It returns the exit status, which at
// the end of a file is that of the last input, as a shell's.
func (p *Prompt) Run() int {
	status := 0
	for n := 1; ; n++ {
		p.showEnded()
		text, err := p.read()
		switch {
		case errors.Is(err, ErrInterrupt):
			continue
		case err != nil && err != io.EOF && !p.Interactive:
			fmt.Fprintf(p.Err, "weir: cannot read standard input: %v\n", cause(err))
			return 1
		case err != nil:
			if p.mayLeave() {
				return status
			}
			continue
		case strings.TrimSpace(text) == "":
			continue
		}
		p.session.warned, p.session.warning = p.session.warning, false
		more := input.GoesOn(text)
		text, err = p.session.withChain(text)
		p.Editor.Remember(text)
		var exit *script.ExitError
		if err == nil {
			err = p.input(fmt.Sprintf("input %d", n), text)
		}
		p.session.now.goesOn = more
		p.session.add(text, err)
		p.showStarted()
		if errors.As(err, &exit) {
			return exit.Code
		} else if err != nil {
			p.showError(err)
		}
		if !p.Interactive {
			status = script.Status(err)
		}
	}
}

// Configure makes the table config and runs the user's init.lua.
func (p *Prompt) Configure() { p.settings().Load() }

// settings reads config for this prompt.
func (p *Prompt) settings() *config.Config {
	if p.config == nil {
		p.config = &config.Config{VM: p.VM, Err: p.Err, Context: p.Context}
	}
	return p.config
}

// Complete gives what may stand at the cursor of an input that is typed.
func (p *Prompt) Complete(text string, cursor int) (from int, candidates []edit.Candidate) {
	session := complete.Session{VM: p.VM, Examples: p.Examples.rows(), Width: p.Width()}
	return session.Complete(text, cursor)
}

// Colours reports whether config wants colours.
func (p *Prompt) Colours() bool { return config.Colours(p.VM) }

// Vi reports whether config wants vi's keys.
func (p *Prompt) Vi() bool { return config.Vi(p.VM) }

func (p *Prompt) read() (string, error) {
	first, more := p.settings().Prompts()
	if _, plain := p.Editor.(*plainEditor); !plain { // its prompt needs a row of its own, too
		p.row.Store(rowOwn)
	}
	return p.Editor.Read(edit.Request{First: first, More: more, Whole: p.whole})
}

// whole reports whether a text is a whole input.
func (p *Prompt) whole(text string) bool {
	text, err := p.session.withChain(text)
	if err != nil {
		return true
	}
	if _, colon := input.Colon(text); colon || input.IsShell(text) {
		return true
	}
	_, err = syntax.CompileInput("", text)
	return !syntax.Incomplete(err) || looksLikeShell(p.VM, text)
}

// input evaluates one input. It shows the values of an expression, or runs those that are topologies.
func (p *Prompt) input(name, text string) error {
	ctx, cancel := p.Context()
	defer cancel()
	p.row.Store(rowShared)
	defer p.row.Store(rowUsed)
	p.VM.SetContext(ctx)
	defer p.VM.SetContext(context.Background())
	p.VM.TakeRan()
	defer func() { p.VM.SetLast(p.VM.TakeRan()) }()
	if handled, err := p.colon(ctx, text); handled {
		return err
	}
	if input.IsShell(text) {
		return p.shell(name, text)
	}
	hint := p.locals.check(p.VM, name, text)
	p.showHint(hint)
	values, err := p.VM.EvalExpression(name, text)
	if err == nil && ctx.Err() != nil { // Ctrl-C ended its last call
		err = &script.Failure{Err: &syntax.Error{Message: "interrupted"}, Why: runtime.WhyInterrupted}
	}
	if err != nil {
		addHint(p.VM, text, err)
		return err
	}
	topologies := script.Topologies(values)
	p.session.setValues(values, positions(topologies, values))
	if len(topologies) > 0 {
		_, err := p.VM.RunTopologies(topologies)
		return err
	}
	if len(values) > 0 {
		p.VM.TakeRan() // _ is the value, also where a run gave it
		p.VM.SetLast(values[0])
		p.values = values
		fmt.Fprintln(p.Out, p.format(values))
		if hint == "" && p.Interactive {
			p.showHint(p.valueHint(text, values))
		}
	}
	return nil
}

// positions gives the positions of some of the values among all, from 1.
func positions(some, all []lua.LValue) (list []int) {
	for i, v := range all {
		if len(list) < len(some) && some[len(list)] == v {
			list = append(list, i+1)
		}
	}
	return list
}

// format writes the values of an expression.
func (p *Prompt) format(values []lua.LValue) string {
	texts, between, write := make([]string, len(values)), "\t", p.show
	if p.JSON {
		between, write = "\n", p.json
	}
	for i, v := range values {
		texts[i] = write(v)
	}
	return strings.Join(texts, between)
}
