package library

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/problem"
	"weir/script/syntax"
)

// methodsKey is where the registry has a map from methods to their entries, in states whose
// user asks for help.
const methodsKey = "weir.methods"

// KeepMethods has MethodOf know the methods of metatables that are made from now on.
func KeepMethods(L *lua.LState) {
	ud := L.NewUserData()
	ud.Value = map[*lua.LFunction]*Entry{}
	L.G.Registry.RawSetString(methodsKey, ud)
}

func methodsOf(L *lua.LState) map[*lua.LFunction]*Entry {
	if ud, ok := L.G.Registry.RawGetString(methodsKey).(*lua.LUserData); ok {
		m, _ := ud.Value.(map[*lua.LFunction]*Entry)
		return m
	}
	return nil
}

// MethodOf gives the entry of a method, nil where it is not known.
func MethodOf(L *lua.LState, fn *lua.LFunction) *Entry { return methodsOf(L)[fn] }

// Metatable gives the metatable of a kind of values, "a topology", which stands in the
// registry. build is called for the first value of the kind.
func Metatable(L *lua.LState, noun string, build func() ([]Entry, map[string]lua.LGFunction)) *lua.LTable {
	t, ok := L.G.Registry.RawGetString(noun).(*lua.LTable)
	if !ok {
		methods, operators := build()
		t = NewMetatable(L, noun, methods, operators)
		L.G.Registry.RawSetString(noun, t)
	}
	return t
}

// NoReceiver raises that a method was called on what has none of its kind.
func NoReceiver(L *lua.LState, noun, method string) {
	problem.Here(L, "%s is a method of %s, but this is %s", method, noun, problem.Describe(L.Get(1))).
		Hinted("write x:%s(), with a colon", method).Pointing(method).Raise(L)
}

// NewMetatable makes a metatable whose methods are the entries, if there are any. Any other
// name is an error that says which is near.
func NewMetatable(L *lua.LState, noun string, methods []Entry, operators map[string]lua.LGFunction) *lua.LTable {
	t := L.NewTable()
	t.RawSetString(problem.NameKey, lua.LString(noun))
	if len(methods) > 0 {
		t.RawSetString("__index", Index(L, noun, methods))
	}
	for name, fn := range operators {
		t.RawSetString(name, L.NewFunction(fn))
	}
	return t
}

// Index makes the table of methods that a metatable has as __index.
func Index(L *lua.LState, noun string, methods []Entry) *lua.LTable {
	t, miss := L.NewTable(), L.NewTable()
	names := make([]string, len(methods))
	known := methodsOf(L)
	for i := range methods {
		fn := L.NewFunction(methods[i].Call)
		t.RawSetString(methods[i].Name, fn)
		if known != nil {
			known[fn] = &methods[i]
		}
		names[i] = methods[i].Name
	}
	miss.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		name := L.Get(2).String()
		p := problem.Here(L, "%s has no method %s", noun, problem.Quote(name)).Pointing(name)
		if similar, ok := syntax.Nearest(name, names); ok {
			p.Hinted("did you mean :%s()?", similar)
		}
		p.Raise(L)
		return 0
	}))
	t.Metatable = miss
	return t
}
