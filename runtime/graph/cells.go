package graph

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"weir/runtime/cells"
)

// textLimit is how many cells of a text are drawn.
const textLimit = 40

// cut shortens a text to a number of cells; its last ones then say that there
// is more.
func cut(s string, limit int, more string) string {
	if cells.Text(s) <= limit {
		return s
	}
	n, limit := 0, limit-cells.Text(more)
	for i, r := range s {
		if n += cells.Rune(r); n > limit {
			return s[:i] + more
		}
	}
	return s
}

// cutMiddle shortens a text that ends in what tells it apart: a path.
func cutMiddle(s string, limit int, more string) string {
	if cells.Text(s) <= limit {
		return s
	}
	limit -= cells.Text(more)
	tail := len(s)
	for n := 0; tail > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:tail])
		if n += cells.Rune(r); n > limit/2 {
			break
		}
		tail -= size
	}
	return cut(s, limit-limit/2+cells.Text(more), more) + s[tail:]
}

// plain spells out what is not ASCII, byte for byte.
func plain(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, `\%03d`, s[i])
		}
	}
	return b.String()
}

// short is a text as it is drawn.
func short(text string, limit int, ascii bool) string {
	if ascii {
		return cut(plain(text), limit, "...")
	}
	return cut(text, limit, "…")
}

// shortText is a node's text as it is drawn.
func shortText(n *Node, limit int, ascii bool) string {
	switch {
	case n.Kind != Channel:
		return short(n.Text, limit, ascii)
	case ascii:
		return cutMiddle(plain(n.Text), limit, "...")
	}
	return cutMiddle(n.Text, limit, "…")
}

// label is what is drawn into a node.
func (n *Node) label(ascii bool) string { return shortText(n, textLimit, ascii) + times(n, ascii) }

// times says of how many replicas a node is made.
func times(n *Node, ascii bool) string {
	switch {
	case n.Count <= 1 || n.Kind == Terminal:
		return ""
	case ascii:
		return " x" + strconv.Itoa(n.Count)
	}
	return " ×" + strconv.Itoa(n.Count)
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
