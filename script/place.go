package script

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
	"weir/script/problem"
	"weir/script/syntax"
)

// failure makes of a problem what Run returns.
func (vm *VM) failure(p *problem.Error) error {
	e := &syntax.Error{File: p.At.Chunk, Line: p.At.Line, Message: p.Message, Hint: p.Hint}
	e.Source, _ = vm.sources.line(p.At.Chunk, p.At.Line)
	if p.Exact > 0 && p.Exact <= len(e.Source)+1 {
		e.Column, e.Width = p.Exact, p.Width
	} else if p.Word != "" {
		vm.point(e, p)
	}
	if p.Why == "" {
		return e
	}
	return &Failure{e, p.Why}
}

// point sets the caret: at the first place of the problem's word in the
// expression that begins on its line.
func (vm *VM) point(e *syntax.Error, p *problem.Error) {
	text, ok := vm.sources.text(p.At.Chunk)
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

// fromLua explains an error of Lua's own. One that comes of calling a name that
// nothing has says which name is near.
func (vm *VM) fromLua(err error) error {
	e := syntax.FromLua(err, vm.sources.text)
	text, _ := vm.sources.text(e.File)
	vm.MakeLibraries() // what was meant may be one of them
	b, ok := syntax.Blamed(e.Message)
	switch {
	case e.Message == scarce.ErrMemory.Error():
		e.Hint = scarce.Way(syscall.ENOMEM)
	case e.Message == "attempt to compare string with userdata" || e.Message == "attempt to compare userdata with string":
		e.Hint = syntax.NoRedirection
	case ok && b.Name == "?":
		return vm.nameElement(text, e)
	case !ok:
		if _, name, ok := strings.Cut(e.Message, " to '"); ok && strings.HasPrefix(e.Message, "bad argument #") {
			if name, _, _ = strings.Cut(name, "'"); strings.Count(syntax.BlankStrings(e.Source), name) == 1 {
				return syntax.At(text, e.File, e.Line, name, e.Message, e.Hint)
			}
		}
	case b.Operation == "index" && b.Name != "":
		e.Hint = vm.nearIndexed(e, b.Name)
	case b.Operation == "call" && b.Type == "nil" && b.What == "method":
		source := syntax.BlankStrings(e.Source)
		hint := ""
		if at := strings.Index(source, ":"+b.Name); at >= 0 && strings.Count(source, ":") == 1 {
			hint = vm.nearMethod(syntax.EmptyStrings(e.Source[:at]), b.Name)
		}
		return syntax.At(text, e.File, e.Line, b.Name, "there is no method "+b.Name, hint)
	case b.Operation == "call" && b.Type == "nil" && b.What != "local" && b.What != "upvalue":
		return vm.noFunction(e, b.Name)
	}
	return e
}

// element is a name with what it is indexed by, in brackets.
var element = lazily(`[A-Za-z_][\w.]*\[[^\[\]]*\]`)

// nameElement names an element of a table that an error calls '?', where the line has
// one alone.
func (vm *VM) nameElement(text string, e *syntax.Error) error {
	found := element().FindAllStringIndex(syntax.BlankStrings(e.Source), -1)
	if len(found) != 1 {
		return e
	}
	name := e.Source[found[0][0]:found[0][1]]
	message := strings.Replace(e.Message, "field '?'", name, 1)
	return syntax.At(text, e.File, e.Line, name, message, e.Hint)
}

// noFunction tells of a call of a name that nothing has.
func (vm *VM) noFunction(e *syntax.Error, last string) error {
	text, _ := vm.sources.text(e.File)
	source := syntax.BlankStrings(e.Source)
	for _, at := range called().FindAllStringSubmatchIndex(source, -1) {
		name := source[at[2]:at[3]]
		table, field := vm.owner(name)
		if at[2] > 0 && source[at[2]-1] == ':' || syntax.IsKeyword(name) || table == nil || last != "" && field != last ||
			table.RawGetString(field) != lua.LNil || isLocal(text, name) || vm.inScope(name) {
			continue
		}
		hint := ""
		if near, ok := syntax.Nearest(field, stringKeys(table)); ok {
			hint = "did you mean " + strings.TrimSuffix(name, field) + near + "?"
		}
		return syntax.At(text, e.File, e.Line, name, "there is no function "+name, hint)
	}
	return e
}

// isLocal tells whether a source declares name as a local variable or as a
// local function: then a global of that name tells nothing.
func isLocal(text, name string) bool {
	return strings.Contains(text, "local "+name) || strings.Contains(text, "local function "+name)
}

// lazily compiles a pattern when it is first needed: most scripts need none.
func lazily(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// stringKeys lists the names in a table that are no secrets.
func stringKeys(t *lua.LTable) []string {
	var list []string
	t.ForEach(func(k, _ lua.LValue) {
		if s, ok := k.(lua.LString); ok && !strings.HasPrefix(string(s), "_") {
			list = append(list, string(s))
		}
	})
	return list
}

// problemOf gives what is known of an error that came out of Lua.
func (vm *VM) problemOf(err error) *problem.Error {
	if p := problem.Recall(vm.L, err); p != nil {
		return p
	}
	var e *syntax.Error
	if err = vm.explain(err); !errors.As(err, &e) {
		return problem.New(problem.Origin{}, "%s", problem.FirstLine(err.Error()))
	}
	return problem.Of(e)
}

// problemError makes of a problem what Run returns.
func (vm *VM) problemError(err error) error {
	var p *problem.Error
	if errors.As(err, &p) {
		return vm.failure(p)
	}
	return err
}
