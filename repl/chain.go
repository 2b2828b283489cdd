package repl

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
)

// chain gives what a chain of names is, a.b.c or a:b, without a call: of
// metatables only an __index that is a table is asked.
func (p *Prompt) chain(text string) (lua.LValue, bool) {
	p.VM.MakeLibraries()
	var v lua.LValue = p.VM.Lua().G.Global
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == ':' }) {
		if v = p.field(v, name); v == lua.LNil {
			return nil, false
		}
	}
	return v, text != "" && !strings.ContainsAny(text[:1]+text[len(text)-1:], ".:")
}

// field reads a field of a value.
func (p *Prompt) field(v lua.LValue, name string) lua.LValue {
	for range 10 { // an __index may lead in a circle
		if t, ok := v.(*lua.LTable); ok {
			if found := t.RawGetString(name); found != lua.LNil {
				return found
			}
		}
		index := indexOf(p.VM.Lua(), v)
		if index == nil {
			break
		}
		v = index
	}
	return lua.LNil
}

// indexOf gives the table that a value's metatable names as its __index.
func indexOf(L *lua.LState, v lua.LValue) lua.LValue {
	meta, ok := L.GetMetatable(v).(*lua.LTable)
	if !ok {
		return nil
	}
	if index, ok := meta.RawGetString("__index").(*lua.LTable); ok && index != v {
		return index
	}
	return nil
}

// ownersOf says which of the library's methods and fields the value of a chain
// has.
func (p *Prompt) ownersOf(text string) []string {
	v, ok := p.chain(text)
	if !ok {
		return nil
	}
	return owners(v)
}

func owners(v lua.LValue) []string {
	if _, ok := resultOf(v); ok {
		return []string{"result"}
	}
	if t, ok := v.(*lua.LTable); ok && t.RawGetString("pid").Type() == lua.LTNumber && t.RawGetString("maxrss").Type() == lua.LTNumber {
		return []string{"stage of a result"}
	}
	_, of := script.What(v)
	return of
}

// cutLast cuts a text at the last of some signs.
func cutLast(text, signs string) (before, after string, found bool) {
	i := strings.LastIndexAny(text, signs)
	if i < 0 {
		return "", text, false
	}
	return text[:i], text[i+1:], true
}
