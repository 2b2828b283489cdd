// Package help says what the prompt and the library have: to help(x) and x?, to weir doc, and
// to completion.
//
//   - entries.go is the table of all names: weir's library, the prompt's own, Lua's
//   - value.go says what a value is, and which methods and fields it has
//   - help.go answers a question; search.go has the overview and searches for words; words.go
//     knows Lua's words and those of other shells; prompt.go has the commands, settings and keys
//   - page.go writes an entry
//   - manual.go puts the reference together; manual_text.go is its prose, differences.go what
//     is other than in Lua 5.1
package help

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/runtime/cells"
	"weir/script"
	"weir/script/show"
	"weir/script/syntax"
)

// Add makes the global help: help() is an overview, help(x) is about a name, a
// function or a value, and any other string is searched for. It is as wide as the screen
// is when it is asked for.
func Add(vm *script.VM, width func() int) {
	vm.Lua().SetGlobal("help", vm.Lua().NewFunction(func(L *lua.LState) int {
		h := Pages{vm, width()}
		text := h.overview()
		if L.GetTop() > 0 {
			text = h.about(L.Get(1))
		}
		if name, ok := unknownGlobal(vm, vm.LineOf(L)); ok && L.GetTop() > 0 && L.Get(1) == lua.LNil {
			text = h.unknown(name)
		}
		_ = vm.WriteOut(text) // the end of the session tells of a fault
		return 0
	}))
}

// Pages answers questions about the library of a VM.
type Pages struct {
	VM    *script.VM
	Width int
}

// Question is help for x?: a name of the library's, a value at the end of a chain of
// names, or a word.
func (h Pages) Question(text string) string {
	if text == "" {
		return h.overview()
	}
	if owner, method, dotted := input.CutLast(text, ".:"); dotted && !strings.HasPrefix(text, ":") {
		for _, of := range ownersOf(h.VM, owner) {
			if e, ok := MethodOf(of, method); ok {
				return h.page(e)
			}
		}
	}
	if v, ok := input.Value(h.VM, text); ok && (v.Type() != lua.LTString || !hasEntry(text)) {
		if s, ok := v.(lua.LString); ok {
			return h.aString(string(s))
		}
		return h.about(v)
	}
	return h.named(text)
}

// about is help(x).
func (h Pages) about(v lua.LValue) string {
	if name, ok := v.(lua.LString); ok {
		return h.named(string(name))
	}
	if e, ok := EntryOf(h.VM, v); ok {
		return h.page(e)
	}
	if show.IsResult(v) {
		return "the result of a run\n" + h.list(Having("result")) + "each of its .stages\n" + h.list(Having("stage of a result"))
	}
	if of := Owners(v); len(of) == 1 && of[0] == "stage of a result" {
		return "a stage of a result\n" + h.list(Having(of[0]))
	}
	maker, of := script.What(v)
	if e, ok := script.Lookup(maker); ok {
		return h.value(v, e, of)
	}
	switch v.Type() {
	case lua.LTFunction:
		return "a function of the session's own, of which the library knows nothing\n"
	case lua.LTTable:
		return "a table of the session's own; enter its name to see what it holds\n"
	case lua.LTNil:
		return "nothing tells of a nil; help() is the overview\n"
	}
	return "a " + v.Type().String() + "\n"
}

// asked finds the name that help is called with.
var asked = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bhelp[ \t]*\([ \t]*([A-Za-z_]\w*)[ \t]*\)`) })

// unknownGlobal finds a name in a line that asks for help, and that is no global's.
func unknownGlobal(vm *script.VM, line string) (string, bool) {
	m := asked().FindStringSubmatch(line)
	if m == nil || syntax.IsKeyword(m[1]) || vm.HasGlobal(m[1]) {
		return "", false
	}
	return m[1], true
}

// unknown is help for a global that is not set.
func (h Pages) unknown(name string) string {
	h.VM.MakeLibraries()
	var names []string
	h.VM.Lua().G.Global.ForEach(func(k, _ lua.LValue) {
		if k, ok := k.(lua.LString); ok {
			names = append(names, string(k))
		}
	})
	if near, ok := syntax.Nearest(name, names); ok {
		return name + " is not set, and nothing tells of a nil; did you mean " + near + "?\n"
	}
	return name + " is not set, and nothing tells of a nil; help\"" + name + "\" searches for the word\n"
}

// aString is help for a string that a name or a field has.
func (h Pages) aString(s string) string {
	e, _ := script.Lookup("string")
	return h.text().Wrapped(fmt.Sprintf("a string of %d bytes, %s", len(s), show.QuoteCut(s, 40)), "") + "\n" + h.brief(e)
}

// value is help for a value: what made it, and what can be done with it.
func (h Pages) value(v lua.LValue, e script.Entry, of []string) string {
	var b strings.Builder
	shown := cells.Harmless(show.Text(h.VM.Lua(), v), false)
	if v.Type() != lua.LTString {
		b.WriteString(cells.Cut(shown, h.Width-1) + "\n\n")
	}
	b.WriteString(h.brief(e))
	if fields := script.Fields(v); len(fields) > 0 {
		b.WriteString("\n" + h.text().Wrapped("its fields: "+strings.Join(fields, ", "), "  "))
	}
	lists, short := "", "\n"
	for _, name := range of {
		lists += "\n  what " + article(name) + " can do\n" + h.list(Having(name))
		short += h.text().Wrapped("what "+article(name)+" can do: "+namesOf(name), "  ")
	}
	if strings.Count(b.String()+lists, "\n") > helpLines {
		lists = short
	}
	return b.String() + lists
}

// helpLines are what help for a value takes at most of a screen of 24: a longer list of
// methods is one of their names.
const helpLines = 22

// named is help for a name, or what a search for it finds.
func (h Pages) named(name string) string {
	name = strings.TrimSuffix(strings.TrimSpace(name), "()")
	if strings.HasPrefix(name, ":") {
		return h.command(name)
	}
	switch name {
	case "":
		return h.overview()
	case "keys":
		return h.keys()
	case "vi":
		return h.viKeys()
	}
	found := entriesNamed(name)
	if w, ok := wordNamed(name); ok && len(found) == 0 {
		return h.text().Wrapped(name+": "+w.what, "") + h.text().Example(w.example)
	}
	switch len(found) {
	case 0:
		return h.search(name)
	case 1:
		return h.page(found[0])
	}
	var b strings.Builder
	for i, e := range found {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(h.brief(e))
	}
	if of := found[len(found)-1].Of; of != "" {
		b.WriteString("\n" + h.text().Wrapped(`more about one of them: help"`+of+":"+name+`"`, ""))
	}
	return b.String()
}
