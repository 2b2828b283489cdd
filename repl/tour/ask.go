package tour

import (
	"errors"
	"fmt"
	"io"

	"weir/repl"
	"weir/repl/edit"
)

// show writes lines that belong together. It waits first if they do not fit under what is not read yet.
func (t *Tour) show(lines []string) (order, error) {
	need, cols, _ := t.page.need(lines)
	if !t.page.fits(need) {
		if next, err := t.pause(); err != nil || next.do != goOn {
			return next, err
		}
	}
	for _, line := range lines {
		if !t.page.fits(rowsOf(line, cols)) {
			if next, err := t.pause(); err != nil || next.do != goOn {
				return next, err
			}
		}
		t.page.line(line)
	}
	return order{}, nil
}

// pause waits until the user has read the screen.
func (t *Tour) pause() (order, error) {
	for {
		line, err := t.ask("Enter goes on: ")
		if err != nil {
			return order{do: leave}, ended(err)
		}
		switch next, ok := readOrder(line, true); {
		case !ok || next.do == listOrders || next.do == again:
			t.lines("Enter: the rest. back: the lesson before. A number: that lesson. q: leaves.", "")
		case next.do == goOn, t.possible(next):
			return next, nil
		}
	}
}

// possible reports whether an order's lesson exists, and says so if it does not.
func (t *Tour) possible(o order) bool {
	if o.do == goTo && (o.lesson < 1 || o.lesson > len(t.book.Lessons)) {
		t.page.line(fmt.Sprintf("there is no lesson %d; there are 1 to %d", o.lesson, len(t.book.Lessons)))
		return false
	}
	return true
}

// lines writes a text, and another one under it.
func (t *Tour) lines(texts ...string) {
	for _, text := range texts {
		for _, line := range t.page.prose(text) {
			t.page.line(line)
		}
	}
}

// ask reads an answer. After Ctrl-C it asks again.
func (t *Tour) ask(prompt string) (string, error) {
	if t.Terminal {
		t.page.line("")
	}
	for {
		line, err := t.editor.Read(edit.Request{First: prompt, Whole: func(string) bool { return true }})
		if !errors.Is(err, repl.ErrInterrupt) {
			t.page.typed()
			return line, err
		}
	}
}

// ended is an error of reading that is not the end of input.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
