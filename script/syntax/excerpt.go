package syntax

import (
	"strings"

	"weir/runtime/cells"
)

const (
	maxExcerpt = 100   // columns of a line are shown
	minExcerpt = 10    // however narrow the screen is
	tab        = 8     // columns at most
	cutMark    = "..." // where something is left out
)

// excerpt gives the part of the line that the caret is in, and the line with the caret below it. Tabs stay,
// so that the caret lines up; other control characters become visible and harmless.
func (e *Error) excerpt(columns int) (line, caret string) {
	column := min(max(e.Column-1, 0), len(e.Source))
	from, to := window(e.Source, column, max(columns, minExcerpt))
	front, back := "", ""
	if from > 0 {
		front = cutMark
	}
	if to < len(e.Source) {
		back = cutMark
	}
	line = front + harmless(e.Source[from:to]) + back
	if e.Column <= 0 {
		return line, ""
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", len(front)))
	for at := from; at < column; {
		size, width := columnsOf(e.Source[at:])
		if e.Source[at] == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteString(strings.Repeat(" ", width))
		}
		at += size
	}
	b.WriteByte('^')
	if end := min(column+e.Width, to); end > column+1 {
		b.WriteString(strings.Repeat("~", max(cells.Text(e.Source[column:end]), 1)-1))
	}
	return line, b.String()
}

// window chooses from a line the part around a byte that fits into some columns, with
// the marks of what is left out on both sides.
func window(line string, at, columns int) (from, to int) {
	starts, widths, whole := []int{}, []int{}, 0
	middle := 0 // the character that is at the byte, or the end
	for i := 0; i < len(line); {
		size, width := columnsOf(line[i:])
		starts, widths, whole = append(starts, i), append(widths, width), whole+width
		if i += size; i <= at {
			middle++
		}
	}
	if whole <= columns {
		return 0, len(line)
	}
	starts = append(starts, len(line))
	first, end, left, right := middle, middle, 0, 0 // columns on both sides of the middle
	for room := columns - 2*len(cutMark); ; {
		growsLeft := first > 0 && left+right+widths[first-1] <= room
		growsRight := end < len(widths) && left+right+widths[end] <= room
		switch {
		case growsLeft && (left < right || !growsRight):
			first--
			left += widths[first]
		case growsRight:
			right += widths[end]
			end++
		default:
			return starts[first], starts[end]
		}
	}
}

// columnsOf measures the first character of a line as it is shown.
func columnsOf(line string) (size, width int) {
	if line[0] == '\t' {
		return 1, tab
	}
	if line[0] < ' ' || line[0] == 0x7f {
		return 1, 1
	}
	return cells.Next(line)
}
