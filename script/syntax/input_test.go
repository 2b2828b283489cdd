package syntax

import "testing"

func TestCompileInput(t *testing.T) {
	for _, row := range []struct {
		text string
		want string // the error; "..." where more could make it whole
	}{
		{`1 + 1`, ""},
		{`= 1`, ""},
		{"\ufeff1 + 1", ""},
		{`x = 1`, ""},
		{`f()`, ""},
		{`#t`, ""},
		{`::a:: print(1)`, ""},
		{`"seq 3" |`, "..."},
		{"\"seq 3\" | -- and", "..."},
		{"\"seq 3\"\n|", "..."},
		{`= "seq 3" |`, "..."},
		{`1 +`, "..."},
		{`{1,`, "..."},
		{`#{1,`, "..."},
		{`not`, "..."},
		{`function() return 1`, "..."},
		{`x = [[a`, "..."},
		{`x = 'a\`, "..."},
		{"x = 'a\\\nb\\", "..."},
		{`x = 'a\\`, "1:5: this string is not closed on its line"},
		{"x = 'a\ny\\", "1:5: this string is not closed on its line"},
		{`x x`, "1:3: unexpected 'x'"},
		{`x = = 1`, "1:5: unexpected '='"},
		{`"seq 3" | | "tac"`, "1:11: unexpected |"},
		{`"seq 3" | )`, "1:11: | needs a stage on its right, not ')'"},
		{"{1,\n2 3}", "2:3: unexpected '3'"},
		{`= 1 )`, "1:5: unexpected ')'"},
		{`#t t`, "1:4: unexpected 't'"},
		{`for i = 1 do end`, "1:11: unexpected 'do'"},
	} {
		_, err := CompileInput("", row.text)
		got := ""
		if e, ok := err.(*Error); ok {
			e.Source, e.Hint, e.File = "", "", "f"
			got = e.Error()[len("f:"):]
			if e.incomplete {
				got = "..."
			}
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.text, got, row.want)
		}
	}
}
