package repl

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/help"
	"weir/script"
	"weir/script/syntax"
)

// locals remembers the local variables of inputs. They end with their input, which a user of a
// shell does not expect.
type locals struct {
	declared map[string]string // name to the input that declared it
	hinted   map[string]bool   // names
}

// check looks at an input that is about to run. It returns a hint, once for a name, if the input
// reads a name that was local to another, and remembers the names that it declares itself.
func (l *locals) check(vm *script.VM, name, text string) (hint string) {
	if len(l.declared) == 0 && !strings.Contains(text, "local") {
		return ""
	}
	chunk, err := syntax.CompileInput(name, text)
	if err != nil {
		return "" // nothing runs
	}
	hint = l.hint(vm, chunk.Proto)
	for _, local := range syntax.Locals(text) {
		// Those of functions inside never were the input's.
		if !slices.ContainsFunc(chunk.Proto.DbgLocals, func(d *lua.DbgLocalInfo) bool { return d.Name == local }) {
			continue
		}
		if l.declared == nil {
			l.declared, l.hinted = map[string]string{}, map[string]bool{}
		}
		l.declared[local] = name
	}
	return hint
}

// hint is about the globals that a function reads.
func (l *locals) hint(vm *script.VM, p *lua.FunctionProto) string {
	if len(l.declared) == 0 {
		return ""
	}
	set := syntax.Globals(p, lua.OP_SETGLOBAL)
	for _, name := range syntax.Globals(p, lua.OP_GETGLOBAL) {
		in, known := l.declared[name]
		if !known || l.hinted[name] || slices.Contains(set, name) {
			continue
		}
		there := ""
		if v := vm.Lua().G.Global.RawGetString(name); v != lua.LNil {
			if e, ok := help.EntryOf(vm, v); !ok || e.Name != name {
				continue
			}
			there = "; what is here is the library's " + name
		}
		l.hinted[name] = true
		return fmt.Sprintf("%s was local to %s, and is gone with it%s; without the word local it stays",
			name, in, there)
	}
	return ""
}
