package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/syntax"
)

// The prompts of a first line and of one that goes on.
const (
	prompt     = "weir> "
	promptMore = "   .. "
)

// Prompt is a session: inputs share one Lua state.
type Prompt struct {
	VM     *script.VM
	Editor Editor
	Out    io.Writer
	Err    io.Writer
	// Context gives the context of one input, which Ctrl-C ends.
	Context func() (context.Context, context.CancelFunc)
}

// Run reads and evaluates until the end of input or os.exit, and returns the
// exit status.
func (p *Prompt) Run() int {
	for n := 1; ; n++ {
		input, err := p.read()
		switch {
		case errors.Is(err, ErrInterrupt):
			continue
		case err != nil:
			return 0
		case strings.TrimSpace(input) == "":
			continue
		}
		p.Editor.Remember(input)
		var exit *script.ExitError
		if err := p.input(fmt.Sprintf("input %d", n), input); errors.As(err, &exit) {
			return exit.Code
		} else if err != nil {
			fmt.Fprintln(p.Err, err)
		}
	}
}

// read reads lines until they are a whole input.
func (p *Prompt) read() (string, error) {
	text, err := p.Editor.ReadLine(prompt)
	for err == nil {
		if !incomplete(text) {
			return text, nil
		}
		var line string
		if line, err = p.Editor.ReadLine(promptMore); err == io.EOF {
			return text, nil // say what is missing
		}
		text += "\n" + line
	}
	return text, err
}

func incomplete(text string) bool {
	if _, err := syntax.Compile("", "return "+text); err == nil {
		return false
	}
	_, err := syntax.Compile("", text)
	return syntax.Incomplete(err)
}

// input evaluates one input: an expression shows its values, a topology among
// them is run.
func (p *Prompt) input(name, text string) error {
	ctx, cancel := p.Context()
	defer cancel()
	p.VM.SetContext(ctx)
	values, err := p.VM.EvalExpression(name, text)
	if err != nil {
		return err
	}
	if topologies := p.VM.Topologies(values); len(topologies) > 0 {
		return p.VM.RunTopologies(topologies)
	}
	if len(values) > 0 {
		shown := make([]string, len(values))
		for i, v := range values {
			shown[i] = p.show(v)
		}
		fmt.Fprintln(p.Out, strings.Join(shown, "\t"))
	}
	return nil
}

// show writes a value as one would write it in Lua.
func (p *Prompt) show(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return script.Quote(string(v))
	case *lua.LTable:
		if v.Metatable == lua.LNil {
			return showTable(p, v)
		}
	}
	return p.VM.Text(v)
}

const shownFields = 20

// showTable writes the first fields of a table, none inside another.
func showTable(p *Prompt, t *lua.LTable) string {
	var fields []string
	next := 1
	t.ForEach(func(k, v lua.LValue) {
		text := p.VM.Text(v)
		if s, ok := v.(lua.LString); ok {
			text = script.Quote(string(s))
		} else if _, ok := v.(*lua.LTable); ok {
			text = "{...}"
		}
		if k == lua.LNumber(next) {
			next++
		} else {
			key := "[" + k.String() + "]"
			if s, ok := k.(lua.LString); ok {
				key = script.QuoteKey(string(s))
			}
			text = key + " = " + text
		}
		fields = append(fields, text)
	})
	if len(fields) > shownFields {
		fields = append(fields[:shownFields], fmt.Sprintf("... %d more", len(fields)-shownFields))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}
