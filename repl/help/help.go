// Package help says what the prompt and the library have: to help(x) and x?, to weir doc, and to completion.
//
//   - entries.go is the table of all names: weir's library, the prompt's own, Lua's
//   - value.go says what a value is, and which methods and fields it has
//   - help.go answers a question; search.go has the overview and searches for words; words.go
//     knows Lua's words and those of other shells; prompt.go has the commands, settings and keys
//   - page.go writes an entry
//   - manual.go puts the reference together; chapter.go reads its prose, chapters/;
//     differences.go is what is other than in Lua 5.1
package help

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/repl/reference"
	"weir/runtime/cells"
	"weir/script"
	"weir/script/library"
	"weir/script/show"
	"weir/script/syntax"
)

// Add makes the global help: help() is an overview, help(x) is about a name, a function or a value,
// and searches for any other string. width is asked at each call.
func Add(vm *script.VM, width func() int) {
	vm.Lua().SetGlobal("help", vm.Lua().NewFunction(func(L *lua.LState) int {
		h := Pages{vm, width()}
		text := h.overview()
		if L.GetTop() > 0 {
			text = h.about(L.Get(1))
		}
		if name, ok := unknownGlobal(vm, script.LineOf(L)); ok && L.GetTop() > 0 && L.Get(1) == lua.LNil {
			text = h.unknown(name)
		}
		_ = vm.WriteOut(text) // the end of the session reports a fault
		return 0
	}))
}

// Pages answers questions about the library of a VM.
type Pages struct {
	VM    *script.VM
	Width int
}

// Question is help for x?: a name of the library's, a name with indexes that has a value, or a word.
func (h Pages) Question(text string) string {
	if text == "" {
		return h.overview()
	}
	if object, method, dotted := input.CutLast(text, ".:"); dotted && !strings.HasPrefix(text, ":") {
		for _, class := range classesNamed(h.VM, object) {
			if e, ok := Member(class, method); ok {
				return h.page(e)
			}
		}
	}
	if v, ok := input.Value(h.VM, text); ok && (v.Type() != lua.LTString || !hasEntry(text)) {
		if s, ok := v.(lua.LString); ok {
			return h.onString(string(s))
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
		return "the result of a run\n" + h.list(Members("result")) +
			"each of its .stages\n" + h.list(Members("stage of a result"))
	}
	if slices.Contains(Classes(v), "stage of a result") {
		return "a stage of a result\n" + h.list(Members("stage of a result"))
	}
	maker, classes := script.What(v)
	if e, ok := script.Lookup(maker); ok {
		return h.value(v, e, classes)
	}
	switch v.Type() {
	case lua.LTFunction:
		return "a function of this session, and not of the library\n"
	case lua.LTTable:
		return "a table of this session; enter its name to see what is in it\n"
	case lua.LTNil:
		return "there is no help on nil; help() is the overview\n"
	}
	return "a " + v.Type().String() + "\n"
}

// argument finds the name that help is called with.
var argument = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\bhelp[ \t]*\([ \t]*([A-Za-z_]\w*)[ \t]*\)`)
})

// unknownGlobal gives the name that a line calls help with, if no global has it.
func unknownGlobal(vm *script.VM, line string) (string, bool) {
	m := argument().FindStringSubmatch(line)
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
	if similar, ok := syntax.Nearest(name, names); ok {
		return name + " is not set; did you mean " + similar + "?\n"
	}
	return name + " is not set; help\"" + name + "\" searches for the word\n"
}

// onString is help for the string that a variable or a field is.
func (h Pages) onString(s string) string {
	e, _ := script.Lookup("string")
	head := fmt.Sprintf("a string of %d bytes, %s", len(s), show.QuoteCut(s, 40))
	return h.text().Wrapped(head, "") + "\n" + h.brief(e)
}

// value is help for a value: its maker's entry e, and what its classes can do.
func (h Pages) value(v lua.LValue, e library.Entry, classes []string) string {
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
	for _, class := range classes {
		lists += "\n  what " + article(class) + " can do\n" + h.list(Members(class))
		short += h.text().Wrapped("what "+article(class)+" can do: "+memberNames(class), "  ")
	}
	if strings.Count(b.String()+lists, "\n") > helpLines {
		lists = short
	}
	return b.String() + lists
}

// helpLines is how long help for a value may be, for a screen of 24 lines. A longer list of methods
// has their names alone.
const helpLines = 22

// named is help for a name, or a search for it.
func (h Pages) named(name string) string {
	text, _ := h.find(name)
	return text
}

// find is named; known is false if there is nothing.
func (h Pages) find(name string) (text string, known bool) {
	name = strings.TrimSuffix(strings.TrimSpace(name), "()")
	text = h.exact(name)
	for _, c := range Commands() {
		if c.ID == "weir "+name && text != "" {
			text += "\n" + h.text().Item(c)
		} else if c.ID == "weir "+name {
			text = h.text().Item(c)
		}
	}
	if text != "" {
		return text, true
	}
	return h.search(name), len(methodsNamed(name)) == 0 && len(matches(name)) > 0
}

// Commands are those of the command line, which sets them.
var Commands = func() []reference.Item { return nil }

// exact is help for what has a name, "" if nothing in a session has it.
func (h Pages) exact(name string) string {
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
	switch len(found) {
	case 0:
		if w, ok := wordNamed(name); ok {
			return h.text().Wrapped(name+": "+w.summary, "") + h.text().Example(w.example)
		}
		if s, ok := chapter(name); ok {
			return h.text().Section(s)
		}
		return ""
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
