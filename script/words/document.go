package words

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// document gives the text of a here-document. A delimiter with a quote in it keeps the
// text as it is; else variables, arithmetic and backslashes count as bash has them there.
func (x *expander) document(d *syntax.Redirect) (text string, err error) {
	if d.Hdoc == nil {
		return "", nil
	}
	defer x.contain(d.Hdoc, &err)
	parts := d.Hdoc.Parts
	if d.Op == syntax.DashHdoc {
		parts = withoutTabs(parts)
	}
	if !quoted(d.Word) {
		text, err = expand.Document(&x.config, &syntax.Word{Parts: parts})
		return text, x.expansionError(d.Hdoc, err)
	}
	for _, part := range parts {
		if lit, ok := part.(*syntax.Lit); ok {
			text += lit.Value
		}
	}
	return text, nil
}

// quoted reports whether any part of a word is.
func quoted(w *syntax.Word) bool {
	return slices.ContainsFunc(w.Parts, func(part syntax.WordPart) bool {
		lit, ok := part.(*syntax.Lit)
		return !ok || strings.Contains(lit.Value, `\`)
	})
}

// withoutTabs leaves out the tabs with which the lines of a document begin.
func withoutTabs(parts []syntax.WordPart) []syntax.WordPart {
	out := slices.Clone(parts)
	for i, part := range out {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			continue
		}
		lines := strings.SplitAfter(lit.Value, "\n")
		for k := range lines {
			if i == 0 || k > 0 {
				lines[k] = strings.TrimLeft(lines[k], "\t")
			}
		}
		c := *lit
		c.Value = strings.Join(lines, "")
		out[i] = &c
	}
	return out
}
