package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"weir/ipc/luatext"
	"weir/repl"
	"weir/repl/help"
	"weir/repl/reference"
	"weir/script"
	"weir/script/syntax"
)

// docFormats are the forms that the reference has.
var docFormats = []string{"text", "html", "man"}

func docCommand(f *face) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "doc [NAME]", Short: "the reference: all of it, or what help says of a name",
		Long: `doc prints the reference: commands, the language, the library, the prompt, the
mechanisms. With a NAME it prints what help says of that at the prompt.

The formats: text; html, one page that stands alone; man, a manual page.

  weir doc | less
  weir doc queue
  weir doc --format html > weir.html
  weir doc --format man > weir.1`,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case !slices.Contains(docFormats, format):
				return notAmong("doc", "format", format, docFormats)
			case len(args) > 1:
				return usageError{errors.New("doc: one NAME at a time")}
			case len(args) == 1 && c.Flags().Changed("format"):
				return usageError{errors.New("doc: of a NAME there is text only; leave out --format")}
			case len(args) == 1:
				return f.docOn(args[0])
			}
			return f.writeOut(f.reference(c.Root(), format))
		},
		ValidArgsFunction: completeNames,
	}
	c.Flags().StringVar(&format, "format", "text", "print it in this `FORMAT`: "+strings.Join(docFormats, ", "))
	completeFlag(c, "format", docFormats)
	return c
}

// notAmong is the fault of a word that a command has not: a format, a shell.
func notAmong(command, what, word string, known []string) error {
	message := fmt.Sprintf("%s: unknown %s %s", command, what, luatext.Quote(word))
	if similar, ok := syntax.Nearest(word, known); ok {
		return usageError{fmt.Errorf("%s; did you mean %s?", message, luatext.Quote(similar))}
	}
	return usageError{fmt.Errorf("%s; it is one of %s", message, strings.Join(known, ", "))}
}

func (f *face) writeOut(text string) error {
	_, err := io.WriteString(f.out, text)
	return err
}

// docOn prints what help says of a name.
func (f *face) docOn(name string) error {
	vm := script.New(script.Options{Script: "weir", Stdin: f.In, Stdout: f.Out, Stderr: f.Err})
	defer vm.Close()
	text, known := help.On(vm, name, repl.WidthOf(f.Out))
	if !known {
		f.say("%s", strings.TrimSuffix(text, "\n"))
		return statusFault(statusError)
	}
	return f.writeOut(text)
}

func (f *face) reference(root *cobra.Command, format string) string {
	d := f.document(root)
	switch format {
	case "html":
		return reference.HTML(d)
	case "man":
		return reference.Man(d)
	}
	return reference.Text{Width: repl.WidthOf(f.Out)}.Document(d)
}

// document is all that weir says of itself.
func (f *face) document(root *cobra.Command) *reference.Document {
	d := &reference.Document{Name: root.Name(), Version: script.Version, Summary: root.Short, Synopsis: synopsis}
	d.Sections = append(d.Sections, reference.Section{Title: "Description", Blocks: reference.Prose(about)},
		commandSection(root))
	d.Sections = append(d.Sections, help.Manual()...)
	var rows reference.Rows
	for _, e := range f.examples() {
		rows = append(rows, [2]string{e.Name, e.Summary})
	}
	d.Sections = append(d.Sections,
		reference.Section{Title: "Examples", Blocks: append(reference.Prose("They are inside the binary: weir run "+
			"example:NAME runs one, weir examples NAME prints it."), rows)},
		reference.Section{Title: "Exit status", Blocks: reference.Prose(exitStatus)},
		reference.Section{Title: "Environment", Blocks: []reference.Block{environment}},
		reference.Section{Title: "Files", Blocks: []reference.Block{files}},
		reference.Section{Title: "See also", Blocks: reference.Prose(seeAlso)})
	return d
}

// synopsis is how weir is called.
var synopsis = []string{"weir [--plain] [--json] [--events FILE]", "weir [--events FILE] FILE.lua | -e CODE [ARG...]",
	"weir COMMAND [ARG...]"}

var environment = reference.Rows{
	{"NO_COLOR", "no colours, whatever its value"},
	{"TERM", "at a terminal that is dumb, or has no name, lines are not edited and nothing is coloured"},
	{"XDG_CONFIG_HOME", "where settings are; else ~/.config"},
	{"XDG_STATE_HOME", "where the history is; else ~/.local/state"},
	{"XDG_RUNTIME_DIR", "where the register of named objects is; where it is not set or cannot be used, a folder of " +
		"this user's below /run/user, in /tmp or in /dev/shm"},
	{"VISUAL, EDITOR", "the editor of :edit"},
	{"PATH", "where programs are looked for, once, before a run starts; without it, where the system keeps them"},
	{"LC_ALL, LC_CTYPE, LANG", "drawings are in ASCII where none of them says UTF-8"},
}

var files = reference.Rows{
	{"~/.config/weir/init.lua", "is run before the prompt's first input, unless others may write it"},
	{"~/.local/state/weir/history", "the prompt's inputs, one a line as a JSON string; plain lines are read, too; " +
		"mode 0600"},
	{"/dev/shm, /dev/mqueue", "regions, semaphores and queues, under their names"},
}

const seeAlso = `bash(1), pipe(7), fifo(7), shm_overview(7), mq_overview(7), sem_overview(7), unix(7), futex(7), lua(1)`

// commandSection are the commands with their flags, the main one first.
func commandSection(root *cobra.Command) reference.Section {
	s := reference.Section{Title: "Commands", Blocks: []reference.Block{commandItem(root)}}
	for _, item := range commandItems(root) {
		s.Blocks = append(s.Blocks, item)
	}
	return s
}

func commandItems(root *cobra.Command) (items []reference.Item) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			items = append(items, commandItem(c))
		}
	}
	return items
}

func commandItem(c *cobra.Command) reference.Item {
	item := reference.Item{ID: c.CommandPath(), Signature: c.Use, Summary: c.Short}
	if c.HasParent() { // the main one has its text in a section of its own
		item.Signature, item.Long = c.Parent().CommandPath()+" "+c.Use, c.Long
	}
	c.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || flag.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(flag)
		title := "--" + flag.Name
		if flag.Shorthand != "" {
			title = "-" + flag.Shorthand + ", " + title
		}
		if value != "" {
			title += " " + value
		}
		item.Fields = append(item.Fields, reference.Field{Title: title, Text: usage})
	})
	return item
}
