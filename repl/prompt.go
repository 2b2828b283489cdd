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
	"weir/repl/reference"
	"weir/runtime"
	"weir/script"
	"weir/script/luaio"
	"weir/script/syntax"
)

// Prompt is a session: inputs share one Lua state.
type Prompt struct {
	VM     *script.VM
	Editor Editor
	Out    io.Writer
	Err    io.Writer
	// Interactive says that somebody types: jobs are announced, and asked about at
	// the end.
	Interactive bool
	// JSON has values and tables printed as JSON, one on a line.
	JSON bool
	// Context gives the context of one input, which Ctrl-C ends.
	Context func() (context.Context, context.CancelFunc)

	Examples []Example             // what :examples lists
	Draw     func(e Example) error // draws what an example runs; nil where that cannot be

	session session
	asked   bool // right before, whether to leave the jobs that run
	locals  locals
	asides  map[string]bool // inputs of which something was said
	config  *config.Config
	values  []lua.LValue // what the last input has shown
	lost    error        // an input's output could not be written
	others  atomic.Int32 // othersMay, while an input is evaluated
}

// Whether others have written to the terminal, where weir's own text would go on
// behind theirs.
const (
	othersDid int32 = iota + 1 // until weir's text is on a row of its own
	othersMay                  // now, too
)

// OwnRow goes to a row of its own before weir says something at a terminal that
// scripts and programs write to. It may be called from any goroutine.
func (p *Prompt) OwnRow() {
	e, ok := p.Editor.(interface{ FreshRow() })
	if !ok || !p.others.CompareAndSwap(othersDid, 0) && p.others.Load() != othersMay {
		return
	}
	e.FreshRow()
}

// Lost returns the error of output that an input has lost, in whatever state it ran.
func (p *Prompt) Lost() error { return p.lost }

// Run reads and evaluates until the end of input or os.exit, and returns the exit
// status: where nobody types, at the end of input that of the last one, as a shell's.
func (p *Prompt) Run() int {
	status := 0
	for n := 1; ; n++ {
		p.announce()
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
		p.session.asked, p.asked = p.asked, false
		more := input.GoesOn(text)
		text, err = p.session.joined(text)
		p.Editor.Remember(text)
		var exit *script.ExitError
		if err == nil {
			err = p.input(fmt.Sprintf("input %d", n), text)
		}
		p.session.now.goesOn = more
		p.session.note(text, err)
		p.begun()
		if errors.As(err, &exit) {
			return exit.Code
		} else if err != nil {
			p.tell(err)
		}
		if !p.Interactive {
			status = script.Status(err)
		}
	}
}

// begun tells of the jobs that an input has started and not shown.
func (p *Prompt) begun() {
	for _, line := range p.VM.Begun(p.values) {
		if p.Interactive {
			fmt.Fprintln(p.Out, harmless(line, false))
		}
	}
	p.values = nil
}

// announce tells of the jobs that have ended meanwhile; where nobody types, of those
// that failed.
func (p *Prompt) announce() {
	ended := p.VM.Announce()
	if e, ok := p.Editor.(interface{ EndLine() }); ok && len(ended) > 0 && len(p.VM.Jobs()) == 0 {
		e.EndLine()
	}
	for _, job := range ended {
		if p.Interactive {
			fmt.Fprintln(p.Out, harmless(job.Line, false))
		} else if job.Failed {
			fmt.Fprintln(p.Err, harmless(job.Line, false))
		}
	}
}

// mayLeave asks once whether to leave jobs that still run: they are stopped at the
// end.
func (p *Prompt) mayLeave() bool {
	jobs := p.VM.Jobs()
	if !p.Interactive || p.asked || len(jobs) == 0 {
		return true
	}
	p.asked = true
	for _, line := range jobs {
		fmt.Fprintln(p.Out, harmless(line, false))
	}
	fmt.Fprintln(p.Out, "The end of this session stops them. Ctrl-D or :quit now ends it.")
	return false
}

// tell shows an error. A run that Ctrl-Z has stopped is none; of output that is lost the
// end of the session tells.
func (p *Prompt) tell(err error) {
	if errors.As(err, new(*luaio.WriteError)) {
		p.lost = err
		return
	}
	var failure *script.Failure
	if errors.As(err, &failure) {
		switch failure.Why {
		case script.WhyHalted:
			text := strings.TrimRight(failure.Err.Message+"\n"+failure.Err.Hint+p.session.rest(), "\n")
			if _, own := p.Editor.(interface{ FreshRow() }); !own {
				text = "\n" + text // behind ^Z
			}
			fmt.Fprintln(p.Err, text)
			return
		case runtime.WhyInterrupted:
			fmt.Fprintln(p.Err, "interrupted") // whoever did it knows where
			return
		}
	}
	text := err.Error()
	var e *syntax.Error
	if p.Interactive && errors.As(err, &e) && e.Error() == text {
		text = e.Text(p.Width() - excerptIndent)
	}
	fmt.Fprintln(p.Err, p.fitted(text))
}

// excerptIndent is the columns before the line that an error shows, and one behind it.
const excerptIndent = 5

// fitted breaks the lines of an error at blanks where somebody reads them on a narrow
// screen; the excerpt of the source stays.
func (p *Prompt) fitted(text string) string {
	if !p.Interactive {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, " ") {
			lines[i] = reference.Text{Width: p.Width()}.Broken(line)
		}
	}
	return strings.Join(lines, "\n")
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
	session := complete.Session{VM: p.VM, Examples: p.exampleRows(), Width: p.Width()}
	return session.Complete(text, cursor)
}

// Colours reports whether config wants colours.
func (p *Prompt) Colours() bool { return config.Colours(p.VM) }

// Vi reports whether config wants vi's keys.
func (p *Prompt) Vi() bool { return config.Vi(p.VM) }

func (p *Prompt) read() (string, error) {
	first, more := p.settings().Prompts()
	if _, plain := p.Editor.(*plainEditor); !plain { // a plain prompt is such a text, too
		p.others.Store(0)
	}
	return p.Editor.Read(edit.Request{First: first, More: more, Whole: p.whole})
}

// whole tells whether a text is a whole input.
func (p *Prompt) whole(text string) bool {
	text, err := p.session.joined(text)
	if err != nil {
		return true
	}
	if _, colon := input.Colon(text); colon || input.IsShell(text) {
		return true
	}
	_, err = syntax.CompileInput("", text)
	return !syntax.Incomplete(err) || p.bareCommand(text)
}

// input evaluates one input: an expression shows its values, a topology among
// them is run.
func (p *Prompt) input(name, text string) error {
	ctx, cancel := p.Context()
	defer cancel()
	p.others.Store(othersMay)
	defer p.others.Store(othersDid)
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
	hint := p.locals.note(p.VM, name, text)
	p.say(hint)
	values, err := p.VM.EvalExpression(name, text)
	if err == nil && ctx.Err() != nil { // its last call was given up
		err = &script.Failure{Err: &syntax.Error{Message: "interrupted"}, Why: runtime.WhyInterrupted}
	}
	if err != nil {
		p.meant(text, err)
		return err
	}
	topologies := p.VM.Topologies(values)
	p.session.gave(values, placesOf(topologies, values))
	if len(topologies) > 0 {
		_, err := p.VM.RunTopologies(topologies)
		return err
	}
	if len(values) > 0 {
		p.VM.TakeRan() // the value is the last, though a run may have given it
		p.VM.SetLast(values[0])
		p.values = values
		fmt.Fprintln(p.Out, p.shown(values))
		if hint == "" && p.Interactive {
			p.say(p.aside(text, values))
		}
	}
	return nil
}

// say tells of something that is no fault.
func (p *Prompt) say(hint string) {
	if hint != "" {
		fmt.Fprintln(p.Err, p.fitted(hint))
	}
}

// placesOf says where some of the values stand among them, from 1.
func placesOf(some, values []lua.LValue) (places []int) {
	for i, v := range values {
		if len(places) < len(some) && some[len(places)] == v {
			places = append(places, i+1)
		}
	}
	return places
}

// shown writes the values of an expression.
func (p *Prompt) shown(values []lua.LValue) string {
	texts, between, write := make([]string, len(values)), "\t", p.show
	if p.JSON {
		between, write = "\n", p.json
	}
	for i, v := range values {
		texts[i] = write(v)
	}
	return strings.Join(texts, between)
}
