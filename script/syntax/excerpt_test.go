package syntax

import (
	"math/rand/v2"
	"strings"
	"testing"

	"weir/runtime/cells"
)

func TestExcerpt(t *testing.T) {
	long := `run("seq 100" | "grep 1" | "sort -nr" | "hedd -n 3" | "cat")`
	for _, row := range []struct {
		source      string
		column      int
		width       int
		columns     int
		line, caret string
	}{
		{"x = y z", 7, 1, 40, "x = y z", "      ^"},
		{long, 42, 4, 36, `... "sort -nr" | "hedd -n 3" | "c...`, `                  ^~~~`},
		{long, 1, 3, 36, `run("seq 100" | "grep 1" | "so...`, `^~~`},
		{long, 61, 1, 36, `...rt -nr" | "hedd -n 3" | "cat")`, `                                 ^`},
		{long, 0, 0, 20, `run("seq 100" ...`, ""},
		{"\tx = 日本語 é", 16, 2, 40, "\tx = 日本語 é", "\t           ^"},
		{strings.Repeat("日", 30) + "é", 91, 2, 20, `...日日日日日日é`, `               ^`},
	} {
		e := &Error{Source: row.source, Column: row.column, Width: row.width}
		line, caret := e.excerpt(row.columns)
		if line != row.line || caret != row.caret {
			t.Errorf("%s, column %d, on %d columns:\n%s\n%s\nwant\n%s\n%s", row.source, row.column, row.columns, line, caret, row.line, row.caret)
		}
	}
}

// TestExcerptFits: whatever the line is, its part fits, and the caret is below it.
func TestExcerptFits(t *testing.T) {
	parts := []string{"a", " ", "日", "é", "e\u0301", "👩\u200d💻", "\x01", "\xff", "\""}
	for range 3000 {
		var b strings.Builder
		for range rand.IntN(60) {
			b.WriteString(parts[rand.IntN(len(parts))])
		}
		e := &Error{Source: b.String(), Column: 1, Width: rand.IntN(5)}
		for at := rand.IntN(b.Len() + 1); e.Column <= at; {
			size, _ := columnsOf(e.Source[e.Column-1:])
			e.Column += size
		}
		columns := minExcerpt + rand.IntN(60)
		line, caret := e.excerpt(columns)
		if cells.Text(line) > columns || cells.Text(caret) > columns+1 || !strings.Contains(caret, "^") {
			t.Fatalf("%q, column %d, on %d columns:\n%s|\n%s|", e.Source, e.Column, columns, line, caret)
		}
	}
}
