package reference

import (
	"strings"

	"weir/runtime/cells"
)

// Text writes parts of a document as text of a width in cells. Code may be wider.
type Text struct{ Width int }

// Document writes all of it.
func (t Text) Document(d *Document) string {
	var b strings.Builder
	b.WriteString(t.Wrapped(d.Name+" "+d.Version+": "+d.Summary, "") + "\n")
	b.WriteString(t.block(Code(strings.Join(d.Synopsis, "\n"))))
	for _, s := range d.Sections {
		b.WriteString("\n\n" + t.Section(s))
	}
	return b.String()
}

// Section writes one of them, below its title.
func (t Text) Section(s Section) string {
	text := s.Title + "\n" + strings.Repeat("=", cells.Text(s.Title)) + "\n"
	for _, block := range s.Blocks {
		text += "\n" + t.block(block)
	}
	return text
}

// Prose writes a text as Prose reads it, an empty line between its parts.
func (t Text) Prose(text string) string {
	var parts []string
	for _, block := range Prose(text) {
		parts = append(parts, t.block(block))
	}
	return strings.Join(parts, "\n")
}

func (t Text) block(block Block) string {
	switch x := block.(type) {
	case Paragraph:
		return t.Wrapped(string(x), "")
	case Code:
		return "    " + strings.ReplaceAll(string(x), "\n", "\n    ") + "\n"
	case Rows:
		return t.Described(x)
	case Grid:
		return t.Grid(x)
	case Item:
		return t.Item(x)
	}
	return ""
}

// Item writes all of an item.
func (t Text) Item(e Item) string {
	var b strings.Builder
	b.WriteString(t.Brief(e))
	for _, part := range Prose(e.Long) {
		b.WriteByte('\n')
		if p, ok := part.(Paragraph); ok {
			b.WriteString(t.Wrapped(string(p), "  "))
		} else {
			b.WriteString(t.block(part))
		}
	}
	if len(e.Fields) > 0 {
		b.WriteByte('\n')
	}
	column := t.fieldColumn(e.Fields)
	for _, f := range e.Fields {
		b.WriteString(t.field(f, column))
	}
	return b.String()
}

// Brief writes an item's signature, summary and example.
func (t Text) Brief(e Item) string {
	text := t.Wrapped(e.Signature, "")
	if of := "    " + e.Of; e.Of != "" && cells.Text(text)+cells.Text(of) <= t.Width {
		text = text[:len(text)-1] + of + "\n"
	} else if e.Of != "" {
		text += t.Wrapped(e.Of, "    ")
	}
	text += t.Wrapped(e.Summary, "  ")
	if e.Example != "" {
		text += t.Example(e.Example)
	}
	return text
}

// Example is an indented line of code. If it is too wide, it goes on in the next line, further in. It
// breaks at blanks, but not at those in strings.
func (t Text) Example(code string) string { return t.broken(codeWords(code), "    ", "      ") + "\n" }

// Broken breaks a line that is too wide at blanks, and changes nothing else.
func (t Text) Broken(line string) string { return t.broken(strings.Split(line, " "), "", "") }

// Folded breaks the lines of a text that are too wide at blanks. What goes on below a line stands further
// in than the line.
func (t Text) Folded(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if cells.Text(line) <= t.Width {
			continue
		}
		words := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(words)]
		lines[i] = t.broken(strings.Split(words, " "), indent, indent[:min(len(indent), t.Width/4)]+"    ")
	}
	return strings.Join(lines, "\n")
}

// broken joins words by blanks. The first line has an indent of its own.
func (t Text) broken(words []string, first, more string) string {
	var b strings.Builder
	line := first + words[0]
	for _, word := range words[1:] {
		if cells.Text(line)+1+cells.Text(word) >= t.Width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = more + word
			continue
		}
		line += " " + word
	}
	return b.String() + line
}

// codeWords cuts code at its blanks, but for those in strings.
func codeWords(code string) (words []string) {
	begin, quote := 0, byte(0)
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '\\' && quote != 0:
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == ' ':
			words = append(words, code[begin:i])
			begin = i + 1
		}
	}
	return append(words, code[begin:])
}

// fieldColumn is the column in which the texts of fields begin.
func (t Text) fieldColumn(fields []Field) int {
	column := 11
	for _, f := range fields {
		column = max(column, cells.Text(f.Title)+3)
	}
	return min(column, t.Width/3)
}

// field is a line with its title.
func (t Text) field(f Field, column int) string {
	title := "  " + f.Title + " "
	used := cells.Text(title)
	text := strings.TrimLeft(t.Wrapped(f.Text, strings.Repeat(" ", column)), " ")
	if used > column {
		return title[:len(title)-1] + "\n" + strings.Repeat(" ", column) + text
	}
	return title + strings.Repeat(" ", column-used) + text
}

// Rows writes names with a line about each, cut at the width.
func (t Text) Rows(rows Rows) string {
	widest := widestOf(rows)
	var b strings.Builder
	for _, r := range rows {
		line := "    " + r[0] + strings.Repeat(" ", widest-cells.Text(r[0])+2) + r[1]
		b.WriteString(strings.TrimRight(cells.Cut(line, t.Width-1), " ") + "\n")
	}
	return b.String()
}

// Described writes rows whose lines are wrapped, not cut.
func (t Text) Described(rows Rows) string {
	column := min(widestOf(rows), t.Width/3) + 6
	var b strings.Builder
	for _, r := range rows {
		name := "    " + r[0]
		if cells.Text(name)+2 > column {
			b.WriteString(name + "\n")
			name = ""
		}
		text := t.Wrapped(r[1], strings.Repeat(" ", column))
		b.WriteString(strings.TrimRight(name+text[min(cells.Text(name), len(text)):], " "))
	}
	return b.String()
}

func widestOf(rows Rows) int {
	widest := 0
	for _, r := range rows {
		widest = max(widest, cells.Text(r[0]))
	}
	return widest
}

// Grid writes a table, or a paragraph for each row if it is too wide.
func (t Text) Grid(g Grid) string {
	widths := make([]int, len(g[0]))
	for _, row := range g {
		for i, text := range row {
			widths[i] = max(widths[i], cells.Text(text))
		}
	}
	total := 4
	for _, w := range widths {
		total += w + 2
	}
	var b strings.Builder
	for k, row := range g {
		if total > t.Width {
			if k > 0 {
				b.WriteString(t.rowAlone(g[0], row))
			}
			continue
		}
		line := "    "
		for i, text := range row {
			line += text + strings.Repeat(" ", widths[i]-cells.Text(text)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func (t Text) rowAlone(head, row []string) string {
	text := t.Wrapped(row[0], "    ")
	for i := 1; i < len(row); i++ {
		if row[i] != "" {
			text += t.Wrapped(head[i]+": "+row[i], "      ")
		}
	}
	return text
}

// Wrapped wraps a text; every line begins with the indent.
func (t Text) Wrapped(text, indent string) string {
	var b strings.Builder
	used := 0
	for _, word := range strings.Fields(text) {
		width := cells.Text(word)
		switch {
		case used == 0:
			b.WriteString(indent)
			used = len(indent)
		case used+1+width < t.Width:
			b.WriteByte(' ')
			used++
		default:
			b.WriteString("\n" + indent)
			used = len(indent)
		}
		b.WriteString(word)
		used += width
	}
	return b.String() + "\n"
}
