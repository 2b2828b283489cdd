package words

import (
	"strings"
	"unicode/utf8"
)

// field is one word after splitting: its text, and the same as a pattern in
// which quoted characters are escaped.
type field struct {
	text, pat []byte
	globs     bool // an unquoted * ? or [ is in it
}

func (f *field) add(s string, k kind) {
	f.text = append(f.text, s...)
	if k != quoted {
		f.pat = append(f.pat, s...)
		f.globs = f.globs || strings.ContainsAny(s, "*?[")
		return
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; strings.IndexByte(`*?[]\-!^:.=`, c) >= 0 {
			f.pat = append(f.pat, '\\')
		}
		f.pat = append(f.pat, s[i])
	}
}

// separators is $IFS.
func (x *expander) separators() string {
	if ifs, ok := x.get("IFS"); ok {
		return ifs
	}
	return " \t\n"
}

// split cuts what variables expanded to at the characters of $IFS. bash(1),
// Word Splitting: blanks in IFS at the ends are ignored and a run of them
// separates; any other character of IFS separates alone, together with the
// blanks beside it.
func split(pieces []piece, ifs string) []field {
	var fields []field
	var cur *field
	blankEnded := false
	end := func() {
		fields = append(fields, *cur)
		cur = nil
	}
	begin := func() {
		if cur == nil {
			cur = &field{}
		}
	}
	for _, p := range pieces {
		if p.kind != expanded || ifs == "" {
			if p.text != "" || p.kind == quoted {
				begin()
				cur.add(p.text, p.kind)
				blankEnded = false
			}
			continue
		}
		from := 0
		text := func(i int) {
			if from < i {
				begin()
				cur.add(p.text[from:i], expanded)
				blankEnded = false
			}
		}
		for i := 0; i < len(p.text); {
			r, n := utf8.DecodeRuneInString(p.text[i:])
			if !strings.Contains(ifs, p.text[i:i+n]) {
				i += n
				continue
			}
			text(i)
			switch blank := r == ' ' || r == '\t' || r == '\n'; {
			case cur != nil:
				end()
				blankEnded = blank
			case blank:
			case blankEnded:
				blankEnded = false
			default:
				fields = append(fields, field{})
			}
			i += n
			from = i
		}
		text(len(p.text))
	}
	if cur != nil {
		end()
	}
	return fields
}
