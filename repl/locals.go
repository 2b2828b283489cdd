package repl

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/syntax"
)

// locals remembers the local variables of inputs: they are gone in the next, which
// a user of a shell does not expect.
type locals struct {
	from map[string]string // name to the input that declared it
	told map[string]bool   // names
}

// note looks at an input that is about to run: it says, once for a name, that one
// which the input reads was local to another, and keeps the names that it declares.
func (l *locals) note(vm *script.VM, input, text string) string {
	if len(l.from) == 0 && !strings.Contains(text, "local") {
		return ""
	}
	chunk, err := syntax.CompileInput(input, text)
	if err != nil {
		return "" // nothing runs
	}
	hint := l.missed(vm, chunk.Proto)
	for _, name := range syntax.Locals(text) {
		// The compiler knows what is no more than the text of a string or a comment.
		if !slices.ContainsFunc(chunk.Proto.DbgLocals, func(d *lua.DbgLocalInfo) bool { return d.Name == name }) {
			continue
		}
		if l.from == nil {
			l.from, l.told = map[string]string{}, map[string]bool{}
		}
		l.from[name] = input
	}
	return hint
}

// missed is what there is to say of the globals that a function reads.
func (l *locals) missed(vm *script.VM, p *lua.FunctionProto) string {
	if len(l.from) == 0 {
		return ""
	}
	set := syntax.Globals(p, lua.OP_SETGLOBAL)
	for _, name := range syntax.Globals(p, lua.OP_GETGLOBAL) {
		if input, known := l.from[name]; known && !l.told[name] && !slices.Contains(set, name) && !vm.HasGlobal(name) {
			l.told[name] = true
			return fmt.Sprintf("%s was local to %s, and is gone with it; without the word local it stays", name, input)
		}
	}
	return ""
}
