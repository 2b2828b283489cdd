// Package vt models a terminal's screen, as far as weir's prompt and the programs
// of its tests use one: keys go in at one side, and the tests look at the screen.
package vt

import (
	"fmt"
	"strings"

	"weir/runtime/cells"
)

// Model is a terminal's screen, as far as the editor uses one: rows of cells, a
// cursor, and the wait at the right margin that terminals have.
type Model struct {
	cols, rows int
	cells      [][]string // "" is the right half of a wide character
	row, col   int
	wraps      bool // the next character goes to the next row
	rest       string
	Pastes     bool   // bracketed paste is on
	Fault      string // what the model does not know
}

// New is an empty screen.
func New(cols, rows int) *Model {
	m := &Model{cols: cols, rows: rows}
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
	if m.row++; m.row == m.rows {
		m.row--
		m.cells = append(m.cells[1:], m.blank())
	}
}

// Write takes what a program writes to its terminal.
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

// one takes one character or sequence; 0 is that more is needed.
func (m *Model) one(s string) int {
	switch s[0] {
	case '\r':
		m.col, m.wraps = 0, false
		return 1
	case '\n':
		m.lineFeed()
		m.wraps = false
		return 1
	case 0x1b:
		return m.sequence(s)
	}
	if !strings.ContainsAny(s, "\r\n\x1b") && len(s) < 64 && s[len(s)-1] >= 0x80 {
		return 0 // a character may not be whole yet
	}
	size, width := cells.Next(s)
	if m.wraps || m.col+width > m.cols {
		m.col, m.wraps = 0, false
		m.lineFeed()
	}
	if width > 0 {
		m.cells[m.row][m.col] = s[:size]
		for i := 1; i < width; i++ {
			m.cells[m.row][m.col+i] = ""
		}
	}
	if m.col += width; m.col >= m.cols {
		m.col, m.wraps = m.cols-1, true
	}
	return size
}

func (m *Model) sequence(s string) int {
	if len(s) < 3 {
		return 0
	}
	end := 2
	for end < len(s) && (s[end] < 0x40 || s[end] > 0x7e) {
		end++
	}
	if end == len(s) {
		return 0
	}
	n := 1
	fmt.Sscanf(s[2:end], "%d", &n)
	m.wraps = m.wraps && (s[end] == 'm' || s[end] == 'h' || s[end] == 'l')
	switch s[end] {
	case 'A':
		m.row = max(m.row-n, 0)
	case 'B':
		m.row = min(m.row+n, m.rows-1)
	case 'C':
		m.col = min(m.col+n, m.cols-1)
	case 'H':
		m.row, m.col = 0, 0
	case 'J':
		from := m.col
		if s[2:end] == "2" {
			m.row, from = 0, 0
		}
		m.erase(m.row, from)
		for r := m.row + 1; r < m.rows; r++ {
			m.erase(r, 0)
		}
	case 'K':
		m.erase(m.row, m.col)
	case 'h', 'l':
		if s[2:end] == "?2004" {
			m.Pastes = s[end] == 'h'
		}
	case 'm':
	default:
		m.Fault = fmt.Sprintf("an unknown sequence: %q", s[:end+1])
	}
	return end + 1
}

func (m *Model) erase(row, from int) { copy(m.cells[row][from:], m.blank()[from:]) }

// Text is what stands on the screen, with | before the cursor's cell where cursor is
// set.
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

// Resize lets rows that are too long flow on into the next, as terminals do.
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
		all = all[drop:]
		at.row -= drop
	}
	*m = *New(cols, rows)
	for r, line := range all {
		copy(m.cells[r], line)
	}
	m.row, m.col = max(at.row, 0), min(at.col, cols-1)
}
