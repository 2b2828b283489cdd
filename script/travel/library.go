package travel

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// Library is what a state has before a script runs in it: its globals, and the
// fields of the tables among them.
type Library struct {
	// Make, if any, makes what a name stands for and is not there yet.
	Make    func(name string)
	globals *lua.LTable
	noted   []noted
	entries map[string]lua.LValue // by name, fields as "table.field"; made when first asked for
	hidden  map[string]lua.LValue // what has a name and is no global
	names   map[lua.LValue]string // of functions, tables and userdata; the shortest where there are several
}

// noted is a value as it was at first.
type noted struct {
	table, name string
	value       lua.LValue
}

// NewLibrary takes note of what stands in globals.
func NewLibrary(globals *lua.LTable) *Library {
	lib := &Library{globals: globals, noted: make([]noted, 0, 256)}
	note := func(t *lua.LTable, table string) {
		t.ForEach(func(k, v lua.LValue) {
			if name, ok := k.(lua.LString); ok {
				lib.noted = append(lib.noted, noted{table, string(name), v})
			}
		})
	}
	note(globals, "")
	for _, n := range lib.noted {
		if t, ok := n.value.(*lua.LTable); ok && t != globals {
			note(t, n.name)
		}
	}
	return lib
}

// Add takes note of what was made later than the rest.
func (lib *Library) Add(table, name string, v lua.LValue) {
	lib.noted = append(lib.noted, noted{table, name, v})
}

// Hide takes note of a table that travels by a name, which is that of no global.
func (lib *Library) Hide(name string, t *lua.LTable) {
	if lib.hidden[name] == t {
		return
	}
	if lib.hidden == nil {
		lib.hidden = map[string]lua.LValue{}
	}
	lib.hidden[name] = t
	lib.Add("", name, t)
	t.ForEach(func(k, v lua.LValue) { lib.Add(name, k.String(), v) })
}

// index makes the maps. Most scripts send nothing, and need none.
func (lib *Library) index() {
	if len(lib.noted) == 0 {
		return
	}
	if lib.entries == nil {
		lib.entries = make(map[string]lua.LValue, len(lib.noted))
		lib.names = make(map[lua.LValue]string, len(lib.noted))
	}
	for _, n := range lib.noted {
		name := n.name
		if n.table != "" {
			name = n.table + "." + n.name
		}
		lib.entries[name] = n.value
		switch n.value.(type) {
		case *lua.LTable, *lua.LFunction, *lua.LUserData:
			if other, known := lib.names[n.value]; !known || len(name) < len(other) {
				lib.names[n.value] = name
			}
		}
	}
	lib.noted = nil
}

// Name gives the name of a value of the library, such as "string.upper".
func (lib *Library) Name(v lua.LValue) (string, bool) {
	lib.index()
	name, ok := lib.names[v]
	return name, ok
}

// unchanged reports whether the library has v under that name.
func (lib *Library) unchanged(name string, v lua.LValue) bool {
	lib.index()
	known, ok := lib.entries[name]
	return ok && known == v
}

// lookup finds what a name of the library stands for in this state now.
func (lib *Library) lookup(name string) lua.LValue {
	v := lib.present(name)
	if v == lua.LNil && lib.Make != nil {
		lib.Make(name)
		v = lib.present(name)
	}
	return v
}

func (lib *Library) present(name string) lua.LValue {
	if v, ok := lib.hidden[name]; ok {
		return v
	}
	table, field, dotted := strings.Cut(name, ".")
	v := lib.globals.RawGetString(table)
	if !dotted {
		return v
	}
	if t, ok := v.(*lua.LTable); ok {
		return t.RawGetString(field)
	}
	return lua.LNil
}

// changes lists the fields that a script has put into a table of the library.
func (lib *Library) changes(name string, t *lua.LTable) []string {
	var list []string
	if t == lib.globals || strings.Contains(name, ".") {
		return nil
	}
	t.ForEach(func(k, v lua.LValue) {
		field, ok := k.(lua.LString)
		if !ok || strings.Contains(string(field), ".") || lib.unchanged(name+"."+string(field), v) {
			return
		}
		// What require has loaded, and what it looks for it with, is not a value.
		if name == "package" && field != "path" {
			return
		}
		list = append(list, string(field))
	})
	slices.Sort(list)
	return list
}

// Names lists the globals that a function, and the functions inside it, read.
func Names(p *lua.FunctionProto) []string {
	list := syntax.Globals(p, lua.OP_GETGLOBAL)
	slices.Sort(list)
	return slices.Compact(list)
}
