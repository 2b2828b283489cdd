package vt

import (
	"strings"
	"testing"
)

// TestModel: what is written, and the screen after it, 8 by 4, with | for the
// cursor.
func TestModel(t *testing.T) {
	for _, row := range []struct{ write, want string }{
		{"abc", "abc|"},
		{"12345678", "1234567|8"},
		{"12345678x", "12345678\nx|"},
		{"1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5|"},
		{"abc\b\bx\ty", "axc    |y"},
		{"1234567日x", "1234567\n日x|"},
		{"e\u0301x\x1b[D", "e\u0301|x"},
		{"abc\x1b[2;3Hx\x1b[1;1Hy", "y|bc\n  x"},
		{"abc\x1b[4Gd\x1b[3de", "abcd\n\n    e|"},
		{"abcd\x1b[2D\x1b[K", "ab|"},
		{"abcd\x1b[2D\x1b[1K", "  | d"},
		{"ab\r\ncd\x1b[A\x1b[J", "ab|"},
		{"ab\r\ncd\x1b[1J\x1b[Bx", "\n\n  x|"},
		{"ab\r\ncd\x1b[2J", "\n  |"},
		{"ab\r\ncd\x1b[3J", "ab\ncd|"},
		{"1\r\n2\r\n3\x1b[2;1H\x1b[L", "1\n|\n2\n3"},
		{"1\r\n2\r\n3\x1b[1;1H\x1b[2M", "|3"},
		{"abcd\r\x1b[2P", "|cd"},
		{"abcd\r\x1b[2@", "|  abcd"},
		{"abcd\r\x1b[2X", "|  cd"},
		{"1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[3;1H\nx", "1\n3\nx|\n4"},
		{"1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[2;1H\x1bMx", "1\nx|\n2\n4"},
		{"1\r\n2\x1b[1S", "2\n |"},
		{"1\r\n2\x1b[1T", "\n1|\n2"},
		{"a\x1b7bc\x1b8x", "ax|c"},
		{"a\x1b[?1049hfull\x1b[?1049lb", "ab|"},
		{"a\x1b[?1049h\x1b[Hfull\x1b[?25l", "full|"},
		{"\x1b]0;title\aa\x1b]0;title\x1b\\b\x1b(Bc\x1b=\x1bP+q\x1b\\d", "abcd|"},
		{"a\x1b[1;31mb\x1b[0m\x1b[>4;2m\x1b[6n\x1b[?2004hc", "abc|"},
	} {
		for _, parts := range [][]string{{row.write}, strings.SplitAfter(row.write, "")} {
			m := New(8, 4)
			for _, part := range parts {
				m.Write(part)
			}
			got := m.Text(true)
			if got != row.want || m.Fault != "" {
				t.Errorf("%q: %q, %s; want %q", row.write, got, m.Fault, row.want)
			}
		}
	}
}
