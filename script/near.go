package script

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// inScope tells whether a name is that of a local variable where the error was.
func (vm *VM) inScope(name string) bool {
	_, local := vm.scope[name]
	return local
}

// namedValue gives what a name stood for where the error was.
func (vm *VM) namedValue(name string) lua.LValue {
	if v, local := vm.scope[name]; local {
		return v
	}
	return vm.L.G.Global.RawGetString(name)
}

// owner gives the table that a name, maybe with fields, is looked up in, and
// the last part of the name. The table is nil where that is not to be told.
func (vm *VM) owner(name string) (*lua.LTable, string) {
	first, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return vm.L.G.Global, first
	}
	v := vm.namedValue(first)
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

// nearIndexed says what a name may have been meant to be whose value is indexed and is
// nothing: a field of the table that it is looked up in, or else a variable.
func (vm *VM) nearIndexed(e *syntax.Error, name string) string {
	if e.Column == 0 || e.Column-1+len(name) > len(e.Source) {
		return ""
	}
	before, whole := e.Source[:e.Column-1], endingName().FindString(e.Source[:e.Column-1+len(name)])
	if strings.HasSuffix(before, ".") && whole == name || strings.HasSuffix(before, ":") || vm.inScope(whole) {
		return ""
	}
	if text, _ := vm.sources.text(e.File); whole == name && isLocal(text, name) {
		return ""
	}
	table, field := vm.owner(whole)
	if table == nil || table.RawGetString(field) != lua.LNil {
		return ""
	}
	candidates := stringKeys(table)
	if table == vm.L.G.Global {
		for name, v := range vm.scope {
			if v != lua.LNil && !strings.HasPrefix(name, "(") {
				candidates = append(candidates, name)
			}
		}
	}
	if near, ok := syntax.Nearest(field, candidates); ok {
		return "did you mean " + strings.TrimSuffix(whole, field) + near + "?"
	}
	return ""
}

// receiver finds what a text ends with: a name, maybe with fields and in brackets, or
// a string in brackets, emptied. A name before the bracket makes it a call.
var receiver = lazily(`(?:(?:^|[^\w)\]"])\s*\(\s*([A-Za-z_][\w.]*|"")\s*\)|([A-Za-z_][\w.]*))\s*$`)

// nearMethod says which method of the value that a text ends with may have been meant.
func (vm *VM) nearMethod(before, name string) string {
	m := receiver().FindStringSubmatch(before)
	if m == nil {
		return ""
	}
	var v lua.LValue = lua.LString("")
	if whole := m[1] + m[2]; strings.Contains(whole, ".") {
		table, field := vm.owner(whole)
		if table == nil {
			return ""
		}
		v = table.RawGetString(field)
	} else if whole != `""` {
		v = vm.namedValue(whole)
	}
	if v.Type() == lua.LTString && slices.ContainsFunc(topologyMethods, func(e Entry) bool { return e.Name == name }) {
		return "a string is a stage beside | alone; write sh\"...\":" + name + "()"
	}
	if near, ok := syntax.Nearest(name, vm.methodNames(v)); ok {
		return "did you mean :" + near + "?"
	}
	return ""
}

// methodNames lists what a value may be asked for by name.
func (vm *VM) methodNames(v lua.LValue) []string {
	var list []string
	if t, ok := v.(*lua.LTable); ok {
		list = stringKeys(t)
	}
	if meta, ok := vm.L.GetMetatable(v).(*lua.LTable); ok {
		if index, ok := meta.RawGetString("__index").(*lua.LTable); ok {
			list = append(list, stringKeys(index)...)
		}
	}
	return list
}
