package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textLimit is how many cells of a text are drawn.
const textLimit = 40

// wide are the runes that terminals give two cells: East Asian Wide and
// Fullwidth of Unicode's EastAsianWidth.txt, and emoji.
var wide = []struct{ first, last rune }{
	{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0}, {0x23f3, 0x23f3},
	{0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1},
	{0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea},
	{0x26f2, 0x26f3}, {0x26f5, 0x26f5}, {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b},
	{0x2728, 0x2728}, {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
	{0x27b0, 0x27b0}, {0x27bf, 0x27bf}, {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0x303e},
	{0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
	{0xfe10, 0xfe19}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff},
	{0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f265},
	{0x1f300, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca},
	{0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440},
	{0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a},
	{0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
	{0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
	{0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
	{0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
}

// runeCells is how many cells a terminal gives a printable rune.
func runeCells(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) || r >= 0x1160 && r <= 0x11ff { // marks; vowels that join the Hangul before them
		return 0
	}
	i, found := slices.BinarySearchFunc(wide, r, func(w struct{ first, last rune }, r rune) int {
		switch {
		case w.last < r:
			return -1
		case w.first > r:
			return 1
		}
		return 0
	})
	if found && i < len(wide) {
		return 2
	}
	return 1
}

func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// cut shortens a text to a number of cells; its last ones then say that there
// is more.
func cut(s string, limit int, more string) string {
	if cells(s) <= limit {
		return s
	}
	n, limit := 0, limit-cells(more)
	for i, r := range s {
		if n += runeCells(r); n > limit {
			return s[:i] + more
		}
	}
	return s
}

// cutMiddle shortens a text that ends in what tells it apart: a path.
func cutMiddle(s string, limit int, more string) string {
	if cells(s) <= limit {
		return s
	}
	limit -= cells(more)
	tail := len(s)
	for n := 0; tail > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:tail])
		if n += runeCells(r); n > limit/2 {
			break
		}
		tail -= size
	}
	return cut(s, limit-limit/2+cells(more), more) + s[tail:]
}

// plain spells out what is not ASCII.
func plain(s string) string {
	q := strconv.QuoteToASCII(s)
	if q[1:len(q)-1] == s {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// short is a text as it is drawn.
func short(text string, ascii bool) string {
	if ascii {
		return cut(plain(text), textLimit, "...")
	}
	return cut(text, textLimit, "…")
}

func shortPath(text string, ascii bool) string {
	if ascii {
		return cutMiddle(plain(text), textLimit, "...")
	}
	return cutMiddle(text, textLimit, "…")
}

// label is what is drawn into a node.
func (n *Node) label(ascii bool) string {
	text, times := short(n.Text, ascii), " ×"
	if n.Kind == Channel {
		text = shortPath(n.Text, ascii)
	}
	if ascii {
		times = " x"
	}
	if n.Count > 1 && n.Kind != Terminal {
		text += times + strconv.Itoa(n.Count)
	}
	return text
}

// fdLabel lists descriptors, or nothing where there is only the usual one.
func fdLabel(fds []int, usual int) string {
	if len(fds) == 1 && fds[0] == usual {
		return ""
	}
	words := make([]string, len(fds))
	for i, fd := range fds {
		words[i] = strconv.Itoa(fd)
	}
	return strings.Join(words, ",")
}
