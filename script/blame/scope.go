package blame

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/interp"
	"weir/script/problem"
	"weir/script/syntax"
)

// exprLines is how many lines of an expression are searched for a name: an
// instruction knows only the line on which its expression begins.
const exprLines = 40

var (
	beforeBar = lazily(`([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\|`)
	afterBar  = lazily(`\|\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)`)
)

// NilBeside explains a nil beside |. The source line tells the variable: the
// first name on that side of a | that is nil now.
func (f *Finder) NilBeside(L *lua.LState, where string) *problem.Error {
	at := problem.Where(L)
	name, line := f.nilName(L, at, where)
	if name == "" {
		return problem.New(at, "nil stands %s of |", where).
			Hinted("a stage is a string, a function, cmd(...), sh\"...\", proc(...)").Pointing("|")
	}
	at.Line = line
	p := problem.New(at, "nil stands %s of |: there is no %s", where, name).Pointing(name)
	if name == "nil" {
		p.Message = fmt.Sprintf("nil stands %s of |", where)
		return p.Hinted("a stage is a string, a function, cmd(...), sh\"...\", proc(...)")
	}
	if _, err := runtime.ThisHost().FindProgram(name); err == nil {
		return p.Hinted("did you mean the program %s, in quotes?", problem.Quote(name))
	}
	if similar, ok := syntax.Nearest(name, f.visibleNames(L)); ok {
		return p.Hinted("did you mean %s?", similar)
	}
	return p
}

func (f *Finder) nilName(L *lua.LState, at problem.Origin, where string) (string, int) {
	pattern := beforeBar()
	if where == "right" {
		pattern = afterBar()
	}
	for line := at.Line; line < at.Line+exprLines; line++ {
		text, ok := f.Sources.Line(at.Chunk, line)
		if !ok {
			break
		}
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			if (m[1] == "nil" || !syntax.IsKeyword(m[1])) && valueOf(L, m[1]) == lua.LNil {
				return m[1], line
			}
		}
	}
	return "", 0
}

// valueOf gives what a name, maybe with fields, stands for in the innermost
// function that is written in Lua.
func valueOf(L *lua.LState, name string) lua.LValue {
	first, rest, dotted := strings.Cut(name, ".")
	v, ok := scopeOf(L)[first]
	if !ok {
		v = L.G.Global.RawGetString(first)
	}
	for dotted && v != lua.LNil {
		t, ok := v.(*lua.LTable)
		if !ok {
			return lua.LTrue // not to be told
		}
		first, rest, dotted = strings.Cut(rest, ".")
		v = t.RawGetString(first)
	}
	return v
}

// scopeOf gives the locals and upvalues of the innermost function that is
// written in Lua.
func scopeOf(L *lua.LState) map[string]lua.LValue {
	scope := map[string]lua.LValue{}
	for _, c := range interp.Calls(L) {
		if c.Fn.IsG {
			continue
		}
		for i, name := range c.Fn.Proto.DbgUpvalues {
			if i < len(c.Fn.Upvalues) {
				scope[name] = c.Fn.Upvalues[i].Value()
			}
		}
		c.Visible(func(name string, v lua.LValue) { scope[name] = v })
		break
	}
	return scope
}

// visibleNames are the candidates for "did you mean".
func (f *Finder) visibleNames(L *lua.LState) []string {
	var list []string
	f.Libraries()
	for name, v := range scopeOf(L) {
		if v != lua.LNil && !strings.HasPrefix(name, "(") {
			list = append(list, name)
		}
	}
	return append(list, Names(f.L.G.Global)...)
}
