package tour

import (
	"fmt"
	"io"
	"strings"

	"weir/repl"
	"weir/repl/edit"
	"weir/repl/help"
	"weir/script"
)

// try shows lines to try, and a prompt of weir's to enter them, or others. An order of the tour's ends it.
func (t *Tour) try(l *Lesson) (order, error) {
	lines := append([]string{"", "To try, here or at weir's prompt:"}, t.page.code(l.try)...)
	onward := fmt.Sprintf("Enter: lesson %d", l.Number+1)
	if l.Number == len(t.book.Lessons) {
		onward = "Enter: the end"
	}
	lines = append(append(lines, ""), t.page.prose(onward+", b: back, r: run again, q: leave, ?: more")...)
	if next, err := t.show(lines); err != nil || next.do != goOn {
		return next, err
	}
	t.editor.Remember(l.code) // the key for the input before brings it back
	vm := script.New(script.Options{Script: "tour", Stdin: t.In, Stdout: t.Out.OS(), Stderr: t.Err.OS(),
		Interactive: true, JobControl: t.Terminal, JobOutput: t.JobOutput, Screen: t.Screen})
	help.Add(vm, func() int { return repl.WidthOf(t.Out.OS()) })
	reader := &tryReader{Tour: t}
	p := &repl.Prompt{VM: vm, Editor: reader, Out: t.Out, Err: t.Err, Context: t.Context, Examples: t.Examples, Top: t.Top}
	t.at(p)
	defer t.at(nil)
	status := p.Run()
	lost := vm.Close()
	if lost == nil {
		lost = p.Lost()
	}
	switch {
	case lost != nil && status == 0:
		return order{}, lost
	case !reader.ended:
		return order{}, &script.ExitError{Code: status}
	}
	return reader.next, reader.err
}

func (t *Tour) at(p *repl.Prompt) {
	if t.At != nil {
		t.At(p)
	}
}

// tryReader reads the inputs of a prompt inside the tour, up to an order.
type tryReader struct {
	*Tour
	next  order
	err   error
	ended bool
}

func (r *tryReader) Read(request edit.Request) (string, error) {
	request.First, request.More = "tour> ", "   .. "
	for {
		line, err := r.editor.Read(request)
		if err != nil && err != io.EOF {
			return line, err
		}
		r.page.typed()
		if err != nil {
			r.next.do, r.ended = leave, true
			return "", err
		}
		next, ok := readOrder(line, true)
		switch {
		case !ok:
			return line, nil
		case next.do == listOrders:
			r.lines("Enter goes on, b goes back, r runs the lesson's lines again, a number goes to that lesson, " +
				"q or Ctrl-D leaves. Anything else is run, as at weir's prompt: help() is an overview there, " +
				"help(x) says what x is. Variables that are called b, r or q are shown by =b.")
			if r.Terminal {
				r.lines("The key for the line before brings back the lesson's lines, to be changed and run.")
			}
		case r.possible(next):
			r.next, r.ended = next, true
			return "", io.EOF
		}
	}
}

func (r *tryReader) Remember(input string) { r.editor.Remember(strings.TrimRight(input, "\n")) }

func (r *tryReader) Close() error { return nil }
