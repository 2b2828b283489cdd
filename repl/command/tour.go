package command

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"weir/repl"
	"weir/repl/edit"
	"weir/repl/tour"
	"weir/runtime/guard"
	"weir/script"
)

func tourCommand(f *face) *cobra.Command {
	var list, asJSON bool
	c := &cobra.Command{
		Use: "tour [N]", Short: "ten short lessons: predict what lines do, run them, compare",
		Long: `tour leads through the lecture's outline in ten short lessons. Each shows some
lines of Lua and asks what they will do; a letter is a guess, Enter alone is
none. Then the lines are run here, and what they really did is compared with
the guess and explained. At the end of each lesson, lines can be tried as at
weir's prompt; Enter goes on, b goes back, r runs the lesson again, a number
goes to that lesson, q or Ctrl-D leaves.

weir tour goes on where one left off, which is kept under XDG_STATE_HOME;
weir tour 1 begins anew. From a pipe the answers are read line by line, and
nothing is kept.`,
		RunE: func(c *cobra.Command, args []string) error {
			b, err := tour.Open()
			if err != nil {
				return err
			}
			defer b.Close()
			switch {
			case list && len(args) > 0:
				return usageError{errors.New("tour: --list lists all lessons, and takes no number")}
			case list:
				return f.listLessons(b.Lessons, asJSON)
			case asJSON:
				return usageError{errors.New("tour: --json is how lessons are listed: weir tour --list --json")}
			}
			first, err := lessonNumber(args, len(b.Lessons))
			if err != nil {
				return err
			}
			return f.tour(b, first)
		},
		ValidArgsFunction: completeLessons,
	}
	c.Flags().BoolVar(&list, "list", false, "list the lessons, and the rows of the outline that each stands for")
	c.Flags().BoolVar(&asJSON, "json", false, "with --list: print one JSON object for each lesson")
	c.Flags().BoolVar(&f.plain, "plain", false, "plain lines without editing or colours, as a screen reader wants them")
	return c
}

// lessonNumber reads the number of a lesson; 0 stands for none.
func lessonNumber(args []string, last int) (int, error) {
	if len(args) == 0 {
		return 0, nil
	}
	if len(args) > 1 {
		return 0, usageError{errors.New("tour: at most one number of a lesson")}
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > last {
		return 0, usageError{fmt.Errorf("tour: there is no lesson %.40q; there are 1 to %d (`weir tour --list`)",
			args[0], last)}
	}
	return n, nil
}

func (f *face) listLessons(lessons []*tour.Lesson, asJSON bool) error {
	if asJSON {
		return printJSON(f, lessons)
	}
	var b strings.Builder
	for _, l := range lessons {
		fmt.Fprintf(&b, "%2d  %-46s  %s\n", l.Number, l.Title, strings.Join(l.Rows, ", "))
	}
	return f.writeOut(folded(f.Out, b.String()))
}

// tour runs the lessons.
func (f *face) tour(b *tour.Book, first int) error {
	var at atomic.Pointer[repl.Prompt]
	how := f.reading()
	editor, err := f.tourEditor(&at, how)
	if err != nil {
		return err
	}
	defer editor.Close()
	script.LetHeapGrow()
	inputs := &inputs{editor: editor}
	o := tour.Options{In: f.In, Out: f.out, Err: f.errs, Terminal: how != fromFile, Examples: f.examples(),
		Colours: how == edited && os.Getenv("NO_COLOR") == "", Context: inputs.begin,
		At: func(p *repl.Prompt) { at.Store(p) }}
	if how == edited {
		w := viewer{f: f, predict: true} // as the lessons do, it asks before it shows
		o.Top, o.Screen = w.topHere, w.screenOf("the tour")
	}
	jobs, stop := jobOutput(editor)
	defer stop()
	o.JobOutput = jobs
	defer inputs.watch(func() {
		if p := at.Load(); p != nil {
			p.VM.Suspend()
		}
	})()
	status, err := tour.New(b, editor, o).Run(first)
	guard.Shutdown()
	if err == nil && status != statusOK {
		err = statusFault(status)
	}
	return err
}

// tourEditor is like a prompt's, but what is entered is remembered by this tour only.
func (f *face) tourEditor(at *atomic.Pointer[repl.Prompt], how reading) (repl.Interruptible, error) {
	if how != edited {
		return f.editor(how)
	}
	history, _ := edit.OpenHistory("") // that it is not kept is meant
	e, err := edit.New(f.In, f.Out, history, edit.Options{
		Paint:   repl.Paint,
		Colours: func() bool { return os.Getenv("NO_COLOR") == "" },
		Complete: func(text string, cursor int) (int, []edit.Candidate) {
			if p := at.Load(); p != nil {
				return p.Complete(text, cursor)
			}
			return cursor, nil
		},
	})
	return tourLines{e}, err
}

// tourLines is a line editor whose history fails nowhere.
type tourLines struct{ *edit.Editor }

func (e tourLines) Remember(input string) { _ = e.Editor.Remember(input) }
