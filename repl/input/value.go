package input

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/interp"
)

// steps are what may stand behind a first name: .name, :name, or an index that is a number or a plain string.
const steps = `(?:[.:][A-Za-z_]\w*|\[[ \t]*(?:-?\d+(?:\.\d+)?|"[^"\\\n]*"|'[^'\\\n]*')[ \t]*\])*`

var (
	wholeName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_]\w*` + steps + `$`) })
	lastName  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z_]\w*` + steps + `$`) })
	oneStep   = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[.:]?\w+|^\[[ \t]*("[^"]*"|'[^']*'|[^\]]*)\]`)
	})
)

// isNamed reports whether a text is a name with its indexes and nothing else.
func isNamed(text string) bool { return wholeName().MatchString(text) }

// LastName gives the name with its indexes that a text ends with.
func LastName(text string) string { return lastName().FindString(text) }

// Value gives what a name with its indexes stands for, a.b.c, a:b or a[1]["b"]. It calls
// nothing: of metatables only an __index that is a table is asked.
func Value(vm *script.VM, text string) (lua.LValue, bool) {
	if !isNamed(text) {
		return nil, false
	}
	vm.MakeLibraries()
	var v lua.LValue = vm.Lua().G.Global
	for text != "" {
		step := oneStep().FindString(text)
		text = text[len(step):]
		if v = field(vm, v, keyOf(step)); v == lua.LNil {
			return nil, false
		}
	}
	return v, true
}

// keyOf is the key that a step names.
func keyOf(step string) lua.LValue {
	index, bracket := strings.CutPrefix(step, "[")
	if !bracket {
		return lua.LString(strings.TrimLeft(step, ".:"))
	}
	index = strings.TrimSpace(strings.TrimSuffix(index, "]"))
	if n, err := strconv.ParseFloat(index, 64); err == nil {
		return lua.LNumber(n)
	}
	return lua.LString(index[1 : len(index)-1])
}

// field reads a field of a value.
func field(vm *script.VM, v, key lua.LValue) lua.LValue {
	for range 10 { // an __index may lead in a circle
		if t, ok := v.(*lua.LTable); ok {
			if found := interp.RawGet(t, key); found != lua.LNil {
				return found
			}
		}
		if found := script.Field(vm.L, v, key); found != lua.LNil {
			return found
		}
		index := Index(vm, v)
		if index == nil {
			break
		}
		v = index
	}
	return lua.LNil
}

// Index gives the table that a value's metatable names as its __index; nil for none.
func Index(vm *script.VM, v lua.LValue) lua.LValue {
	meta, ok := vm.Lua().GetMetatable(v).(*lua.LTable)
	if !ok {
		return nil
	}
	if index, ok := meta.RawGetString("__index").(*lua.LTable); ok && index != v {
		return index
	}
	return nil
}
