package words

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// expander expands the words of one command. bash(1) gives the order: braces,
// then from left to right ~, variables and arithmetic, then splitting, then
// globs.
type expander struct {
	*reading
	assigned map[string]string // by ${x:=v}, $((x=v)) and NAME=v in front
}

func newExpander(r *reading) *expander { return &expander{reading: r} }

func (x *expander) get(name string) (string, bool) {
	if v, ok := x.assigned[name]; ok {
		return v, true
	}
	if name == "PWD" && x.env.Dir != "" {
		return x.env.Dir, true
	}
	if x.env.Lookup == nil {
		return "", false
	}
	return x.env.Lookup(name)
}

func (x *expander) set(name, value string) {
	if x.assigned == nil {
		x.assigned = make(map[string]string)
	}
	x.assigned[name] = value
}

// kind of a piece: what may still happen to it.
type kind int

const (
	bare     kind = iota // globs
	expanded             // is split, and globs
	quoted               // stays, and makes a field even when it is empty
)

type piece struct {
	text string
	kind kind
}

// context of a part of a word.
type context struct {
	lit    kind // what unquoted text becomes: expanded inside ${x:-text}
	tilde  bool // ~ at the start is a folder
	colons bool // and behind an unquoted : too, as in an assignment
	equals int  // index of the = of an argument NAME=value in the first part, else -1
}

var noEquals = context{tilde: true, equals: -1}

// fields expands one word of the command line: to one word, many, or none.
func (x *expander) fields(w *syntax.Word) ([]string, error) {
	word := *w
	if !syntax.SplitBraces(&word) {
		return x.oneWord(nil, &word, true)
	}
	var all []string
	for made, err := range expand.BracesSeq(nil, &word) {
		if err != nil {
			return nil, x.fault(w, err.Error(), "count in Lua and give the words to cmd(...)")
		}
		if all, err = x.oneWord(all, joinLits(made), false); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// joinLits mends the texts that brace expansion took apart.
func joinLits(w *syntax.Word) *syntax.Word {
	out := &syntax.Word{}
	for _, p := range w.Parts {
		lit, ok := p.(*syntax.Lit)
		if n := len(out.Parts); ok && n > 0 {
			if before, ok := out.Parts[n-1].(*syntax.Lit); ok {
				joined := *before
				joined.Value += lit.Value
				out.Parts[n-1] = &joined
				continue
			}
		}
		out.Parts = append(out.Parts, p)
	}
	return out
}

// oneWord expands a word without braces. One that came out of braces is no
// longer an assignment to bash: x={~,a} keeps its ~.
func (x *expander) oneWord(all []string, w *syntax.Word, asWritten bool) ([]string, error) {
	ctx := noEquals
	if asWritten && len(w.Parts) > 0 {
		if lit, ok := w.Parts[0].(*syntax.Lit); ok {
			ctx.equals = assignmentAt(lit.Value)
			ctx.colons = ctx.equals > 0
		}
	}
	pieces, err := x.parts(nil, w.Parts, ctx)
	if err != nil {
		return nil, err
	}
	return x.globs(all, split(pieces, x.separators())), nil
}

// assignmentAt is the index of the = in NAME=... and NAME+=..., or -1.
func assignmentAt(s string) int {
	i := strings.IndexByte(s, '=')
	if i > 0 && syntax.ValidName(strings.TrimSuffix(s[:i], "+")) {
		return i
	}
	return -1
}

// value expands the word behind NAME=: neither braces nor splitting nor globs.
func (x *expander) value(w *syntax.Word) (string, error) {
	if w == nil {
		return "", nil
	}
	return x.joined(w.Parts, context{tilde: true, colons: true, equals: -1})
}

func (x *expander) joined(parts []syntax.WordPart, ctx context) (string, error) {
	pieces, err := x.parts(nil, parts, ctx)
	if err != nil {
		return "", err
	}
	return join(pieces), nil
}

func join(pieces []piece) string {
	if len(pieces) == 1 {
		return pieces[0].text
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
	}
	return b.String()
}

// parts adds the pieces that the unquoted parts of a word expand to.
func (x *expander) parts(out []piece, parts []syntax.WordPart, ctx context) ([]piece, error) {
	for i, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			here := ctx
			if i > 0 {
				here.tilde, here.equals = false, -1
			}
			out = x.literal(out, p.Value, here, i+1 < len(parts))
		case *syntax.SglQuoted:
			out = append(out, piece{single(p), quoted})
		case *syntax.DblQuoted:
			s, err := x.inQuotes(p.Parts, false)
			if err != nil {
				return nil, err
			}
			out = append(out, piece{s, quoted})
		case *syntax.ParamExp:
			more, err := x.variable(p, false)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		case *syntax.ArithmExp:
			n, err := x.arithmetic(p.X)
			if err != nil {
				return nil, err
			}
			out = append(out, piece{n, expanded})
		default:
			return nil, x.refuse(p, "this construct", "")
		}
	}
	return out, nil
}

// literal adds unquoted text: \c is c, and ~ may be a folder.
func (x *expander) literal(out []piece, s string, ctx context, more bool) []piece {
	from := 0
	upTo := func(i int) {
		if from < i {
			out = append(out, piece{s[from:i], ctx.lit})
		}
	}
	tilde := ctx.tilde
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '~' && tilde:
			if home, n, ok := x.folder(s[i:], more); ok {
				upTo(i)
				out = append(out, piece{home, quoted})
				from = i + n
				i = from - 1
			}
			tilde = false
		case c == '\\' && i+1 < len(s):
			upTo(i)
			out = append(out, piece{s[i+1 : i+2], quoted})
			from = i + 2
			i++
			tilde = false
		default:
			tilde = i == ctx.equals || ctx.colons && c == ':' && (ctx.equals < 0 || i > ctx.equals)
		}
	}
	upTo(len(s))
	return out
}

// folder reads the ~ or ~user that s starts with. A : ends it everywhere, not
// only in an assignment.
func (x *expander) folder(s string, more bool) (home string, n int, ok bool) {
	for n = 1; n < len(s) && s[n] != '/' && s[n] != ':'; n++ {
		if s[n] == '\\' {
			return "", 0, false
		}
	}
	if n == len(s) && more {
		return "", 0, false // ~"x" and ~$x are no folders
	}
	switch user := s[1:n]; {
	case user == "+":
		home, ok = x.get("PWD")
	case user == "-":
		home, ok = x.get("OLDPWD")
	case x.env.Home != nil:
		home, ok = x.env.Home(user)
	case user == "":
		home, ok = x.get("HOME")
	}
	return home, n, ok
}
