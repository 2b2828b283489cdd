package words

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// expander expands the words of one command.
type expander struct {
	*reading
	config   expand.Config
	dots     bool              // the word may match names that begin with a dot
	assigned map[string]string // by ${x:=v}, $((x=v)) and NAME=v in front
}

func newExpander(r *reading) *expander {
	x := &expander{reading: r}
	x.config = expand.Config{Env: variables{x}, ReadDir2: x.readDir}
	return x
}

// readDir lists a folder as a glob sees it: from the line's own folder. A name
// that begins with a dot is matched by a dot only, and by no [.] or ?.
func (x *expander) readDir(path string) ([]fs.DirEntry, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(x.env.Dir, path)
	}
	entries, err := os.ReadDir(path)
	if !x.dots {
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
	}
	return entries, err
}

// fields expands one word of the command line: to one word, many, or none.
func (x *expander) fields(w *syntax.Word) (fields []string, err error) {
	defer x.contain(w, &err)
	text := x.text[w.Pos().Offset():w.End().Offset()]
	x.dots = strings.HasPrefix(strings.TrimLeft(text, `"'\`), ".") || strings.Contains(text, "/.") ||
		strings.ContainsAny(text, "${")
	fields, err = expand.Fields(&x.config, x.tildesOf(w))
	if !strings.ContainsAny(text, `"'`) {
		// Braces that make nothing make no word.
		fields = slices.DeleteFunc(fields, func(s string) bool { return s == "" })
	}
	return fields, x.expansionError(w, err)
}

// value expands a word that is neither split nor globbed.
func (x *expander) value(w *syntax.Word) (text string, err error) {
	defer x.contain(w, &err)
	if w == nil {
		return "", nil
	}
	text, err = expand.Literal(&x.config, &syntax.Word{Parts: unescaped(x.tildes(w.Parts, 0))})
	return text, x.expansionError(w, err)
}

// unescaped puts every \c of an unquoted text into quotes: Literal would keep
// the backslash.
func unescaped(parts []syntax.WordPart) []syntax.WordPart {
	var out []syntax.WordPart
	for _, part := range parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		rest := lit.Value
		for {
			before, after, found := strings.Cut(rest, `\`)
			if before != "" {
				out = append(out, &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: before})
			}
			if !found || after == "" {
				break
			}
			out = append(out, &syntax.SglQuoted{Left: lit.ValuePos, Right: lit.ValueEnd, Value: after[:1]})
			rest = after[1:]
		}
	}
	return out
}

// contain turns a panic of the expand package into an error: it has some for
// patterns that are not UTF-8.
func (x *expander) contain(w *syntax.Word, err *error) {
	if fault := recover(); fault != nil {
		*err = x.fault(w, "this word cannot be expanded: is its pattern valid UTF-8?", "work on the text in Lua")
	}
}

func (x *expander) expansionError(w *syntax.Word, err error) error {
	if err == nil {
		return nil
	}
	var unset expand.UnsetParameterError
	if errors.As(err, &unset) {
		message := unset.Message
		if message == "" {
			message = "parameter null or not set"
		}
		return x.fault(unset.Node, unset.Node.Param.Value+": "+message,
			"the variable has no value: set it with :env{} or in the environment")
	}
	return x.fault(w, err.Error(), "work it out in Lua and give the words to cmd(...)")
}

// variables is the environment as expansion asks for it.
type variables struct{ x *expander }

func (v variables) Get(name string) expand.Variable {
	text, ok := v.x.get(name)
	return expand.Variable{Set: ok, Exported: true, Kind: expand.String, Str: text}
}

func (v variables) Each(func(string, expand.Variable) bool) {}

func (v variables) Set(name string, value expand.Variable) error {
	v.x.set(name, value.String())
	return nil
}

func (x *expander) get(name string) (string, bool) {
	if v, ok := x.assigned[name]; ok {
		return v, true
	}
	if user, ok := tildeOf(name); ok {
		if x.env.Home != nil {
			if dir, ok := x.env.Home(user); ok {
				return dir, true
			}
		}
		return "~" + user, true
	}
	if name == "IFS" {
		return "", false // bash takes none from its environment either
	}
	if name == "PWD" && x.env.Dir != "" {
		return x.env.Dir, true
	}
	if x.env.Lookup == nil {
		return "", false
	}
	return x.env.Lookup(name)
}

// tildeOf tells which user's folder a variable stands for: "HOME", or "HOME
// name" in the words of the expand package.
func tildeOf(name string) (string, bool) {
	if len(name) > 5 && name[:5] == "HOME " {
		return name[5:], true
	}
	return "", false
}

func (x *expander) set(name, value string) {
	if x.assigned == nil {
		x.assigned = make(map[string]string)
	}
	x.assigned[name] = value
}
