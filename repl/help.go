package repl

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

// AddHelp makes the global help: help() is an overview, help(x) is about a name, a
// function or a value, and any other string is searched for. It is as wide as the screen
// is when it is asked for.
func AddHelp(vm *script.VM, width func() int) {
	vm.Lua().SetGlobal("help", vm.Lua().NewFunction(func(L *lua.LState) int {
		h := helpPages{vm, width()}
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

// helpPages answers questions about the library of a VM.
type helpPages struct {
	vm    *script.VM
	width int
}

// about is help(x).
func (h helpPages) about(v lua.LValue) string {
	if name, ok := v.(lua.LString); ok {
		return h.named(string(name))
	}
	if e, ok := h.vm.EntryOf(v); ok {
		return h.page(e)
	}
	if e, ok := promptEntryOf(h.vm, v); ok {
		return h.page(e)
	}
	if _, ok := resultOf(v); ok {
		return "the result of a run\n" + h.list(having("result")) + "each of its .stages\n" + h.list(having("stage of a result"))
	}
	if of := owners(v); len(of) == 1 && of[0] == "stage of a result" {
		return "a stage of a result\n" + h.list(having(of[0]))
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
func (h helpPages) unknown(name string) string {
	h.vm.MakeLibraries()
	var names []string
	h.vm.Lua().G.Global.ForEach(func(k, _ lua.LValue) {
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
func (h helpPages) aString(s string) string {
	e, _ := script.Lookup("string")
	return h.text().Wrapped(fmt.Sprintf("a string of %d bytes, %s", len(s), quoteCut(s, 40)), "") + "\n" + h.brief(e)
}

// value is help for a value: what made it, and what can be done with it.
func (h helpPages) value(v lua.LValue, e script.Entry, of []string) string {
	var b strings.Builder
	shown := harmless(show.Text(h.vm.Lua(), v), false)
	if v.Type() != lua.LTString {
		b.WriteString(cells.Cut(shown, h.width-1) + "\n\n")
	}
	b.WriteString(h.brief(e))
	if fields := script.Fields(v); len(fields) > 0 {
		b.WriteString("\n" + h.text().Wrapped("its fields: "+strings.Join(fields, ", "), "  "))
	}
	lists, short := "", "\n"
	for _, name := range of {
		lists += "\n  what " + article(name) + " can do\n" + h.list(having(name))
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

// article writes "an event" and "a ring".
func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// named is help for a name, or what a search for it finds.
func (h helpPages) named(name string) string {
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

// entriesNamed finds the entries of a name: "grep", "json.encode", "send" of all
// that can, "queue:send" or "q:send" of one.
func entriesNamed(name string) (found []script.Entry) {
	name = strings.TrimPrefix(name, ".")
	of, method, dotted := strings.Cut(name, ":")
	for _, e := range allEntries() {
		switch {
		case e.Name == name && e.Group != script.GroupStandard, e.Of == "" && e.Name == name:
			found = append(found, e)
		case dotted && e.Name == method && (e.Of == of || strings.HasPrefix(e.Signature, name)):
			return []script.Entry{e}
		}
	}
	if len(found) == 0 && dotted {
		if e, ok := script.Lookup(of); ok {
			for _, owner := range methodsOf(e.Name) {
				if e, ok := methodOf(owner, method); ok {
					return []script.Entry{e}
				}
			}
		}
	}
	if len(found) == 0 { // "upper" is string.upper, where nothing else has the name
		for _, e := range script.Standard() {
			if strings.HasSuffix(e.Name, "."+name) || e.Of != "" && e.Name == name {
				found = append(found, e)
			}
		}
	}
	return found
}

// allEntries are weir's library, what the prompt has besides, and Lua's own.
var allEntries = sync.OnceValue(func() []script.Entry {
	return append(append(script.Library(), promptEntries()...), script.Standard()...)
})

// having lists the methods or fields that values of one sort have.
func having(of string) (list []script.Entry) {
	for _, e := range allEntries() {
		if e.Of == of {
			list = append(list, e)
		}
	}
	return list
}

func methodOf(of, name string) (script.Entry, bool) {
	for _, e := range having(of) {
		if e.Name == name {
			return e, true
		}
	}
	return script.Entry{}, false
}

// methodsOf says which methods the values have that an entry makes, as script.What
// says it of the values.
func methodsOf(maker string) []string {
	switch maker {
	case "ring", "queue", "mailslot", "mailbox":
		return []string{"channel of messages", "topology"}
	case "pipe", "fifo", "file", "text":
		return []string{"channel", "topology"}
	case "socket":
		return []string{"channel", "channel of messages", "topology"}
	case "shm":
		return []string{"region"}
	case "semaphore", "mutex", "condition", "barrier", "event":
		return []string{maker}
	case "start":
		return []string{"job"}
	case "run":
		return []string{"result", "stage of a result"}
	case "self":
		return []string{"party"}
	case "io.open", "io.tmpfile", "io.popen":
		return []string{"file of io's"}
	case "cmd", "sh", "proc", "thread", "tee", "deal", "shard", "merge", "concat", "ordered", "loop", "|", "+", "*":
		return []string{"topology"}
	}
	return nil
}

// ownersOf says which of the library's methods and fields what a name stands for has.
func ownersOf(vm *script.VM, name string) []string {
	v, ok := input.Value(vm, name)
	if !ok {
		return nil
	}
	return owners(v)
}

// owners says which of the library's methods and fields a value has.
func owners(v lua.LValue) []string {
	if _, ok := resultOf(v); ok {
		return []string{"result"}
	}
	isNumber := func(t *lua.LTable, field string) bool { return t.RawGetString(field).Type() == lua.LTNumber }
	if t, ok := v.(*lua.LTable); ok && isNumber(t, "pid") && isNumber(t, "sys") {
		return []string{"stage of a result"}
	}
	_, of := script.What(v)
	return of
}
