package syntax

import "testing"

// TestAtCall: the caret stands where a function is called, and not where its name is only a value.
func TestAtCall(t *testing.T) {
	for _, row := range []struct {
		line, word string
		column     int
	}{
		{`print(pcall(ring,{slots=9})) r=ring("/x")`, "ring", 32},
		{`print(pcall(ring, 1)) r = ring {slots = 9}`, "ring", 27},
		{`x = {ring, ring"/x"}`, "ring", 12},
		{`string = ring; r = ring[[x]]`, "ring", 20},
		{`r = ring`, "ring", 5},
		{`ring = strings(ring)`, "ring", 1},
		{`a = ring() b = ring()`, "ring", 5},
		{`f(x.size, {size = 1})`, "size", 5},
		{`run("a\255b")`, "a\xffb", 6},
		{"run('a\xffb')", "a\xffb", 6},
		{`x = 1`, "ring", 0},
	} {
		if e := At(row.line, "x", 1, row.word, "", ""); e.Column != row.column {
			t.Errorf("%s: %s at %d, not %d", row.line, row.word, e.Column, row.column)
		}
	}
}
