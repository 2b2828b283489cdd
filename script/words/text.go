package words

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// single is the text of '...' or $'...'.
func single(q *syntax.SglQuoted) string {
	if !q.Dollar {
		return q.Value
	}
	s, _, _ := expand.Format(nil, controls(q.Value), nil)
	s, _, _ = strings.Cut(s, "\x00") // as in C, where bash is written
	return s
}

// controls writes \cX, which the expansion does not know, as \xHH.
func controls(s string) string {
	if !strings.Contains(s, `\c`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if s[i] != 'c' || i+1 == len(s) {
			b.WriteByte('\\')
			b.WriteByte(s[i])
			continue
		}
		i++
		const hex = "0123456789abcdef"
		c := s[i] & 0x1f
		if s[i] == '?' {
			c = 0x7f
		}
		if s[i] == '\\' && i+1 < len(s) && s[i+1] == '\\' {
			i++
		}
		b.WriteString(`\x`)
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// inQuotes expands what stands between double quotes, or in a word of ${}
// between them.
func (x *expander) inQuotes(parts []syntax.WordPart, inBraces bool) (string, error) {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			unescape(&b, p.Value, inBraces)
		case *syntax.DblQuoted:
			s, err := x.inQuotes(p.Parts, false)
			if err != nil {
				return "", err
			}
			b.WriteString(s)
		case *syntax.SglQuoted:
			// Between double quotes a single quote is only a character, and
			// what it encloses is expanded; the parser does not look there.
			if p.Dollar || strings.ContainsAny(p.Value, "$`\\\"") {
				return "", x.refuse(p, "such a quote inside \"${...}\"", "keep the text in a variable")
			}
			b.WriteString("'" + p.Value + "'")
		case *syntax.ParamExp:
			pieces, err := x.variable(p, true)
			if err != nil {
				return "", err
			}
			b.WriteString(join(pieces))
		case *syntax.ArithmExp:
			n, err := x.arithmetic(p.X)
			if err != nil {
				return "", err
			}
			b.WriteString(n)
		default:
			return "", x.refuse(p, "this construct", "")
		}
	}
	return b.String(), nil
}

// unescape: between double quotes \ quotes only $ ` " \ and a newline, and
// the } inside ${}.
func unescape(b *strings.Builder, s string, inBraces bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (strings.IndexByte("$`\"\\", s[i+1]) >= 0 || inBraces && s[i+1] == '}') {
			i++
		}
		b.WriteByte(s[i])
	}
}
