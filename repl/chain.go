package repl

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/interp"
)

// steps are what a chain may have behind its first name: .name, :name, or an index
// that is a number or a plain string.
const steps = `(?:[.:][A-Za-z_]\w*|\[[ \t]*(?:-?\d+(?:\.\d+)?|"[^"\\\n]*"|'[^'\\\n]*')[ \t]*\])*`

var (
	wholeChain = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_]\w*` + steps + `$`) })
	// chainAt finds the chain at the end of a text.
	chainAt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z_]\w*` + steps + `$`) })
	oneStep = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[.:]?\w+|^\[[ \t]*("[^"]*"|'[^']*'|[^\]]*)\]`) })
)

// isChain tells whether a text is a chain and nothing else.
func isChain(text string) bool { return wholeChain().MatchString(text) }

// chain gives what a chain of names and indexes is, a.b.c, a:b or a[1]["b"], without a
// call: of metatables only an __index that is a table is asked.
func (p *Prompt) chain(text string) (lua.LValue, bool) {
	if !isChain(text) {
		return nil, false
	}
	p.VM.MakeLibraries()
	var v lua.LValue = p.VM.Lua().G.Global
	for text != "" {
		step := oneStep().FindString(text)
		text = text[len(step):]
		if v = p.field(v, keyOf(step)); v == lua.LNil {
			return nil, false
		}
	}
	return v, true
}

// keyOf is the key that a step of a chain names.
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
func (p *Prompt) field(v, key lua.LValue) lua.LValue {
	for range 10 { // an __index may lead in a circle
		if t, ok := v.(*lua.LTable); ok {
			if found := interp.RawGet(t, key); found != lua.LNil {
				return found
			}
		}
		if found := p.VM.Field(v, key); found != lua.LNil {
			return found
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
	if t, ok := v.(*lua.LTable); ok && t.RawGetString("pid").Type() == lua.LTNumber && t.RawGetString("sys").Type() == lua.LTNumber {
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
