package reference

import (
	"fmt"
	"strings"
)

// Man writes the document as a manual page of section 1, in the macros of man(7).
func Man(d *Document) string {
	var m manual
	m.printf(".TH %s 1 \"\" \"%s %s\" \"User Commands\"\n", strings.ToUpper(d.Name), d.Name, d.Version)
	m.printf(".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", roff(d.Name), roff(d.Summary))
	m.block(Code(strings.Join(d.Synopsis, "\n")))
	for _, s := range d.Sections {
		m.printf(".SH %s\n", roffArgument(strings.ToUpper(s.Title)))
		for _, b := range s.Blocks {
			m.block(b)
		}
	}
	return m.String()
}

type manual struct{ strings.Builder }

func (m *manual) printf(format string, args ...any) { fmt.Fprintf(&m.Builder, format, args...) }

// roff escapes what roff(7) would read as its own: backslashes, hyphens, and quotes or dots at the start of
// a line.
func roff(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = roffSigns.Replace(line)
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

var roffSigns = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `~`, `\(ti`, `^`, `\(ha`, "`", "\\(ga", `'`, `\(aq`)

// roffArgument quotes an argument of a macro.
func roffArgument(text string) string {
	return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"`
}

func (m *manual) block(b Block) {
	switch x := b.(type) {
	case Paragraph:
		m.printf(".PP\n%s\n", roff(oneLine(string(x))))
	case Code:
		m.printf(".PP\n.RS 4\n.EX\n%s\n.EE\n.RE\n", roff(string(x)))
	case Rows:
		for _, r := range x {
			m.printf(".TP 20\n\\fB%s\\fR\n%s\n", roff(r[0]), roff(oneLine(r[1])))
		}
	case Grid:
		m.grid(x)
	case Item:
		m.item(x)
	}
}

// grid writes a paragraph for each row, since not all systems have tbl(1).
func (m *manual) grid(g Grid) {
	for _, row := range g[1:] {
		m.printf(".TP 20\n\\fB%s\\fR\n", roff(row[0]))
		for i, text := range row[1:] {
			if i > 0 {
				m.printf(".br\n")
			}
			m.printf("%s: %s\n", roff(g[0][i+1]), roff(text))
		}
	}
}

func (m *manual) item(e Item) {
	m.printf(".TP\n\\fB%s\\fR", roff(e.Signature))
	if e.Of != "" {
		m.printf(" (%s)", roff(e.Of))
	}
	m.printf("\n%s\n", roff(oneLine(e.Summary)))
	if e.Example != "" {
		m.printf(".EX\n%s\n.EE\n", roff("  "+strings.ReplaceAll(e.Example, "\n", "\n  ")))
	}
	for _, b := range Prose(e.Long) {
		m.printf(".sp\n")
		if code, ok := b.(Code); ok {
			m.printf(".EX\n%s\n.EE\n", roff("  "+strings.ReplaceAll(string(code), "\n", "\n  ")))
		} else if p, ok := b.(Paragraph); ok {
			m.printf("%s\n", roff(oneLine(string(p))))
		}
	}
	for i, f := range e.Fields {
		if i == 0 {
			m.printf(".sp\n")
		} else {
			m.printf(".br\n")
		}
		m.printf("%s: %s\n", roff(f.Title), roff(oneLine(f.Text)))
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
