package explain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"weir/runtime/plan"
)

// shellQuote writes a string without NUL as one word of bash, on one line. It is bare if
// no character of it means anything to a shell.
func shellQuote(s string) string {
	switch {
	case s == "":
		return "''"
	case strings.IndexFunc(s, special) < 0:
		return s
	case plan.Printable(s):
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\' || r == '\'':
			b.WriteString(`\` + s[:n])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError && n == 1 || !unicode.IsPrint(r):
			for i := range n {
				fmt.Fprintf(&b, `\%03o`, s[i])
			}
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	b.WriteByte('\'')
	return b.String()
}

func special(r rune) bool {
	plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_@%+=:,./-", r)
	return !plain
}

func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellQuote(w)
	}
	return strings.Join(quoted, " ")
}

// commandWord quotes the word that names a program. Bare, one with = would be an
// assignment.
func commandWord(name string) string {
	if q := shellQuote(name); q != name || !strings.Contains(name, "=") {
		return q
	}
	return "'" + name + "'"
}

// bashOwn are bash's own commands and reserved words, without true and false, which do the
// same as the programs.
var bashOwn = set(`: . [ alias bg bind break builtin caller cd command compgen complete compopt continue declare
	dirs disown echo enable eval exec exit export fc fg getopts hash help history jobs kill let local logout mapfile popd
	printf pushd pwd read readarray readonly return set shift shopt source suspend test times trap type typeset ulimit
	umask unalias unset wait if then else elif fi case esac for select while until do done in function time coproc
	{ } ! [[ ]]`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// takenByBash reports whether bash would run something else than the program of this name.
func takenByBash(argv []string) bool {
	if argv[0] == "echo" {
		// Without options the two echoes are one.
		return len(argv) > 1 && strings.HasPrefix(argv[1], "-")
	}
	return bashOwn[argv[0]] || strings.HasPrefix(argv[0], "%")
}

// printfText is a command that writes data, whatever bytes are in it.
func printfText(data []byte) string {
	s := string(data)
	if !strings.Contains(s, "\x00") {
		return "printf %s " + shellQuote(s)
	}
	// A word of bash cannot hold a NUL; the format of printf(1) can name one.
	var b strings.Builder
	for i, c := range data {
		switch {
		case c == '%':
			b.WriteString("%%")
		case c == '\\' || c < ' ' || c >= 0x7f || i == 0 && c == '-':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return "printf " + shellQuote(b.String())
}
