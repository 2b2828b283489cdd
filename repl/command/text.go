package command

import (
	"fmt"
	"os"
	"strings"

	"weir/repl"
	"weir/repl/reference"
	"weir/script/luaio"
)

// indent sets every line four columns to the right.
func indent(text string) string {
	lines := strings.SplitAfter(text, "\n")
	var b strings.Builder
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	if !strings.HasSuffix(text, "\n") {
		b.WriteByte('\n')
	}
	return b.String()
}

// folded has the lines of a text end where the terminal behind a file does. What is no terminal gets
// lines as they are.
func folded(file *os.File, text string) string {
	if !luaio.IsTerminal(file) {
		return text
	}
	return reference.Text{Width: repl.WidthOf(file)}.Folded(text)
}

// say writes a line to standard error.
func (f *face) say(format string, args ...any) {
	fmt.Fprintln(f.errs, folded(f.Err, fmt.Sprintf(format, args...)))
}
