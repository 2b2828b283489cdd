package command

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"weir/repl/help"
	"weir/repl/tour"
)

// shells are those that completions are generated for, and how each is told of
// them.
var shells = []struct {
	name, use string
	generate  func(*cobra.Command, *strings.Builder) error
}{
	{"bash", "source <(weir completion bash)     # in ~/.bashrc", func(root *cobra.Command, b *strings.Builder) error {
		b.WriteString(bashWords)
		return root.GenBashCompletionV2(b, true)
	}},
	{"zsh", "source <(weir completion zsh)      # in ~/.zshrc, behind compinit",
		func(root *cobra.Command, b *strings.Builder) error {
			return root.GenZshCompletion(b)
		}},
	{"fish", "weir completion fish | source      # in ~/.config/fish/config.fish",
		func(root *cobra.Command, b *strings.Builder) error {
			err := root.GenFishCompletion(b, true)
			b.WriteString(fishFolders)
			return err
		}},
}

func completionCommand(f *face) *cobra.Command {
	var names, uses []string
	for _, s := range shells {
		names, uses = append(names, s.name), append(uses, "  "+s.use)
	}
	return &cobra.Command{
		Use:               "completion " + strings.Join(names, "|"),
		Short:             "print what has a shell complete weir's commands, flags, scripts and examples",
		Long:              "completion prints a script for a shell. To have it always:\n\n" + strings.Join(uses, "\n"),
		ValidArgsFunction: completeWords(names),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("completion: for which shell? weir completion %s", strings.Join(names, "|"))}
			}
			i := slices.Index(names, args[0])
			if i < 0 {
				return notAmong("completion", "shell", args[0], names)
			}
			var b strings.Builder
			if err := shells[i].generate(c.Root(), &b); err != nil {
				return err
			}
			return f.writeOut(b.String())
		},
	}
}

// bashWords is what the rest needs of the package bash-completion, for where that is
// not installed: files and folders, and the words of the line, which colons and equals
// signs do not divide.
const bashWords = `# bash completion for weir
if ! declare -F _filedir >/dev/null 2>&1; then
    _filedir() # folders with -d, else files
    {
        local name
        while IFS= read -r name; do
            COMPREPLY+=("$name")
        done < <(compgen "${1:--f}" -- "$cur")
        compopt -o filenames +o default
    }
fi
if ! declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
    _get_comp_words_by_ref()
    {
        local line=${COMP_LINE:0:COMP_POINT}
        read -ra words <<<"$line"
        [[ $line == *[[:space:]] ]] && words+=("")
        cword=$((${#words[@]} - 1))
        cur=${words[cword]}
        prev=${words[cword > 0 ? cword - 1 : 0]}
    }
fi

`

// fishFolders gives folders where they are asked for: what is generated for fish would
// leave that to fish, which gives files, too.
const fishFolders = `
complete -c weir -n 'test (commandline -opc | string join " ") = "weir annotations"' -f \
    -a '(__fish_complete_directories (commandline -ct))'
`

// plainUsages takes the backquotes out of the help of flags. By them --help finds the
// name of a value; completions would show them.
func plainUsages(c *cobra.Command) {
	c.Flags().VisitAll(func(flag *pflag.Flag) { _, flag.Usage = pflag.UnquoteUsage(flag) })
	for _, sub := range c.Commands() {
		plainUsages(sub)
	}
}

// completeFlag gives the values that a flag may have.
func completeFlag(c *cobra.Command, name string, values []string) {
	if err := c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values,
		cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag: a fault of the program's own
	}
}

// completeWords gives the words that a first argument may be.
func completeWords(words []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// completeLessons gives the numbers of the tour's lessons.
func completeLessons(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	var list []string
	if b, err := tour.Open(); err == nil { // else the tour itself says it
		defer b.Close()
		for _, l := range b.Lessons {
			list = append(list, cobra.CompletionWithDesc(strconv.Itoa(l.Number), l.Title))
		}
	}
	return completeWords(list)(c, args, word)
}

// hasScript reports whether a script is named already, or given by -e. What is behind it
// is the script's own, where the shell gives files.
func hasScript(c *cobra.Command, args []string) bool {
	return len(args) > 0 || c.Flags().Changed("execute")
}

// completeFile gives what may stand for a script: scripts here, and folders.
func completeFile(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if hasScript(c, args) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	list := completeFiles(word)
	directive := cobra.ShellCompDirectiveNoFileComp
	if len(list) == 1 && strings.HasSuffix(list[0], "/") {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return list, directive
}

// completeScript gives the examples besides. A script may have any name.
func (l exampleList) completeScript(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	list, directive := completeFile(c, args, word)
	if hasScript(c, args) {
		return list, directive
	}
	list = append(list, l.words(examplePrefix, args, word)...)
	if len(list) == 0 {
		directive = cobra.ShellCompDirectiveDefault
	}
	return list, directive
}

// completeFiles gives the Lua files and folders that begin with a word.
func completeFiles(word string) (list []string) {
	folder, base := filepath.Split(word)
	in := folder
	if in == "" {
		in = "."
	}
	entries, _ := os.ReadDir(in) // else nothing is there to complete
	for _, e := range entries {
		name := e.Name()
		switch hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(base, "."); {
		case hidden || !strings.HasPrefix(name, base):
		case isFolder(filepath.Join(in, name), e):
			list = append(list, folder+name+"/")
		case strings.HasSuffix(name, ".lua"):
			list = append(list, folder+name)
		}
	}
	return list
}

// isFolder follows links.
func isFolder(path string, e os.DirEntry) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// complete gives the names of examples.
func (l exampleList) complete(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	return l.words("", args, word), cobra.ShellCompDirectiveNoFileComp
}

// words are the names of examples, behind a prefix, where a first word is
// completed.
func (l exampleList) words(prefix string, args []string, word string) (list []string) {
	for _, e := range l() {
		if len(args) == 0 && strings.HasPrefix(prefix+e.Name, word) {
			list = append(list, cobra.CompletionWithDesc(prefix+e.Name, e.Summary))
		}
		if c := e.Name + ".c"; len(args) == 0 && prefix == "" && e.Program != "" && strings.HasPrefix(c, word) {
			list = append(list, cobra.CompletionWithDesc(c, "A C program at its other end."))
		}
	}
	return list
}

// completeNames gives the names of the library.
func completeNames(_ *cobra.Command, args []string, word string) (list []string, _ cobra.ShellCompDirective) {
	for _, row := range help.NamesLike(word) {
		if len(args) == 0 && strings.HasPrefix(row[0], word) && !strings.ContainsAny(row[0], " |*+") {
			list = append(list, cobra.CompletionWithDesc(row[0], row[1]))
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}
