package repl

import (
	"strings"
	"testing"
)

// TestPaint: which parts of an input have which colour.
func TestPaint(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"x = 1e-5 + .5", "number 1e-5; number .5"},
		{"if not done then break end", "keyword if; keyword not; keyword then; keyword break; keyword end"},
		{`"a" | grep"x" --[[ c`, `string "a"; library grep; string "x"; comment --[[ c`},
		{"t.grep = t:grep() .. grep", "library grep"},
		{"x = 'a\nend", "string 'a; keyword end"},
		{"$ if it's", "command $ if it's"},
		{":help if", "command :help if"},
		{"[==[ a ]] ]==] goto l", "string [==[ a ]] ]==]; keyword goto"},
	} {
		var got []string
		for _, s := range Paint(row.text) {
			got = append(got, s.Kind+" "+row.text[s.From:s.To])
		}
		if strings.Join(got, "; ") != row.want {
			t.Errorf("%s\n got %q\nwant %q", row.text, got, row.want)
		}
	}
}
