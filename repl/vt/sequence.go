package vt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sequence reads an escape sequence, of ECMA-48 or xterm's ctlseqs, and returns its length; 0 if more
// bytes are needed.
func (m *Model) sequence(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '[':
		return m.control(s)
	case ']', 'P': // a title, a question about the terminal: up to BEL or ESC \
		if i := strings.IndexAny(s[2:], "\a\x1b"); i >= 0 && s[2+i] == '\a' {
			return i + 3
		} else if i >= 0 && i+3 < len(s) {
			return i + 4
		}
		return 0
	case '(', ')': // a character set
		if len(s) < 3 {
			return 0
		}
		return 3
	case '7':
		m.saved = position{m.row, m.col}
	case '8':
		m.row, m.col = min(m.saved.row, m.rows-1), min(m.saved.col, m.cols-1)
	case 'M':
		if m.row == m.top {
			m.scroll(m.top, -1)
		} else {
			m.row = max(m.row-1, 0)
		}
	case '=', '>':
	default:
		m.Fault = fmt.Sprintf("an unknown sequence: %q", s[:2])
	}
	return 2
}

// control reads a sequence that begins with ESC [.
func (m *Model) control(s string) int {
	end := 2
	for end < len(s) && (s[end] < 0x40 || s[end] > 0x7e) {
		end++
	}
	if end == len(s) {
		return 0
	}
	text, final := s[2:end], s[end]
	m.wraps = m.wraps && strings.ContainsRune("mhl", rune(final))
	if strings.ContainsAny(text, "?>=<!$ \"") {
		m.private(text, final)
		return end + 1
	}
	n, second := numbers(text)
	switch final {
	case 'A':
		m.row = max(m.row-n, 0)
	case 'B':
		m.row = min(m.row+n, m.rows-1)
	case 'C':
		m.col = min(m.col+n, m.cols-1)
	case 'D':
		m.col = max(m.col-n, 0)
	case 'G':
		m.col = min(n, m.cols) - 1
	case 'd':
		m.row = min(n, m.rows) - 1
	case 'H', 'f':
		m.row, m.col = min(n, m.rows)-1, min(second, m.cols)-1
	case 'J', 'K':
		m.clear(final, text)
	case 'L', 'M':
		if final == 'L' {
			n = -n
		}
		m.scroll(m.row, n)
	case 'X':
		copy(m.cells[m.row][m.col:min(m.col+n, m.cols)], m.blank())
	case 'P', '@':
		if final == '@' {
			n = -n
		}
		shift(m.cells[m.row][m.col:], n, func() string { return " " })
	case 'S':
		m.scroll(m.top, n)
	case 'T':
		m.scroll(m.top, -n)
	case 'r':
		if text == "" {
			second = m.rows
		}
		m.top, m.foot = n-1, min(second, m.rows)
		m.row, m.col = 0, 0
	case 'm', 'h', 'l', 't', 'n', 'c', 'q':
	default:
		m.Fault = fmt.Sprintf("an unknown sequence: %q", s[:end+1])
	}
	return end + 1
}

// numbers are the first two of a sequence; what is left out is 1.
func numbers(text string) (first, second int) {
	a, b, _ := strings.Cut(text, ";")
	first, _ = strconv.Atoi(a)
	second, _ = strconv.Atoi(b)
	return max(first, 1), max(second, 1)
}

// private reads a sequence of xterm's own. h sets its modes, and l resets them.
func (m *Model) private(text string, final byte) {
	if final != 'h' && final != 'l' {
		return
	}
	on := final == 'h'
	for _, mode := range strings.Split(strings.TrimPrefix(text, "?"), ";") {
		switch mode {
		case "2004":
			m.Pastes = on
		case "25":
			m.Hidden = !on
		case "1049", "1047", "47":
			m.other(on)
		}
	}
}

// other shows the other screen, or the usual one again as it was.
func (m *Model) other(on bool) {
	if on == (m.usual != nil) {
		return
	}
	if on {
		before := *m
		before.cells = slices.Clone(m.cells)
		m.cells = New(m.cols, m.rows).cells
		m.usual = &before
		return
	}
	before := m.usual
	if before.cols != m.cols || before.rows != m.rows {
		before.Resize(m.cols, m.rows)
	}
	m.cells, m.row, m.col, m.usual = before.cells, before.row, before.col, nil
	m.top, m.foot = 0, m.rows
}

// clear erases from the cursor on, up to it with 1, and all with 2. 3 erases what has scrolled away.
func (m *Model) clear(final byte, what string) {
	if what == "3" {
		return
	}
	from, to := m.col, m.cols
	switch what {
	case "1":
		from, to = 0, m.col+1
	case "2":
		from = 0
	}
	copy(m.cells[m.row][from:to], m.blank())
	for r := range m.rows {
		if final == 'J' && (r > m.row && what != "1" || r < m.row && what != "" && what != "0") {
			m.cells[r] = m.blank()
		}
	}
}

// scroll moves the rows from one to the end of the region up by n, or down.
func (m *Model) scroll(from, n int) {
	if from < m.foot {
		shift(m.cells[from:m.foot], n, m.blank)
	}
}

// shift moves the elements of a list by n to its front, or to its end.
func shift[T any](list []T, n int, blank func() T) {
	if n = min(max(n, -len(list)), len(list)); n >= 0 {
		copy(list, list[n:])
	} else {
		copy(list[-n:], list)
	}
	for i := range list {
		if n >= 0 && i >= len(list)-n || n < 0 && i < -n {
			list[i] = blank()
		}
	}
}
