package words

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Quote writes s as one word that bash, and Parse, read back as s. It leaves
// plain words as they are. No quoting can express a NUL; what follows one is
// lost.
func Quote(s string) string {
	if s == "" {
		return "''"
	}
	bare, visible := !keyword(s), utf8.ValidString(s)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if kindOf[c] != plainByte || c == '=' {
			bare = false
		}
		if c < ' ' || c == 0x7f {
			visible = false
		}
	}
	switch {
	case bare:
		return s
	case visible:
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\\' || r == '\'':
			b.WriteByte('\\')
			b.WriteByte(s[i])
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte('\'')
	return b.String()
}
