package repl

import (
	"errors"
	"fmt"
	"strings"

	"weir/repl/reference"
	"weir/runtime"
	"weir/script"
	"weir/script/luaio"
	"weir/script/syntax"
)

// showError shows an error of an input. A run that Ctrl-Z has stopped is none. An error of writing
// to the output is kept for the end of the session.
func (p *Prompt) showError(err error) {
	if errors.As(err, new(*luaio.WriteError)) {
		p.lost = err
		return
	}
	var failure *script.Failure
	if errors.As(err, &failure) {
		switch failure.Why {
		case script.WhyHalted:
			text := strings.TrimRight(failure.Err.Message+"\n"+failure.Err.Hint+p.session.droppedRest(), "\n")
			if _, own := p.Editor.(interface{ FreshRow() }); !own {
				text = "\n" + text // behind ^Z
			}
			fmt.Fprintln(p.Err, text)
			return
		case runtime.WhyInterrupted:
			text := "interrupted" // who pressed Ctrl-C knows where, but not what the stages did
			if where := failure.Err.Hint; where != "" {
				text += "\n" + where
			}
			fmt.Fprintln(p.Err, wrapped(text, p.Width()))
			return
		}
	}
	text := err.Error()
	p.reported = append(p.reported, text)
	if p.Interactive {
		text = ErrorText(err, p.Width())
	}
	fmt.Fprintln(p.Err, text)
}

// ErrorText writes an error for a screen of this width. The line of the source that it shows is cut, and
// all other lines are broken at blanks.
func ErrorText(err error, width int) string {
	text := err.Error()
	var e *syntax.Error
	if errors.As(err, &e) && e.Error() == text {
		text = e.Text(width - excerptIndent)
	}
	return wrapped(text, width)
}

// excerptIndent is how many columns stay empty beside the line that an error shows.
const excerptIndent = 5

// wrapped breaks lines at blanks. The excerpt of a source stays as it is.
func wrapped(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, " ") {
			lines[i] = reference.Text{Width: width}.Broken(line)
		}
	}
	return strings.Join(lines, "\n")
}

// showHint shows a text that is no error.
func (p *Prompt) showHint(hint string) {
	if hint != "" {
		if p.Interactive {
			hint = wrapped(hint, p.Width())
		}
		fmt.Fprintln(p.Err, hint)
	}
}
