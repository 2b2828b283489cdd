// Package command is weir's command line: a file for each command, named for it.
//
//   - command.go is Main with the commands' common parts; run.go runs scripts and topologies, and
//     prompt.go the prompt; explain.go, graph.go, doc.go, tour.go, names.go (ls, rm), annotations.go and
//     completion.go are what their names say
//   - doctor.go and bench.go ask and measure the system
//   - signals.go and the suspend files have the signals that end or stop weir
package command

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"weir/ipc/luatext"
	"weir/repl"
	"weir/repl/help"
	"weir/repl/reference"
	"weir/script"
	"weir/script/luaio"
	"weir/script/syntax"
)

// Exit statuses, as README lists them.
const (
	statusOK    = 0
	statusError = 1
	statusUsage = 2
)

// Streams are the three files that a command reads and writes.
type Streams struct{ In, Out, Err *os.File }

// Example is a script inside the binary.
type Example = repl.Example

// exampleList gives the examples, when they are needed.
type exampleList func() []Example

// usageError is a fault of the command line; its exit status is 2.
type usageError struct{ error }

// statusFault carries an exit status whose cause has been told already, or
// needs no telling.
type statusFault int

func (s statusFault) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// face is one invocation. The files are for scripts and processes; weir's own text goes
// through out and errs.
type face struct {
	Streams
	out, errs *luaio.Output
	examples  exampleList
	plain     bool     // at the prompt: no line editing, no colours
	json      bool     // at the prompt: values as JSON
	losses    losses   // of scripts
	reported  []string // messages of the errors that ended scripts
	view      int      // the descriptor of the weir top that has started this process, or 0
}

// Main runs weir with these arguments, the program's name not among them, and
// returns its exit status. The examples are asked for when they are needed.
func Main(streams Streams, args []string, examples func() []Example) int {
	f := &face{Streams: streams, out: luaio.NewOutput(streams.Out, luaio.StandardOutput),
		errs: luaio.NewOutput(streams.Err, luaio.StandardError), examples: examples}
	root := f.root()
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		plainUsages(root)
	}
	help.Commands = func() []reference.Item { return commandItems(root) }
	root.SetArgs(args)
	status := f.reportCommand(root.Execute())
	if f.lost() && status == statusOK {
		status = statusError
	}
	return status
}

// reportCommand shows the error of a command, if there is one to show, and gives the exit status
// that it means.
func (f *face) reportCommand(err error) int {
	var status statusFault
	var usage usageError
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		f.say("weir: %v\nTry `weir --help`.", err)
		return statusUsage
	}
	return f.report(err)
}

// about says what weir is, exitStatus what its exit status tells: in its help and in
// the reference.
const (
	about = `weir wires real operating-system processes into pipelines with Lua.

  weir                         the prompt
  weir FILE.lua [ARG...]       run a script
  weir -e CODE [ARG...]        run a line of Lua
  weir run example:NAME        run an example
  weir tour                    ten short lessons

In a script, | joins stages: a string is one line of shell words, a function is
a Lua process.

  run("seq 1 1000000" | "grep 7" | "wc -l")
  run(file"in.txt" | function() for l in io.lines() do print(l:upper()) end end | "sort")`

	exitStatus = `0, or what the script said with os.exit; 1 a Lua error, a failed run,
or output that could not be written; 2 usage, 124 a timeout, 130 interrupted,
143 ended by SIGTERM, 129 by SIGHUP, 131 by SIGQUIT.`
)

func (f *face) root() *cobra.Command {
	var code string
	var events string
	root := &cobra.Command{
		Use: "weir [FILE.lua | -e CODE] [ARG...]", Short: "a scriptable shell-pipeline playground",
		Long:    about + "\n\nExit status: " + exitStatus,
		Version: script.Version, SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeFile,
		RunE: func(c *cobra.Command, args []string) error {
			switch script := c.Flags().Changed("execute") || len(args) > 0; {
			case script && f.json:
				return usageError{errors.New("--json is how the prompt prints values; a script prints json.encode(value)")}
			case c.Flags().Changed("execute"):
				return f.runText(source{name: "-e", text: code}, args, events)
			case len(args) == 0:
				return f.prompt(events)
			case strings.HasSuffix(args[0], ".lua") || args[0] == "-":
				return f.runFile(args[0], args[1:], events)
			}
			return unknown(c, args[0])
		},
	}
	root.SetOut(f.out)
	usual := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		if !luaio.IsTerminal(f.Out) {
			usual(c, args)
			return
		}
		t := reference.Text{Width: repl.WidthOf(f.Out)}
		text := cmp.Or(c.Long, c.Short)
		if c == root {
			text = about + "\n\nExit status: " + exitStatus
		}
		fmt.Fprintln(f.out, t.Folded(t.Prose(text)+"\n"+strings.TrimRight(c.UsageString(), "\n")))
	})
	root.SetErr(f.errs)
	root.SetVersionTemplate("weir {{.Version}}\n")
	root.SetHelpCommand(helpCommand(root))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.Flags().StringVarP(&code, "execute", "e", "", "run this Lua `CODE`")
	root.Flags().BoolVar(&f.plain, "plain", false, "at the prompt: plain lines without editing or colours, "+
		"as a screen reader wants them")
	root.Flags().BoolVar(&f.json, "json", false, "at the prompt: print values as JSON, one on a line; "+
		"what is not UTF-8 as {\"bytes\": BASE64}")
	root.Flags().StringVar(&events, "events", "", "write the journal as JSON lines to `FILE` (- is standard output)")
	// What follows the script or the code is the script's own.
	root.Flags().SetInterspersed(false)
	root.AddCommand(runCommand(f), topCommand(f), psCommand(f), explainCommand(f), graphCommand(f), examplesCommand(f),
		lsCommand(f), cleanCommand(f), doctorCommand(f), benchCommand(f), docCommand(f), annotationsCommand(f),
		completionCommand(f), tourCommand(f),
		&cobra.Command{Use: echoCommand, Hidden: true,
			RunE: func(_ *cobra.Command, args []string) error { return echo(args) }})
	return root
}

func unknown(c *cobra.Command, name string) error {
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	message := fmt.Sprintf("unknown command %s", luatext.Quote(name))
	if _, err := os.Stat(name); err == nil {
		message += fmt.Sprintf("; to run it as a script: weir run %s", name)
	} else if similar, ok := syntax.Nearest(name, names); ok {
		message += fmt.Sprintf("; did you mean %s?", luatext.Quote(similar))
	}
	return usageError{errors.New(message)}
}

// helpCommand is weir help COMMAND, which is weir COMMAND --help.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "help for a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{fmt.Errorf("help: there is no command %s; weir doc NAME is help for what a script uses",
					luatext.Quote(strings.Join(args, " ")))}
			}
			c.InitDefaultHelpFlag() // which an invocation would have made
			c.InitDefaultVersionFlag()
			return c.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) (list []string, _ cobra.ShellCompDirective) {
			for _, c := range root.Commands() {
				if len(args) == 0 && c.IsAvailableCommand() && strings.HasPrefix(c.Name(), word) {
					list = append(list, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return list, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func runCommand(f *face) *cobra.Command {
	var events string
	c := &cobra.Command{
		Use: "run FILE|-|example:NAME [ARG...]", Short: "run a script",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("run: which script? weir run FILE [ARG...]")}
			}
			return f.runFile(args[0], args[1:], events)
		},
		ValidArgsFunction: f.examples.completeScript,
	}
	c.Flags().StringVar(&events, "events", "", "write the journal as JSON lines to `FILE` (a FIFO; - is standard output)")
	c.Flags().IntVar(&f.view, "view", 0, "the descriptor of the view that has started this process")
	_ = c.Flags().MarkHidden("view")
	c.Flags().SetInterspersed(false)
	return c
}

func examplesCommand(f *face) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "examples [NAME|NAME.c]", Short: "list the examples, or print one",
		RunE: func(_ *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				if asJSON {
					return printJSON(f, f.examples())
				}
				var b strings.Builder
				for _, e := range f.examples() {
					fmt.Fprintf(&b, "%-30s %s\n", e.Name, e.Summary)
					if e.Program != "" {
						fmt.Fprintf(&b, "%-30s A C program at its other end.\n", e.Name+".c")
					}
				}
				return f.writeOut(folded(f.Out, b.String()))
			case 1:
				e, err := f.examples.named(args[0])
				switch {
				case err != nil:
					return err
				case asJSON:
					return printJSON(f, []Example{e})
				}
				if e.Name != args[0] {
					return f.writeOut(e.Program)
				}
				return f.writeOut(e.Text)
			}
			return usageError{errors.New("examples: at most one name")}
		},
		ValidArgsFunction: f.examples.complete,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each example, with its text")
	return c
}

// named gives the example of a name, or of its program's.
func (l exampleList) named(name string) (Example, error) {
	var names []string
	for _, e := range l() {
		if e.Has(name) {
			return e, nil
		}
		names = append(names, e.Name)
	}
	message := fmt.Sprintf("no example %s", luatext.Quote(name))
	if similar, ok := syntax.Nearest(name, names); ok {
		message += fmt.Sprintf("; did you mean %s?", luatext.Quote(similar))
	}
	return Example{}, usageError{errors.New(message + " (`weir examples` lists them)")}
}
