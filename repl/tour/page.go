package tour

import (
	"io"
	"strings"
	"sync"

	"weir/repl"
	"weir/repl/edit"
	"weir/repl/reference"
	"weir/runtime/cells"
	"weir/script/luaio"
)

// page is what the tour writes on. It counts the rows under the last line that was typed, so that
// nothing scrolls away unread.
type page struct {
	out      *luaio.Output
	terminal bool
	colours  bool

	mu   sync.Mutex
	used int // rows since the last input
}

// size is the screen's, in cells; rows is 0 if nothing has to fit.
func (p *page) size() (cols, rows int) {
	cols = repl.WidthOf(p.out.OS())
	if p.terminal {
		_, rows = edit.Size(int(p.out.OS().Fd()))
	}
	return cols, rows
}

// Write never fails: that would stop the goroutine which copies a run's output.
func (p *page) Write(text []byte) (int, error) {
	cols, _ := p.size()
	p.mu.Lock()
	defer p.mu.Unlock()
	for line := range strings.Lines(string(text)) {
		p.used += rowsOf(strings.TrimSuffix(line, "\n"), cols)
	}
	_, _ = p.out.Write(text)
	return len(text), nil
}

func (p *page) line(text string) { _, _ = io.WriteString(p, text+"\n") }

// typed notes that a line was typed: what stands above it has been read.
func (p *page) typed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used = 0
}

// promptRows is how many rows a prompt takes, with the empty one above it.
const promptRows = 2

// fits reports whether so many rows and a prompt have room on the screen, under what has not been read.
// On an empty screen anything fits.
func (p *page) fits(need int) bool {
	_, rows := p.size()
	p.mu.Lock()
	defer p.mu.Unlock()
	return rows == 0 || p.used == 0 || p.used+need+promptRows <= rows
}

// need is how many rows lines take, and the size of the screen.
func (p *page) need(lines []string) (need, cols, rows int) {
	cols, rows = p.size()
	for _, line := range lines {
		need += rowsOf(line, cols)
	}
	return need, cols, rows
}

// rowsOf is how many rows a line takes.
func rowsOf(line string, cols int) int {
	width := 0
	for line != "" { // colours take no cells
		if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
			_, line, _ = strings.Cut(rest, "m")
			continue
		}
		size, n := cells.Next(line)
		width, line = width+n, line[size:]
	}
	return max((width+cols-1)/cols, 1)
}

// styled writes a text in one of edit.Styles if there are colours.
func (p *page) styled(text, style string) string {
	if !p.colours {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// bold is the style of headings, as an SGR parameter.
const bold = "1"

// code indents a source, in the colours of the prompt. Lines that are too long are broken at blanks.
func (p *page) code(text string) (lines []string) {
	cols, _ := p.size()
	indent := "    "
	if cols < 60 {
		indent = "  "
	}
	var spans []edit.Span
	if p.colours {
		spans = repl.Paint(text)
	}
	at := 0
	for source := range strings.Lines(text) {
		for before := indent; source != ""; before = indent + "    " {
			n := breakAt(source, cols-len(before)-1)
			line := strings.TrimRight(p.painted(source[:n], at, spans), "\n")
			if line != "" {
				line = before + line
			}
			lines = append(lines, line)
			source, at = source[n:], at+n
		}
	}
	return lines
}

// breakAt is how much of a line fits, up to a blank; all of it if it has none.
func breakAt(line string, cols int) int {
	if cells.Text(strings.TrimRight(line, "\n")) <= cols {
		return len(line)
	}
	begin := len(line) - len(strings.TrimLeft(line, " "))
	for n := len(line); ; {
		n = strings.LastIndexByte(line[:n], ' ')
		if n <= begin {
			return len(line)
		}
		if cells.Text(line[:n]) <= cols {
			return n + 1
		}
	}
}

// painted is the part of a source at an offset, in colours. Each style ends with the part.
func (p *page) painted(part string, offset int, spans []edit.Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		from, to := max(s.From-offset, at), min(s.To-offset, len(part))
		if from < to {
			b.WriteString(part[at:from] + p.styled(strings.TrimRight(part[from:to], "\n"), edit.Styles[s.Kind]))
			at = to
		}
	}
	return b.String() + part[at:]
}

// prose wraps a text; an empty line begins a paragraph.
func (p *page) prose(text string) (lines []string) {
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, p.hanging("", paragraph)...)
	}
	return lines
}

// hanging wraps a text behind a head. Its further lines begin under the text.
func (p *page) hanging(before, text string) (lines []string) {
	cols, _ := p.size()
	indent := strings.Repeat(" ", cells.Text(before))
	wrapped := reference.Text{Width: min(cols, widest)}.Wrapped(text, indent)
	return strings.Split(before+strings.TrimPrefix(strings.TrimSuffix(wrapped, "\n"), indent), "\n")
}

// widest is how wide lines of prose become on the widest screen.
const widest = 88
