package tour

import (
	"fmt"
	"slices"
	"strings"
)

// present shows a lesson's text, its code and its question.
func (t *Tour) present(l *Lesson) (order, error) {
	p := t.page
	about := []string{""}
	head := fmt.Sprintf("%d of %d  ", l.Number, len(t.book.Lessons))
	for _, line := range p.hanging(head, l.Title+" ("+strings.Join(l.Rows, ", ")+")") {
		about = append(about, p.styled(line, bold))
	}
	about = append(append(about, ""), p.prose(l.text)...)
	code := append([]string{""}, p.code(l.code)...)
	ask := append([]string{""}, p.prose(l.question)...)
	for i, choice := range l.choices {
		ask = append(ask, p.hanging("  "+letter(i+1)+"  ", choice)...)
	}
	parts := [][]string{about, slices.Concat(code, ask)} // the question beside the code
	if need, _, rows := p.need(parts[1]); need+promptRows > rows {
		parts = [][]string{about, code, ask}
	}
	for _, part := range parts {
		if next, err := t.show(part); err != nil || next.do != goOn {
			return next, err
		}
	}
	return order{}, nil
}

// predict asks what will happen; a guess of 0 is none.
func (t *Tour) predict(l *Lesson) (guess int, next order, err error) {
	last := letter(len(l.choices))
	for {
		line, err := t.ask(fmt.Sprintf("a to %s, or Enter to see: ", last))
		if err != nil {
			return 0, order{do: leave}, ended(err)
		}
		if guess := readGuess(line, len(l.choices)); guess > 0 {
			return guess, order{}, nil
		}
		next, ok := readOrder(line, false)
		switch {
		case !ok:
			t.page.line(fmt.Sprintf("%.40q is none of a to %s; ? says what else there is", line, last))
		case next.do == listOrders:
			t.lines("a to "+last+" is a guess, and Enter none: the lines are run, and what they did is compared. "+
				"back: the lesson before. A number: that lesson. q: leaves.", "")
		case next.do == again: // nothing has run
		case next.do == goOn:
			return 0, order{}, nil
		case t.possible(next):
			return 0, next, nil
		}
	}
}

// compare runs the code, and says what was predicted, what happened, and why.
func (t *Tour) compare(l *Lesson, guess int) (order, error) {
	p := t.page
	p.line("")
	ctx, cancel := t.Context()
	defer cancel()
	did := perform(ctx, l, p)
	if did.err != nil && !did.interrupted {
		p.line(did.err.Error())
	}
	if did.interrupted {
		return t.show([]string{"", "The run was interrupted, so there is nothing to compare. r runs it again."})
	}
	seen, err := t.book.judge(l, did)
	if err != nil {
		return order{}, err
	}
	text := append([]string{""}, p.verdict(l, guess, seen, did.err != nil)...)
	if seen > 0 {
		if _, known := t.progress.Guesses[l.Number]; !known && guess > 0 {
			t.progress.Guesses[l.Number] = guess == seen
			t.report(t.progress.keep())
		}
		if remark := l.remarks[seen]; remark != "" {
			text = append(text, p.prose(remark)...)
		}
	}
	text = append(append(text, ""), p.prose(l.why)...)
	return t.show(text)
}

// verdict compares a guess with what happened.
func (p *page) verdict(l *Lesson, guess, seen int, failed bool) []string {
	row := func(title string, n int) []string {
		return p.hanging(fmt.Sprintf("  %-11s  %s  ", title, letter(n)), l.choices[n-1])
	}
	switch {
	case seen == 0 && failed:
		return p.prose("The run failed, which this lesson did not expect. " +
			"r runs it again; weir doctor says what works here.")
	case seen == 0:
		return p.prose("What happened is none of these. r runs it again.")
	case guess == 0:
		return row("it was", seen)
	case guess == seen:
		return row("as you said", seen)
	}
	return slices.Concat(row("you said", guess), row("it was", seen))
}
