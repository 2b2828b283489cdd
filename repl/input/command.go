package input

import (
	"fmt"
	"strings"

	"weir/runtime/cells"
	"weir/script/syntax"
)

// Command is an input that begins with a colon: it is for the prompt, not for Lua.
type Command struct {
	Name, Args, Summary string
	Example             string // where there is something to write behind the name
}

// Usage is how it is written.
func (c Command) Usage() string { return strings.TrimSpace(":" + c.Name + " " + c.Args) }

// Commands are all of them, in the order in which :help lists them.
var Commands = []Command{
	{"help", "[NAME]", "what help(NAME) says; the commands, where there is no name", ":help save"},
	{"examples", "[NAME]", "the example scripts, or the text of one", ":examples hello"},
	{"run", "FILE | example:NAME [ARG...]", "runs a script in a Lua state of its own", ":run example:hello"},
	{"load", "FILE", "runs a file in this session", ":load work.lua"},
	{"save", "FILE", "writes the session's inputs as a script that runs", ":save work.lua"},
	{"edit", "", "the last input in $VISUAL or $EDITOR; what is saved is run", ""},
	{"time", "EXPR", "how long it takes", `:time "seq 100000" | "wc -l"`},
	{"type", "EXPR", "what it is", `:type "seq 3" | count()`},
	{"graph", "EXPR | example:NAME", "draws a topology, or what an example runs, and starts nothing",
		`:graph "seq 9" | tee("wc -l", "tail -1")`},
	{"explain", "EXPR", "what running a topology would make and start, and the same as bash",
		`:explain "seq 3" | "tac"`},
	{"top", "[JOB]", "watches a job, or the newest run: q leaves the view and not the job", ""},
	{"trace", "", "the stack of the last error", ""},
	{"clear", "", "clears the screen", ""},
	{"quit", "", "ends the session", ""},
}

// CommandNamed finds a command by its name, or by as much of it as no other begins with.
func CommandNamed(name string) (Command, error) {
	var found []Command
	var names, which []string
	for _, c := range Commands {
		if c.Name == name {
			return c, nil
		}
		if name != "" && strings.HasPrefix(c.Name, name) {
			found, which = append(found, c), append(which, ":"+c.Name)
		}
		names = append(names, c.Name)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return Command{}, fmt.Errorf(":%s may be %s", name, strings.Join(which, " or "))
	}
	name = cells.Harmless(name, false)
	if similar, ok := syntax.Nearest(name, names); ok {
		return Command{}, fmt.Errorf("unknown command :%s; did you mean :%s?", name, similar)
	}
	return Command{}, fmt.Errorf("unknown command :%s; :help lists them", name)
}
