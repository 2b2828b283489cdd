package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/repl/reference"
)

// colon does what an input asks of the prompt: a command, or help by x?. handled
// says that the input was one of these.
func (p *Prompt) colon(ctx context.Context, text string) (handled bool, err error) {
	if about, ok := input.Question(text); ok {
		return true, p.VM.WriteOut(p.helpOn(about))
	}
	rest, ok := input.Colon(text)
	if !ok {
		return false, nil
	}
	name, arg, _ := strings.Cut(rest, " ")
	c, err := input.CommandNamed(name)
	if err != nil {
		return true, err
	}
	arg = strings.TrimSpace(arg)
	if arg == "" && c.Args != "" && c.Args[0] != '[' {
		return true, fmt.Errorf("%s: %s is missing; write :%s %s", c.Name, c.Args, c.Name, c.Args)
	}
	if arg != "" && c.Args == "" {
		return true, fmt.Errorf("%s: takes nothing behind it, but got %s", c.Name, quoteCut(arg, 40))
	}
	return true, p.command(ctx, c.Name, arg)
}

// command does one of input.Commands.
func (p *Prompt) command(ctx context.Context, name, arg string) error {
	switch name {
	case "help":
		return p.colonHelp(arg)
	case "examples":
		return p.colonExamples(arg)
	case "run":
		return p.colonRun(ctx, arg)
	case "load":
		return p.colonLoad(arg)
	case "save":
		return p.colonSave(arg)
	case "edit":
		return p.colonEdit()
	case "time":
		return p.colonTime(arg)
	case "type":
		return p.colonType(arg)
	case "graph":
		return p.colonGraph(arg)
	case "explain":
		return p.colonExplain(arg)
	case "trace":
		return p.colonTrace()
	case "clear":
		return p.colonClear()
	}
	return p.colonQuit()
}

// helpOn is help for x?: a name of the library's, a value at the end of a chain of
// names, or a word.
func (p *Prompt) helpOn(text string) string {
	h := helpPages{p.VM, p.Width()}
	if text == "" {
		return h.overview()
	}
	if owner, method, dotted := input.CutLast(text, ".:"); dotted && !strings.HasPrefix(text, ":") {
		for _, of := range ownersOf(p.VM, owner) {
			if e, ok := methodOf(of, method); ok {
				return h.page(e)
			}
		}
	}
	if v, ok := input.Value(p.VM, text); ok && (v.Type() != lua.LTString || !hasEntry(text)) {
		if s, ok := v.(lua.LString); ok {
			return h.aString(string(s))
		}
		return h.about(v)
	}
	return h.named(text)
}

func (p *Prompt) colonHelp(arg string) error {
	if arg != "" {
		if slices.ContainsFunc(input.Commands, func(c input.Command) bool { return c.Name == strings.TrimPrefix(arg, ":") }) && !hasEntry(arg) {
			arg = ":" + strings.TrimPrefix(arg, ":")
		}
		return p.VM.WriteOut(p.helpOn(arg))
	}
	h := helpPages{p.VM, p.Width()}
	return p.VM.WriteOut(h.text().Described(append(commandRows(), otherInputs...)))
}

// otherInputs are what the prompt takes beside Lua and commands.
var otherInputs = reference.Rows{
	{"x?", "what x is, as help(x)"},
	{"$ LINE", "one line of shell"},
	{"| STAGE", "goes on with the last chain that was run, not one behind a :"},
	{"_", "the last value"},
	{"help()", "the overview"},
}

func hasEntry(name string) bool { return len(entriesNamed(name)) > 0 }

// command is help for a command's name.
func (h helpPages) command(name string) string {
	c, err := input.CommandNamed(strings.TrimPrefix(name, ":"))
	if err != nil {
		return h.text().Wrapped(err.Error(), "")
	}
	text := h.text().Wrapped(c.Usage(), "") + h.text().Wrapped(c.Summary, "  ")
	if c.Example != "" {
		text += h.text().Example(c.Example)
	}
	return text
}

func (p *Prompt) colonExamples(arg string) error {
	if arg != "" {
		e, err := p.example(strings.TrimPrefix(arg, input.ExamplePrefix))
		if err != nil {
			return err
		}
		if strings.HasSuffix(arg, ".c") {
			return p.VM.WriteOut(e.Program)
		}
		return p.VM.WriteOut(e.Text)
	}
	var rows reference.Rows
	for _, e := range p.Examples {
		rows = append(rows, [2]string{e.Name, e.Summary})
	}
	h := helpPages{p.VM, p.Width()}
	return p.VM.WriteOut(h.text().Rows(rows) + "    :run example:NAME runs one, :examples NAME shows it\n")
}

func (p *Prompt) colonTrace() error {
	if p.VM.Trace() == "" {
		return errors.New("trace: there was no error of Lua's in this session, or the last one had no stack")
	}
	return p.VM.WriteOut(harmless(strings.ReplaceAll(p.VM.Trace(), "[C]:", "[weir]:"), true) + "\n")
}

func (p *Prompt) colonClear() error {
	if !p.Interactive || os.Getenv("TERM") == "" || os.Getenv("TERM") == "dumb" {
		return errors.New("clear: this is no terminal that can be cleared")
	}
	return p.VM.WriteOut("\x1b[H\x1b[2J\x1b[3J") // ECMA-48: cursor home, erase all, and what has scrolled away
}
