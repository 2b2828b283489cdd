package blame

import (
	"regexp"
	"strings"
	"sync"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
	"weir/script/problem"
	"weir/script/syntax"
)

// Finder finds what an error is about, in the sources of one state.
type Finder struct {
	L         *lua.LState
	Sources   *syntax.Sources
	Libraries func()                 // makes all of the library: what was meant may be in it
	IsMethod  func(name string) bool // reports whether topologies have a method of that name
	scope     map[string]lua.LValue  // the locals and upvalues that the last error of Call saw
}

// Problem gives a problem with the line that it is about and a caret.
func (f *Finder) Problem(p *problem.Error) *syntax.Error {
	e := &syntax.Error{File: p.At.Chunk, Line: p.At.Line, Message: p.Message, Hint: p.Hint}
	e.Source, _ = f.Sources.Line(p.At.Chunk, p.At.Line)
	if p.Exact > 0 && p.Exact <= len(e.Source)+1 {
		e.Column, e.Width = p.Exact, p.Width
	} else if p.Word != "" {
		f.point(e, p)
	}
	return e
}

// point sets the caret: at the first place of the problem's word in the
// expression that begins on its line.
func (f *Finder) point(e *syntax.Error, p *problem.Error) {
	text, ok := f.Sources.Text(p.At.Chunk)
	if !ok {
		return
	}
	for line := p.At.Line; line < p.At.Line+exprLines; line++ {
		at := syntax.At(text, e.File, line, p.Word, e.Message, e.Hint)
		if at.Column == 0 {
			continue
		}
		*e = *at
		if p.Width > 0 {
			e.Column, e.Width = e.Column+p.Column, p.Width
		}
		return
	}
}

var called = lazily(`([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*[("'{\[]`)

// Error explains an error of Lua's own. One that comes of calling a name that
// nothing has says which name is near.
func (f *Finder) Error(err error) *syntax.Error {
	e := syntax.FromLua(err, f.Sources.Text)
	text, _ := f.Sources.Text(e.File)
	f.Libraries() // what was meant may be one of them
	b, ok := syntax.Blamed(e.Message)
	switch {
	case e.Message == scarce.ErrMemory.Error():
		e.Hint = scarce.Way(syscall.ENOMEM)
	case e.Message == "attempt to compare string with userdata" || e.Message == "attempt to compare userdata with string":
		e.Hint = syntax.NoRedirection
	case ok && b.Name == "?":
		return f.nameElement(text, e)
	case !ok:
		if _, name, ok := strings.Cut(e.Message, " to '"); ok && strings.HasPrefix(e.Message, "bad argument #") {
			if name, _, _ = strings.Cut(name, "'"); strings.Count(syntax.BlankStrings(e.Source), name) == 1 {
				return syntax.At(text, e.File, e.Line, name, e.Message, e.Hint)
			}
		}
	case b.Operation == "index" && b.Name != "":
		e.Hint = f.suggestField(e, b.Name)
	case b.Operation == "call" && b.Type == "nil" && b.What == "method":
		source := syntax.BlankStrings(e.Source)
		hint := ""
		if at := strings.Index(source, ":"+b.Name); at >= 0 && strings.Count(source, ":") == 1 {
			hint = f.suggestMethod(syntax.EmptyStrings(e.Source[:at]), b.Name)
		}
		return syntax.At(text, e.File, e.Line, b.Name, "there is no method "+b.Name, hint)
	case b.Operation == "call" && b.Type == "nil" && b.What != "local" && b.What != "upvalue":
		return f.noFunction(e, b.Name)
	}
	return e
}

// element is a name with what it is indexed by, in brackets.
var element = lazily(`[A-Za-z_][\w.]*\[[^\[\]]*\]`)

// nameElement names an element of a table that an error calls '?', where the line has
// one alone.
func (f *Finder) nameElement(text string, e *syntax.Error) *syntax.Error {
	found := element().FindAllStringIndex(syntax.BlankStrings(e.Source), -1)
	if len(found) != 1 {
		return e
	}
	name := e.Source[found[0][0]:found[0][1]]
	message := strings.Replace(e.Message, "field '?'", name, 1)
	return syntax.At(text, e.File, e.Line, name, message, e.Hint)
}

// noFunction tells of a call of a name that nothing has.
func (f *Finder) noFunction(e *syntax.Error, last string) *syntax.Error {
	text, _ := f.Sources.Text(e.File)
	source := syntax.BlankStrings(e.Source)
	for _, at := range called().FindAllStringSubmatchIndex(source, -1) {
		name := source[at[2]:at[3]]
		table, field := f.owner(name)
		if at[2] > 0 && source[at[2]-1] == ':' || syntax.IsKeyword(name) || table == nil || last != "" && field != last ||
			table.RawGetString(field) != lua.LNil || isLocal(text, name) || f.inScope(name) {
			continue
		}
		hint := ""
		if similar, ok := syntax.Nearest(field, Names(table)); ok {
			hint = "did you mean " + strings.TrimSuffix(name, field) + similar + "?"
		}
		return syntax.At(text, e.File, e.Line, name, "there is no function "+name, hint)
	}
	return e
}

// isLocal reports whether a source declares name as a local variable or as a
// local function: then a global of that name tells nothing.
func isLocal(text, name string) bool {
	return strings.Contains(text, "local "+name) || strings.Contains(text, "local function "+name)
}

// lazily compiles a pattern when it is first needed: most scripts need none.
func lazily(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// Names lists the names in a table that are no secrets.
func Names(t *lua.LTable) []string {
	var list []string
	t.ForEach(func(k, _ lua.LValue) {
		if s, ok := k.(lua.LString); ok && !strings.HasPrefix(string(s), "_") {
			list = append(list, string(s))
		}
	})
	return list
}
