package words

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// assigns matches the beginning of a word that reads as an assignment.
var assigns = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\+?=`)

// tildesOf puts folders in for the ~ of an argument. bash(1): "Bash also performs
// tilde expansion on words satisfying the conditions of variable assignments when they
// appear as arguments to simple commands." It leaves them alone where a brace makes several words.
func (x *expander) tildesOf(w *syntax.Word) *syntax.Word {
	lit, ok := w.Parts[0].(*syntax.Lit)
	if !ok || braced(w) {
		return w
	}
	value := len(assigns.FindString(lit.Value))
	if value == 0 {
		value = -1
	}
	return &syntax.Word{Parts: x.tildes(w.Parts, value)}
}

// braced reports whether w has braces that make several words of it.
func braced(w *syntax.Word) bool {
	split := *w
	return syntax.SplitBraces(&split) && slices.ContainsFunc(split.Parts, func(part syntax.WordPart) bool {
		_, is := part.(*syntax.BraceExp)
		return is
	})
}

// tildes puts the folders in, quoted, for a ~, ~name, ~+ or ~- with which the word
// begins. In one that holds an assignment's value, from that byte of its first part,
// they may stand at the value's beginning and behind every unquoted colon.
func (x *expander) tildes(parts []syntax.WordPart, value int) []syntax.WordPart {
	var out []syntax.WordPart
	for i, part := range parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		text, done := lit.Value, 0
		colon := false // an unquoted one stands in front
		for at := 0; at < len(text); at++ {
			begins := i == 0 && at == max(value, 0) || colon && value >= 0 && (i > 0 || at > value)
			colon = text[at] == ':'
			if text[at] == '\\' {
				at++
				continue
			}
			if text[at] != '~' || !begins {
				continue
			}
			dir, end, ok := x.tilde(text[at:], value >= 0, i == len(parts)-1)
			if !ok {
				dir, end = "~", 1
			}
			out = append(out, &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: text[done:at]},
				&syntax.SglQuoted{Left: lit.ValuePos, Right: lit.ValueEnd, Value: dir})
			done, at = at+end, at+end-1
		}
		out = append(out, &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: text[done:]})
	}
	return slices.DeleteFunc(out, func(part syntax.WordPart) bool {
		lit, ok := part.(*syntax.Lit)
		return ok && lit.Value == ""
	})
}

// tilde gives the folder that the ~ at the beginning of a text stands for, and where
// what names it ends: at a slash, a colon, or the end of the word. Nothing quoted may
// stand before that; in a word that holds no value, not behind the colon either.
func (x *expander) tilde(text string, value, last bool) (dir string, end int, ok bool) {
	ends := "/"
	if value {
		ends = "/:"
	}
	end = strings.IndexAny(text, ends)
	if end < 0 && last {
		end = len(text)
	}
	if end < 0 || strings.Contains(text[:end], `\`) {
		return "", 0, false
	}
	name, _, _ := strings.Cut(text[1:end], ":")
	end = 1 + len(name)
	switch name {
	case "":
		if dir, ok = x.get("HOME"); !ok && x.env.Home != nil {
			dir, ok = x.env.Home("")
		}
	case "+":
		dir, ok = x.get("PWD")
	case "-":
		dir, ok = x.get("OLDPWD")
	default:
		if x.env.Home != nil {
			dir, ok = x.env.Home(name)
		}
	}
	return dir, end, ok
}
