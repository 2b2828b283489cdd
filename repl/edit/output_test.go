package edit

import (
	"strings"
	"testing"
)

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"plain\n":                              "plain\r\n",
		"two\r\nlines\n":                       "two\r\r\nlines\r\n",
		"\x1b[1;31mred\x1b[m\n":                "\x1b[1;31mred\x1b[m\r\n\x1b[0m",
		"clear \x1b[2J\x1b[H\x1b[10Aup\n":      "clear up\r\n",
		"title \x1b]0;name\a!\n":               "title !\r\n",
		"title \x1b]0;name\x1b\\!\n":           "title !\r\n",
		"a title without an end \x1b]0;x\n!\n": "a title without an end \r\n!\r\n",
		"half \x1b[3\nnext\n":                  "half \r\nnext\r\n",
		"keys \x1b[>4;2m\x1b[?4m\n":            "keys \r\n",
		"letters \x1b(0x\x1b)Ay\x1bc\x1b7\n":   "letters xy\r\n",
		"\x0e\x0f\x0b\x0c\x00\x7f\n":           "\r\n",
		"\u009b2Jx\xff日\n":                     "2Jx\ufffd日\r\n",
		"tab\tback\b bell\a\n":                 "tab\tback\b bell\a\r\n",
		"no end":                               "no end\r\n",
		"\x1b":                                 "\r\n",
		"\x1b[":                                "\r\n",
		"\x1b[1m no end":                       "\x1b[1m no end\x1b[0m\r\n",
	} {
		if got := harmless([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestUnended(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"half ":                      "half ",
		"\x1b[31mred\x1b[2J\x1b[":    "red",
		"10%\r20%\r":                 "20%",
		"10%\r20":                    "20",
		"\r":                         "",
		"a\tb\a\x0e\u65e5\u009b\xe6": "a  b\u65e5",
	} {
		if got := unended([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzHarmless: whatever others write, no escape sequence but of colours gets
// through, and the last row has an end.
func FuzzHarmless(f *testing.F) {
	f.Add([]byte("a\x1b[1mb\x1b[2J\x1b]x\x1b\\\xc2\x9b\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		out := harmless(b)
		if !strings.HasSuffix(strings.TrimSuffix(out, "\x1b[0m"), "\r\n") {
			t.Errorf("%q ends within a row", out)
		}
		for _, part := range strings.Split(out, "\x1b")[1:] {
			if rest := strings.TrimLeft(strings.TrimPrefix(part, "["), "0123456789;:"); part[0] != '[' || !strings.HasPrefix(rest, "m") {
				t.Errorf("%q lets %q through", out, part)
			}
		}
		if strings.ContainsFunc(out, func(r rune) bool { return r >= 0x7f && r < 0xa0 }) {
			t.Errorf("%q has a control of ISO 6429", out)
		}
	})
}
