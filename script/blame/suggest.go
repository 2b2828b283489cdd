package blame

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// inScope reports whether a name is that of a local variable where the error was.
func (f *Finder) inScope(name string) bool {
	_, local := f.scope[name]
	return local
}

// namedValue gives what a name stood for where the error was.
func (f *Finder) namedValue(name string) lua.LValue {
	if v, local := f.scope[name]; local {
		return v
	}
	return f.L.G.Global.RawGetString(name)
}

// owner gives the table that a name, maybe with fields, is looked up in, and
// the last part of the name. The table is nil where that is not to be told.
func (f *Finder) owner(name string) (*lua.LTable, string) {
	first, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return f.L.G.Global, first
	}
	v := f.namedValue(first)
	for {
		table, ok := v.(*lua.LTable)
		if !ok {
			return nil, ""
		}
		first, rest, dotted = strings.Cut(rest, ".")
		if !dotted {
			return table, first
		}
		v = table.RawGetString(first)
	}
}

// endingName finds the name, maybe with fields, that a text ends with.
var endingName = lazily(`[A-Za-z_][\w.]*$`)

// suggestField says what a name may have been meant to be whose value is indexed and is
// nothing: a field of the table that it is looked up in, or else a variable.
func (f *Finder) suggestField(e *syntax.Error, name string) string {
	if e.Column == 0 || e.Column-1+len(name) > len(e.Source) {
		return ""
	}
	before, whole := e.Source[:e.Column-1], endingName().FindString(e.Source[:e.Column-1+len(name)])
	if strings.HasSuffix(before, ".") && whole == name || strings.HasSuffix(before, ":") || f.inScope(whole) {
		return ""
	}
	if text, _ := f.Sources.Text(e.File); whole == name && isLocal(text, name) {
		return ""
	}
	table, field := f.owner(whole)
	if table == nil || table.RawGetString(field) != lua.LNil {
		return ""
	}
	candidates := Names(table)
	if table == f.L.G.Global {
		for name, v := range f.scope {
			if v != lua.LNil && !strings.HasPrefix(name, "(") {
				candidates = append(candidates, name)
			}
		}
	}
	if similar, ok := syntax.Nearest(field, candidates); ok {
		return "did you mean " + strings.TrimSuffix(whole, field) + similar + "?"
	}
	return ""
}

// receiver finds what a text ends with: a name, maybe with fields and in brackets, or
// a string in brackets, emptied. A name before the bracket makes it a call.
var receiver = lazily(`(?:(?:^|[^\w)\]"])\s*\(\s*([A-Za-z_][\w.]*|"")\s*\)|([A-Za-z_][\w.]*))\s*$`)

// suggestMethod says which method of the value that a text ends with may have been meant.
func (f *Finder) suggestMethod(before, name string) string {
	m := receiver().FindStringSubmatch(before)
	if m == nil {
		return ""
	}
	var v lua.LValue = lua.LString("")
	if whole := m[1] + m[2]; strings.Contains(whole, ".") {
		table, field := f.owner(whole)
		if table == nil {
			return ""
		}
		v = table.RawGetString(field)
	} else if whole != `""` {
		v = f.namedValue(whole)
	}
	if v.Type() == lua.LTString && f.IsMethod(name) {
		return "a string is a stage beside | alone; write sh\"...\":" + name + "()"
	}
	if similar, ok := syntax.Nearest(name, f.methodNames(v)); ok {
		return "did you mean :" + similar + "?"
	}
	return ""
}

// methodNames lists what a value may be asked for by name.
func (f *Finder) methodNames(v lua.LValue) []string {
	var list []string
	if t, ok := v.(*lua.LTable); ok {
		list = Names(t)
	}
	if meta, ok := f.L.GetMetatable(v).(*lua.LTable); ok {
		if index, ok := meta.RawGetString("__index").(*lua.LTable); ok {
			list = append(list, Names(index)...)
		}
	}
	return list
}
