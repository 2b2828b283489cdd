package input

import "testing"

// TestInput: what inputs are, by their signs.
func TestInput(t *testing.T) {
	for _, row := range []struct{ text, colon, question, is string }{
		{"$ ls a?", "", "", "shell"},
		{" \t$", "", "", "shell"},
		{"$x", "", "", "shell"},
		{" :help x", "help x", "", "prompt"},
		{":help?", "help?", ":help", "prompt"},
		{"::l::", "", "", ""},
		{"grep?", "", "grep", "prompt"},
		{" ?grep ", "", "grep", "prompt"},
		{`t.a["b c"][1]:send?`, "", `t.a["b c"][1]:send`, "prompt"},
		{"?", "", "", "prompt"},
		{"x = 'a?", "", "", ""},
		{"-- so?", "", "", ""},
		{" | 'cat'", "", "", "on"},
	} {
		colon, isColon := Colon(row.text)
		question, isQuestion := Question(row.text)
		is := ""
		switch {
		case IsShell(row.text):
			is = "shell"
		case ForPrompt(row.text):
			is = "prompt"
		case GoesOn(row.text):
			is = "on"
		}
		if is != row.is || isColon && colon != row.colon || isQuestion && question != row.question {
			t.Errorf("%s is %q, of the prompt %q, a question about %q", row.text, is, colon, question)
		}
	}
}

// TestPath: ~ is the home folder where it stands alone, or before a slash.
func TestPath(t *testing.T) {
	t.Setenv("HOME", "/h")
	t.Setenv("USERPROFILE", "/h")
	for typed, want := range map[string]string{"~": "/h", "~/a b": "/h/a b", `"~/a"`: "/h/a", "~a": "~a", "a/~": "a/~"} {
		if got := Path(typed); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
}
