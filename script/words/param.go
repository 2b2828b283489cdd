package words

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// variable expands $x and every form of ${x...} that permit lets through.
func (x *expander) variable(p *syntax.ParamExp, inQuotes bool) ([]piece, error) {
	name := p.Param.Value
	v, set := x.get(name)
	if p.Exp != nil && (p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull ||
		p.Exp.Op == syntax.DefaultUnset || p.Exp.Op == syntax.DefaultUnsetOrNull ||
		p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull ||
		p.Exp.Op == syntax.ErrorUnset || p.Exp.Op == syntax.ErrorUnsetOrNull) {
		return x.fallback(p, v, set, inQuotes)
	}
	var err error
	switch {
	case p.Length:
		v = strconv.Itoa(utf8.RuneCountInString(v))
	case p.Slice != nil:
		v, err = x.slice(p, v)
	case p.Repl != nil:
		v, err = x.replace(p.Repl, v)
	case p.Exp != nil:
		v, err = x.trimmed(p, v)
	}
	return []piece{{v, expanded}}, err
}

// fallback is ${x-w} ${x+w} ${x=w} ${x?w}, with : also for an empty x.
func (x *expander) fallback(p *syntax.ParamExp, v string, set, inQuotes bool) ([]piece, error) {
	there := set
	switch p.Exp.Op {
	case syntax.AlternateUnsetOrNull, syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull, syntax.ErrorUnsetOrNull:
		there = v != ""
	}
	switch op := p.Exp.Op; {
	case op == syntax.AlternateUnset || op == syntax.AlternateUnsetOrNull:
		if !there {
			return nil, nil
		}
		return x.instead(p, inQuotes)
	case there:
		return []piece{{v, expanded}}, nil
	case op == syntax.DefaultUnset || op == syntax.DefaultUnsetOrNull:
		return x.instead(p, inQuotes)
	}
	pieces, err := x.instead(p, inQuotes)
	if err != nil {
		return nil, err
	}
	text := join(pieces)
	if p.Exp.Op == syntax.ErrorUnset || p.Exp.Op == syntax.ErrorUnsetOrNull {
		if text == "" {
			text = "parameter null or not set"
		}
		return nil, x.fault(p, p.Param.Value+": "+text, "the line itself asks for this error where $"+p.Param.Value+" has no value")
	}
	x.set(p.Param.Value, text)
	return []piece{{text, expanded}}, nil
}

// instead expands the word of ${x:-word}.
func (x *expander) instead(p *syntax.ParamExp, inQuotes bool) ([]piece, error) {
	if p.Exp.Word == nil {
		return nil, nil
	}
	if inQuotes {
		s, err := x.inQuotes(p.Exp.Word.Parts, true)
		return []piece{{s, quoted}}, err
	}
	return x.parts(nil, p.Exp.Word.Parts, context{lit: expanded, tilde: true, equals: -1})
}

// pattern expands a word to a pattern in which what was quoted is escaped.
func (x *expander) pattern(w *syntax.Word) ([]token, error) {
	if w == nil {
		return nil, nil
	}
	pieces, err := x.parts(nil, w.Parts, noEquals)
	if err != nil {
		return nil, err
	}
	var f field
	for _, p := range pieces {
		f.add(p.text, p.kind)
	}
	return compile(string(f.pat)), nil
}

// trimmed is ${x#p} ${x##p} ${x%p} ${x%%p} and ${x^p} ${x^^p} ${x,p} ${x,,p}.
func (x *expander) trimmed(p *syntax.ParamExp, v string) (string, error) {
	pat, err := x.pattern(p.Exp.Word)
	if err != nil {
		return "", err
	}
	switch p.Exp.Op {
	case syntax.RemSmallPrefix:
		if short, _, ok := prefix(pat, v); ok {
			return v[short:], nil
		}
	case syntax.RemLargePrefix:
		if _, long, ok := prefix(pat, v); ok {
			return v[long:], nil
		}
	case syntax.RemSmallSuffix:
		for i := len(v); i >= 0; i-- {
			if boundary(v, i) && whole(pat, v[i:]) {
				return v[:i], nil
			}
		}
	case syntax.RemLargeSuffix:
		for i := 0; i <= len(v); i++ {
			if boundary(v, i) && whole(pat, v[i:]) {
				return v[:i], nil
			}
		}
	case syntax.UpperFirst, syntax.UpperAll, syntax.LowerFirst, syntax.LowerAll:
		return changeCase(p.Exp.Op, pat, v), nil
	default:
		return "", x.refuse(p, "this form of ${}", "")
	}
	return v, nil
}

// boundary reports whether a character of v starts at i, or v ends there.
func boundary(v string, i int) bool {
	return i == len(v) || utf8.RuneStart(v[i]) || !utf8.ValidString(v)
}

func changeCase(op syntax.ParExpOperator, pat []token, v string) string {
	to := unicode.ToUpper
	if op == syntax.LowerFirst || op == syntax.LowerAll {
		to = unicode.ToLower
	}
	var b strings.Builder
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRuneInString(v[i:])
		if (r != utf8.RuneError || n > 1) && (len(pat) == 0 || whole(pat, v[i:i+n])) {
			b.WriteRune(to(r))
		} else {
			b.WriteString(v[i : i+n])
		}
		i += n
		if op == syntax.UpperFirst || op == syntax.LowerFirst {
			b.WriteString(v[i:])
			break
		}
	}
	return b.String()
}

// replace is ${x/p/w}, ${x//p/w}, and with p of #p or %p at an end only.
func (x *expander) replace(rep *syntax.Replace, v string) (string, error) {
	pat, err := x.pattern(rep.Orig)
	if err != nil {
		return "", err
	}
	with := ""
	if rep.With != nil {
		// bash 5.2 replaces an unquoted & by the match; the & of an older
		// bash is itself. Neither is a surprise that this line should hold.
		pieces, err := x.parts(nil, rep.With.Parts, noEquals)
		if err != nil {
			return "", err
		}
		for _, p := range pieces {
			if p.kind != quoted && strings.Contains(p.text, "&") {
				return "", x.refuse(rep.With, "an unquoted & in a replacement", `quote it where the character is meant: \&`)
			}
		}
		with = join(pieces)
	}
	if len(pat) == 0 {
		return v, nil
	}
	atStart, atEnd := !rep.All && pat[0].is('#'), !rep.All && pat[0].is('%')
	if atStart || atEnd {
		pat = pat[1:]
	}
	var b strings.Builder
	for i := 0; i <= len(v); {
		_, long, ok := prefix(pat, v[i:])
		if atEnd {
			ok = whole(pat, v[i:])
			long = len(v) - i
		}
		if ok && (long > 0 || atStart || atEnd) {
			b.WriteString(with)
			i += long
			if !rep.All {
				b.WriteString(v[i:])
				return b.String(), nil
			}
			continue
		}
		if i == len(v) || atStart {
			b.WriteString(v[i:])
			break
		}
		_, n := utf8.DecodeRuneInString(v[i:])
		b.WriteString(v[i : i+n])
		i += n
	}
	return b.String(), nil
}

// slice is ${x:from:length}, counted in characters.
func (x *expander) slice(p *syntax.ParamExp, v string) (string, error) {
	var starts []int
	for i := 0; i < len(v); {
		starts = append(starts, i)
		_, n := utf8.DecodeRuneInString(v[i:])
		i += n
	}
	starts = append(starts, len(v))
	count := len(starts) - 1
	from, to := 0, count
	if p.Slice.Offset != nil {
		n, err := x.number(p.Slice.Offset)
		if err != nil {
			return "", err
		}
		if from = n; n < 0 {
			from += count
		}
		if from < 0 || from > count {
			return "", nil
		}
	}
	if p.Slice.Length != nil {
		n, err := x.number(p.Slice.Length)
		if err != nil {
			return "", err
		}
		if n < 0 {
			to = count + n
		} else if n < count-from {
			to = from + n
		}
		if to < from {
			return "", x.fault(p, strconv.Itoa(n)+": substring expression < 0", "a negative length counts from the end; it must not pass the start")
		}
	}
	return v[starts[from]:starts[to]], nil
}
