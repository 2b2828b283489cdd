package help

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/runtime/cells"
	"weir/script"
	"weir/script/show"
)

// TypeOf says in a line what a value is.
func TypeOf(vm *script.VM, v lua.LValue, width int) string {
	kind := v.Type().String()
	if e, ok := vm.EntryOf(v); ok {
		return kind + ": " + e.Signature
	}
	if _, classes := script.What(v); len(classes) > 0 {
		text := cells.Harmless(show.Text(vm.Lua(), v), false)
		return kind + ": " + article(classes[0]) + ", " + cells.Cut(text, width/2)
	}
	switch v := v.(type) {
	case lua.LString:
		return fmt.Sprintf("string of %d bytes", len(v))
	case *lua.LTable:
		if show.IsResult(v) {
			return "table: the result of a run"
		}
		return tableText(v)
	}
	return kind
}

// tableText says in a few words what a table holds.
func tableText(t *lua.LTable) string {
	list, keys := show.Entries(t)
	count := fmt.Sprintf("%d keys", len(keys))
	if len(keys) == 1 {
		count = "1 key"
	}
	switch {
	case list == 0 && len(keys) == 0:
		return "an empty table"
	case list == 0:
		return "a table of " + count
	case len(keys) == 0:
		return fmt.Sprintf("a list of %d", list)
	}
	return fmt.Sprintf("a list of %d, with %s more", list, count)
}

// classesNamed gives the classes of the value that a name with indexes has.
func classesNamed(vm *script.VM, name string) []string {
	v, ok := input.Value(vm, name)
	if !ok {
		return nil
	}
	return Classes(v)
}

// Classes gives the classes of a value, whose methods and fields it has.
func Classes(v lua.LValue) []string {
	if show.IsResult(v) {
		return []string{"result"}
	}
	isNumber := func(t *lua.LTable, field string) bool { return t.RawGetString(field).Type() == lua.LTNumber }
	if t, ok := v.(*lua.LTable); ok && isNumber(t, "pid") && isNumber(t, "sys") {
		return []string{"stage of a result"}
	}
	_, classes := script.What(v)
	return classes
}
