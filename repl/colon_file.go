package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weir/repl/input"
	"weir/script"
	"weir/script/luaio"
	"weir/script/syntax"
)

// colonRun runs a script as weir run does, in a VM of its own.
func (p *Prompt) colonRun(ctx context.Context, arg string) error {
	words := strings.Fields(arg)
	name, text, err := words[0], "", error(nil)
	if short, ok := strings.CutPrefix(name, input.ExamplePrefix); ok {
		var e Example
		e, err = p.Examples.named(short)
		text = e.Text
	} else {
		text, err = p.readScript("run", name)
	}
	if err != nil {
		return err
	}
	vm := script.New(script.Options{Args: words[1:], Script: name, Stdout: fileOf(p.Out), Stderr: fileOf(p.Err),
		Context: ctx, Interactive: true, Shares: !p.Interactive, OwnRow: p.OwnRow})
	err = vm.Run(name, text)
	if end := vm.Close(); errors.As(end, new(*luaio.WriteError)) {
		p.lost = end
	} else if end != nil && script.Status(err) == 0 {
		err = end
	}
	var exit *script.ExitError
	if errors.As(err, &exit) { // the script's end is not the session's
		if exit.Code == 0 {
			return nil
		}
		return fmt.Errorf("%s: exit status %d", name, exit.Code)
	}
	return err
}

// readScript reads a file that an input names. Its error names the example that may be meant.
func (p *Prompt) readScript(op, name string) (string, error) {
	data, err := os.ReadFile(input.Path(name))
	if err == nil {
		return string(data), nil
	}
	message := fmt.Sprintf("%s %s: %v", op, harmless(name, false), cause(err))
	names := p.Examples.names()
	similar, ok := syntax.Nearest(strings.TrimSuffix(name, ".lua"), append(names, name))
	if slices.Contains(names, name) {
		similar, ok = name, true
	}
	if ok {
		message += fmt.Sprintf("; the example is :run %s%s", input.ExamplePrefix, similar)
	}
	return "", errors.New(message)
}

// cause is an error of a file without its operation and path.
func cause(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

func (p *Prompt) colonLoad(arg string) error {
	name := input.Path(arg)
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("load %s: %w", harmless(name, false), cause(err))
	}
	_, err = p.VM.Eval(name, string(data))
	return err
}

// colonEdit runs an editor on the last input, and then runs what was saved.
func (p *Prompt) colonEdit() error {
	editor := os.Getenv("VISUAL")
	if editor == "" {
		editor = os.Getenv("EDITOR")
	}
	if editor == "" {
		return errors.New("edit: no editor is named; set VISUAL or EDITOR")
	}
	before := p.session.lastText()
	path, err := editFile(before)
	if err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	defer os.RemoveAll(filepath.Dir(path))
	// It gets the terminal as any program in a topology does.
	values, err := p.VM.EvalExpression(":edit", "sh"+script.Quote(editor+" "+path))
	if err == nil {
		_, err = p.VM.RunTopologies(values)
	}
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	text := strings.TrimRight(string(data), "\n")
	if strings.TrimSpace(text) == "" || text == before {
		return p.VM.WriteOut("nothing was changed, and nothing is run\n")
	}
	if err := p.VM.WriteOut(harmless(text, true) + "\n"); err != nil {
		return err
	}
	p.Editor.Remember(text)
	err = p.input("edited", text)
	p.session.add(text, err)
	return err
}

// editFile makes the file that is edited: its folder is this user's alone.
func editFile(text string) (string, error) {
	dir, err := os.MkdirTemp("", "weir-edit")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "input.lua")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return path, nil
}

// colonQuit ends the session as Ctrl-D does.
func (p *Prompt) colonQuit() error {
	p.session.warning = p.session.warned
	if p.mayLeave() {
		return &script.ExitError{}
	}
	return nil
}
