package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/reference"
	"weir/script/syntax"
)

// command is an input that begins with a colon: it is for the prompt, not for Lua.
type command struct {
	name, args, summary string
	example             string // where there is something to write behind the name
	run                 func(p *Prompt, ctx context.Context, arg string) error
}

// usage is how it is written.
func (c command) usage() string { return strings.TrimSpace(":" + c.name + " " + c.args) }

// commands are all of them, in the order in which :help lists them. Filled at the
// start, because :help reads it.
var commands []command

func init() {
	commands = []command{
		{"help", "[NAME]", "what help(NAME) says; the commands, where there is no name", ":help save", (*Prompt).colonHelp},
		{"examples", "[NAME]", "the example scripts, or the text of one", ":examples hello", (*Prompt).colonExamples},
		{"run", "FILE | example:NAME [ARG...]", "runs a script in a Lua state of its own", ":run example:hello", (*Prompt).colonRun},
		{"load", "FILE", "runs a file in this session", ":load work.lua", (*Prompt).colonLoad},
		{"save", "FILE", "writes the session's inputs as a script that runs", ":save work.lua", (*Prompt).colonSave},
		{"edit", "", "the last input in $VISUAL or $EDITOR; what is saved is run", "", (*Prompt).colonEdit},
		{"time", "EXPR", "how long it takes", `:time "seq 100000" | "wc -l"`, (*Prompt).colonTime},
		{"type", "EXPR", "what it is", `:type "seq 3" | count()`, (*Prompt).colonType},
		{"graph", "EXPR | example:NAME", "draws a topology, or what an example runs, and starts nothing", `:graph "seq 9" | tee("wc -l", "tail -1")`, (*Prompt).colonGraph},
		{"explain", "EXPR", "what running a topology would make and start, and the same as bash", `:explain "seq 3" | "tac"`, (*Prompt).colonExplain},
		{"trace", "", "the stack of the last error", "", (*Prompt).colonTrace},
		{"clear", "", "clears the screen", "", (*Prompt).colonClear},
		{"quit", "", "ends the session", "", (*Prompt).colonQuit},
	}
}

// colon does what an input asks of the prompt: a command, or help by x?. handled
// says that the input was one of these.
func (p *Prompt) colon(ctx context.Context, input string) (handled bool, err error) {
	text := strings.TrimSpace(input)
	if about, ok := asksForHelp(text); ok {
		return true, p.VM.WriteOut(p.helpOn(about))
	}
	rest, ok := strings.CutPrefix(text, ":")
	if !ok || strings.HasPrefix(rest, ":") { // ::label:: is Lua's
		return false, nil
	}
	name, arg, _ := strings.Cut(rest, " ")
	c, err := commandNamed(name)
	if err != nil {
		return true, err
	}
	arg = strings.TrimSpace(arg)
	if arg == "" && c.args != "" && c.args[0] != '[' {
		return true, fmt.Errorf("%s: %s is missing; write :%s %s", c.name, c.args, c.name, c.args)
	}
	if arg != "" && c.args == "" {
		return true, fmt.Errorf("%s: takes nothing behind it, but got %s", c.name, quoteCut(arg, 40))
	}
	return true, c.run(p, ctx, arg)
}

// commandNamed finds a command by its name, or by as much of it as no other
// begins with.
func commandNamed(name string) (command, error) {
	var found []command
	names := make([]string, len(commands))
	for i, c := range commands {
		if c.name == name {
			return c, nil
		}
		if name != "" && strings.HasPrefix(c.name, name) {
			found = append(found, c)
		}
		names[i] = c.name
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		var which []string
		for _, c := range found {
			which = append(which, ":"+c.name)
		}
		return command{}, fmt.Errorf(":%s may be %s", name, strings.Join(which, " or "))
	}
	if near, ok := syntax.Nearest(name, names); ok {
		return command{}, fmt.Errorf("unknown command :%s; did you mean :%s?", harmless(name, false), near)
	}
	return command{}, fmt.Errorf("unknown command :%s; :help lists them", harmless(name, false))
}

// asksForHelp tells whether an input is x?, or ?x. In a line of shell ? matches a
// character.
func asksForHelp(text string) (about string, ok bool) {
	if isShell(text) {
		return "", false
	}
	if about, ok = strings.CutSuffix(text, "?"); !ok {
		about, ok = strings.CutPrefix(text, "?")
	}
	about = strings.TrimSpace(about)
	return about, ok && (isChain(about) || !strings.ContainsAny(about, "\n\"'`=") && !strings.HasPrefix(about, "--"))
}

// helpOn is help for x?: a name of the library's, a value at the end of a chain of
// names, or a word.
func (p *Prompt) helpOn(text string) string {
	h := helpPages{p.VM, p.Width()}
	if text == "" {
		return h.overview()
	}
	if owner, method, dotted := cutLast(text, ".:"); dotted && !strings.HasPrefix(text, ":") {
		for _, of := range p.ownersOf(owner) {
			if e, ok := methodOf(of, method); ok {
				return h.page(e)
			}
		}
	}
	if v, ok := p.chain(text); ok && (v.Type() != lua.LTString || !hasEntry(text)) {
		if s, ok := v.(lua.LString); ok {
			return h.aString(string(s))
		}
		return h.about(v)
	}
	return h.named(text)
}

func (p *Prompt) colonHelp(_ context.Context, arg string) error {
	if arg != "" {
		if slices.ContainsFunc(commands, func(c command) bool { return c.name == strings.TrimPrefix(arg, ":") }) && !hasEntry(arg) {
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
	c, err := commandNamed(strings.TrimPrefix(name, ":"))
	if err != nil {
		return h.text().Wrapped(err.Error(), "")
	}
	text := h.text().Wrapped(c.usage(), "") + h.text().Wrapped(c.summary, "  ")
	if c.example != "" {
		text += h.text().Example(c.example)
	}
	return text
}

func (p *Prompt) colonExamples(_ context.Context, arg string) error {
	if arg != "" {
		e, err := p.example(strings.TrimPrefix(arg, examplePrefix))
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

func (p *Prompt) colonTrace(_ context.Context, _ string) error {
	if p.VM.Trace() == "" {
		return errors.New("trace: there was no error of Lua's in this session, or the last one had no stack")
	}
	return p.VM.WriteOut(harmless(strings.ReplaceAll(p.VM.Trace(), "[C]:", "[weir]:"), true) + "\n")
}

func (p *Prompt) colonClear(_ context.Context, _ string) error {
	if !p.Interactive || os.Getenv("TERM") == "" || os.Getenv("TERM") == "dumb" {
		return errors.New("clear: this is no terminal that can be cleared")
	}
	return p.VM.WriteOut("\x1b[H\x1b[2J\x1b[3J") // ECMA-48: cursor home, erase all, and what has scrolled away
}
