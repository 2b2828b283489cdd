// Package vt models a terminal's screen for tests: they write to it what a program wrote, and look at
// what it shows.
//
//   - vt.go has the screen and plain text; sequence.go has the escape sequences that weir's prompt and
//     the programs of its tests use
package vt

import (
	"strings"

	"weir/runtime/cells"
)

// Model is a terminal's screen: rows of cells, a cursor, and the pending wrap at the right margin.
type Model struct {
	cols, rows int
	cells      [][]string // "" is the right half of a wide character
	row, col   int
	wraps      bool // the next character goes to the next row
	top, foot  int  // the rows that scroll, foot not among them
	saved      position
	usual      *Model // the usual screen, while a program shows the other
	rest       string
	Gone       []string // rows of the usual screen that have scrolled away
	Pastes     bool     // bracketed paste is on
	Hidden     bool     // the cursor is
	Fault      string   // an escape sequence that the model does not know
}

type position struct{ row, col int }

// New is an empty screen.
func New(cols, rows int) *Model {
	m := &Model{cols: cols, rows: rows, foot: rows}
	for range rows {
		m.cells = append(m.cells, m.blank())
	}
	return m
}

func (m *Model) blank() []string {
	row := make([]string, m.cols)
	for i := range row {
		row[i] = " "
	}
	return row
}

func (m *Model) lineFeed() {
	switch {
	case m.row == m.foot-1:
		if m.top == 0 {
			m.leave(m.cells[:1])
		}
		m.scroll(m.top, 1)
	case m.row < m.rows-1:
		m.row++
	}
}

// leave keeps rows that scroll away at the top.
func (m *Model) leave(rows [][]string) {
	for _, row := range rows {
		if m.usual == nil {
			m.Gone = append(m.Gone, strings.TrimRight(strings.Join(row, ""), " "))
		}
	}
}

// Write shows what a program writes.
func (m *Model) Write(s string) {
	s = m.rest + s
	m.rest = ""
	for s != "" {
		n := m.one(s)
		if n == 0 {
			m.rest = s
			return
		}
		s = s[n:]
	}
}

// one reads one character or sequence and returns its length; 0 if more bytes are needed.
func (m *Model) one(s string) int {
	switch s[0] {
	case '\r':
		m.col, m.wraps = 0, false
		return 1
	case '\n':
		m.lineFeed()
		m.wraps = false
		return 1
	case '\b':
		m.col, m.wraps = max(m.col-1, 0), false
		return 1
	case '\t':
		m.col = min(m.col/8*8+8, m.cols-1)
		return 1
	case '\a', 0x0e, 0x0f:
		return 1
	case 0x1b:
		return m.sequence(s)
	}
	if !strings.ContainsAny(s, "\r\n\x1b") && len(s) < 64 && s[len(s)-1] >= 0x80 {
		return 0 // a character may not be whole yet
	}
	size, width := cells.Next(s)
	if width == 0 { // joins the character before it
		if at := m.col - 1; m.wraps {
			m.cells[m.row][m.col] += s[:size]
		} else if at >= 0 {
			m.cells[m.row][at] += s[:size]
		}
		return size
	}
	if m.wraps || m.col+width > m.cols {
		m.col, m.wraps = 0, false
		m.lineFeed()
	}
	m.cells[m.row][m.col] = s[:size]
	for i := 1; i < width; i++ {
		m.cells[m.row][m.col+i] = ""
	}
	if m.col += width; m.col >= m.cols {
		m.col, m.wraps = m.cols-1, true
	}
	return size
}

// Text is the text on the screen, with | before the cursor's cell if cursor is set.
func (m *Model) Text(cursor bool) string {
	var lines []string
	for r, row := range m.cells {
		var b strings.Builder
		for c, s := range row {
			if cursor && r == m.row && c == m.col {
				b.WriteString("|")
			}
			b.WriteString(s)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Resize breaks rows that are too long, as terminals do.
func (m *Model) Resize(cols, rows int) {
	old := *m
	var at struct{ row, col int }
	var all [][]string
	for r, row := range old.cells {
		last := len(row)
		for last > 0 && row[last-1] == " " && (r != old.row || last > old.col+1) {
			last--
		}
		line := []string{}
		for c := 0; c < last; c++ {
			width := 1
			if c+1 < last && row[c+1] == "" {
				width = 2
			}
			if len(line)+width > cols {
				all = append(all, line)
				line = nil
			}
			if r == old.row && c == old.col {
				at.row, at.col = len(all), len(line)
			}
			line = append(line, row[c])
		}
		all = append(all, line)
	}
	for len(all) > rows && len(all)-1 > at.row && len(all[len(all)-1]) == 0 {
		all = all[:len(all)-1]
	}
	if drop := len(all) - rows; drop > 0 {
		m.leave(all[:drop])
		all = all[drop:]
		at.row -= drop
	}
	pastes, usual, gone := m.Pastes, m.usual, m.Gone
	*m = *New(cols, rows)
	m.Pastes, m.usual, m.Gone = pastes, usual, gone
	for r, line := range all {
		copy(m.cells[r], line)
	}
	m.row, m.col = max(at.row, 0), min(at.col, cols-1)
}
