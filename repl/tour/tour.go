package tour

import (
	"context"
	"errors"
	"fmt"
	"os"

	"weir/repl"
	"weir/script"
	"weir/script/luaio"
)

// Options are what a command gives its tour.
type Options struct {
	In        *os.File
	Out, Err  *luaio.Output
	Terminal  bool // somebody types: there are prompts and pauses, and progress is kept
	Colours   bool
	JobOutput *os.File // as script.Options has it
	Examples  []repl.Example
	// Context gives the context of a run or an input, which Ctrl-C ends.
	Context func() (context.Context, context.CancelFunc)
	Top     func(ctx context.Context, run uint64) error // as repl.Prompt has it
	Screen  func() (script.Screen, error)               // as script.Options has it
	// At gets the prompt at which lines are tried, and nil when there is none.
	At func(p *repl.Prompt)
}

// Tour is one way through the lessons.
type Tour struct {
	Options
	editor   repl.Editor
	book     *Book
	page     *page
	progress *progress
}

// New makes a tour of a book, whose answers the editor reads.
func New(b *Book, editor repl.Editor, o Options) *Tour {
	t := &Tour{Options: o, editor: editor, book: b, page: &page{out: o.Out, terminal: o.Terminal, colours: o.Colours}}
	t.progress = &progress{Lesson: 1, Guesses: map[int]bool{}}
	if o.Terminal {
		var err error
		t.progress, err = openProgress()
		t.report(err)
	}
	return t
}

// Run goes through the lessons from number first on: 0 goes on where the user left off, and 1 begins
// anew. It returns the exit status.
func (t *Tour) Run(first int) (int, error) {
	resumed := first == 0 && t.progress.Lesson > 1
	switch {
	case first == 1:
		t.progress.Guesses = map[int]bool{}
	case first == 0:
		first = min(t.progress.Lesson, len(t.book.Lessons))
	}
	t.greet(resumed)
	for at := first; ; {
		t.progress.Lesson = at
		t.report(t.progress.keep())
		next, err := t.lesson(t.book.Lessons[at-1])
		if err == nil {
			err = t.Out.Lost()
		}
		var exit *script.ExitError
		switch {
		case errors.As(err, &exit): // a line that was tried
			return exit.Code, nil
		case err != nil:
			return 0, fmt.Errorf("tour: %w", err)
		}
		switch next.do {
		case leave:
			t.leave(at)
			return 0, t.Out.Lost()
		case goBack:
			at = max(at-1, 1)
		case goTo:
			at = next.lesson
		case goOn:
			if at == len(t.book.Lessons) {
				t.finish()
				return 0, t.Out.Lost()
			}
			at++
		}
	}
}

// report shows an error that does not stop the tour.
func (t *Tour) report(err error) {
	if err != nil {
		fmt.Fprintln(t.Err, err)
	}
}

func (t *Tour) greet(resumed bool) {
	text := fmt.Sprintf("%d lessons. Each shows some lines, lets you predict what they do, runs them, and compares. "+
		"Enter goes on, q leaves, ? says what else there is.", len(t.book.Lessons))
	if resumed {
		text = "This is where you left off; weir tour 1 begins anew."
	}
	for _, line := range t.page.prose(text) {
		t.page.line(line)
	}
}

// lesson goes through a lesson, and returns where to go then.
func (t *Tour) lesson(l *Lesson) (order, error) {
	if next, err := t.present(l); err != nil || next.do != goOn {
		return next, err
	}
	guess, next, err := t.predict(l)
	for err == nil && next.do == goOn {
		var then order
		if then, err = t.compare(l, guess); err == nil && then.do == goOn {
			then, err = t.try(l)
		}
		if then.do != again {
			return then, err
		}
	}
	return next, err
}

// leave says how to come back.
func (t *Tour) leave(at int) {
	back := fmt.Sprintf("weir tour %d goes on here.", at)
	if t.progress.kept() {
		back = fmt.Sprintf("weir tour goes on here, with lesson %d.", at)
	}
	t.page.line("")
	t.page.line(back)
}

// finish says how many predictions were right, and what to read next.
func (t *Tour) finish() {
	right := 0
	for _, ok := range t.progress.Guesses {
		if ok {
			right++
		}
	}
	t.progress.forget()
	text := "That was the last one."
	if n := len(t.progress.Guesses); n > 0 {
		text += fmt.Sprintf(" You predicted %d of %d lessons, and %d of them right.", n, len(t.book.Lessons), right)
	}
	t.lines("", text, "", "What next: weir is the prompt, where help() gives an overview. weir examples lists "+
		"scripts, weir run example:pi runs one, weir graph example:pi draws it. weir bench compares the mechanisms "+
		"here, weir doctor says what is native.")
}
