package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"weir/repl/help"
	"weir/repl/input"
	"weir/repl/reference"
)

// colon answers an input that is for the prompt: a question, x?, or a command. handled is false for
// all others.
func (p *Prompt) colon(ctx context.Context, text string) (handled bool, err error) {
	if about, ok := input.Question(text); ok {
		return true, p.VM.WriteOut(help.Pages{VM: p.VM, Width: p.Width()}.Question(about))
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
		return p.VM.WriteOut(help.Pages{VM: p.VM, Width: p.Width()}.Colon(arg))
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
	case "top":
		return p.colonTop(ctx, arg)
	case "trace":
		return p.colonTrace()
	case "clear":
		return p.colonClear()
	}
	return p.colonQuit()
}

func (p *Prompt) colonExamples(arg string) error {
	if arg != "" {
		e, err := p.Examples.named(strings.TrimPrefix(arg, input.ExamplePrefix))
		if err != nil {
			return err
		}
		if strings.HasSuffix(arg, ".c") {
			return p.VM.WriteOut(e.Program)
		}
		return p.VM.WriteOut(e.Text)
	}
	rows := reference.Text{Width: p.Width()}.Rows(p.Examples.rows())
	return p.VM.WriteOut(rows + "    :run example:NAME runs one, :examples NAME shows it\n")
}

func (p *Prompt) colonTop(ctx context.Context, arg string) error {
	if p.Top == nil {
		return errors.New("top: there is no terminal to draw on; weir top PID --plain prints lines")
	}
	job := 0
	if arg != "" {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return fmt.Errorf("top: %s is no number of a job; jobs() lists them", quoteCut(arg, 40))
		}
		job = n
	}
	run, err := p.VM.Jobs().RunOf(job)
	if err != nil {
		return err
	}
	return p.Top(ctx, run)
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
