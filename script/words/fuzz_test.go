package words

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// FuzzParse: no panic, and every column lies within the line.
func FuzzParse(f *testing.F) {
	for _, s := range bashRows {
		f.Add("p " + s)
	}
	for _, s := range []string{"a | b", "a |& b >&2", "X=1 a <<<b", "f() { a; }", "a <<E\nE", "[[ a", "$(", "a ;& b", "a $((x++ + ${y[1]}))", "a >&$A-", "\xff\r| b", "a\r\n|b"} {
		f.Add(s)
	}
	env := world(f)
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "/") {
			return // would list folders outside the world
		}
		commands, err := Parse(line, env)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%q: %T", line, err)
			}
			if e.Col < 0 || e.Width < 0 || e.Col+e.Width > len(line) || e.Width == 0 && line != "" {
				t.Fatalf("%q: the error points at %d+%d: %s", line, e.Col, e.Width, e.Message)
			}
			if e.Message == "" || e.Hint == "" {
				t.Fatalf("%q: message %q, hint %q", line, e.Message, e.Hint)
			}
			return
		}
		for _, c := range commands {
			if len(c.Args) == 0 || c.Col < 0 || c.Col >= len(line) {
				t.Fatalf("%q: %+v", line, c)
			}
			for _, r := range c.Redirs {
				if r.Col < 0 || r.Col >= len(line) {
					t.Fatalf("%q: %+v", line, r)
				}
			}
		}
	})
}

// FuzzQuote: what Quote writes, Parse reads back.
func FuzzQuote(f *testing.F) {
	for _, s := range append(bashRows, "if", "\xf4\x8f\xb8\x80", "\x7f\x00") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "\x00") {
			return
		}
		commands, err := Parse("x "+Quote(s), Env{})
		if err != nil || len(commands) != 1 || !reflect.DeepEqual(commands[0].Args, []string{"x", s}) {
			t.Fatalf("Quote(%q) = %s, read as %+v, %v", s, Quote(s), commands, err)
		}
	})
}

// FuzzPlain: the short way gives what the parser gives.
func FuzzPlain(f *testing.F) {
	for _, s := range append(bashRows, "a b", " if a", "cd", "a=b c", "a b=c", "%a @b", "in x", "1 2", "a time", "function") {
		f.Add(s)
	}
	env := world(f)
	f.Fuzz(func(t *testing.T, line string) {
		short, ok := plain(line)
		if !ok {
			return
		}
		long, err := parse(line, env)
		if err != nil || !reflect.DeepEqual(long, []Command{short}) {
			t.Fatalf("%q: %+v, by the parser %+v, %v", line, short, long, err)
		}
	})
}
