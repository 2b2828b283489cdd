// Package luatext writes strings as a script in Lua would have them: readers of messages write Lua.
package luatext

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Quote writes a string as Lua reads it. Bytes that are no UTF-8, and control characters, are \ddd.
func Quote(s string) string { return `"` + spell(s, true) + `"` }

// Spell is Quote without the quotes: those in s, and backslashes, stay as they are.
func Spell(s string) string { return spell(s, false) }

func spell(s string, quotes bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		_, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case quotes && (c == '"' || c == '\\'):
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f || c >= utf8.RuneSelf && n == 1:
			fmt.Fprintf(&b, `\%03d`, c) // three digits, so that a digit may follow
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
