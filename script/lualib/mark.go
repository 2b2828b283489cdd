package lualib

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
)

// marking finds what can be reached from the globals, the registry and the stacks: the
// mark phase of lgc.c. It decides about finalizers alone. A cycle through a userdata and
// its metatable, as most finalizers make one, is dead to it; Go's own finalizers wait
// for ever there.
type marking struct {
	seen       map[lua.LValue]bool
	todo       []lua.LValue
	behindSeen map[unsafe.Pointer]bool // values of Go's that were looked at
}

func (m *marking) roots(L *lua.LState) {
	m.visit(L.G.Registry)
	m.visit(L.G.Global)
	m.visit(L.G.MainThread)
	m.visit(L.G.CurrentThread)
	m.visit(L)
	for _, v := range []lua.LValue{lua.LNil, lua.LTrue, lua.LNumber(0), lua.LString(""), L.NewFunction(nil), L} {
		m.visit(L.GetMetatable(v)) // what all values of a type share
	}
	for len(m.todo) > 0 {
		v := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		m.children(v)
	}
}

func (m *marking) visit(v lua.LValue) {
	switch p := v.(type) {
	case *lua.LTable:
		if p == nil {
			return
		}
	case *lua.LFunction:
		if p == nil {
			return
		}
	case *lua.LUserData:
		if p == nil {
			return
		}
	case *lua.LState:
		if p == nil {
			return
		}
	default:
		return
	}
	if !m.seen[v] {
		m.seen[v] = true
		m.todo = append(m.todo, v)
	}
}

func (m *marking) children(v lua.LValue) {
	switch v := v.(type) {
	case *lua.LTable:
		m.visit(v.Metatable)
		weakKeys, weakValues := mode(v)
		v.ForEach(func(key, value lua.LValue) {
			if !weakKeys {
				m.visit(key)
			}
			if !weakValues {
				m.visit(value)
			}
		})
	case *lua.LFunction:
		m.visit(v.Env)
		for _, u := range v.Upvalues {
			if u != nil {
				m.visit(u.Value())
			}
		}
	case *lua.LUserData:
		m.visit(v.Metatable)
		m.visit(v.Env)
		m.inside(reflect.ValueOf(v.Value), 0)
	case *lua.LState:
		m.visit(v.Env)
		m.visit(v.Parent)
		interp.Stack(v, m.visit)
	}
}

// deepest is how far the marking looks for Lua's values in a value of Go's.
const deepest = 12

// holders is the package whose values hold Lua's: the functions of stages. Those of others
// hold none, and other goroutines may write them.
const holders = "weir/script"

// inside looks for Lua's values in what a userdata holds.
func (m *marking) inside(v reflect.Value, depth int) {
	if !v.IsValid() || depth > deepest {
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		m.inside(v.Elem(), depth)
	case reflect.Pointer:
		m.behind(v, depth)
	case reflect.Struct:
		if v.Type().PkgPath() != holders {
			return
		}
		for i := range v.NumField() {
			m.inside(v.Field(i), depth+1)
		}
	case reflect.Slice, reflect.Array:
		if kind := v.Type().Elem().Kind(); kind < reflect.Array && kind != reflect.Invalid {
			return // numbers
		}
		for i := range v.Len() {
			m.inside(v.Index(i), depth+1)
		}
	case reflect.Map:
		for r := v.MapRange(); r.Next(); {
			m.inside(r.Key(), depth+1)
			m.inside(r.Value(), depth+1)
		}
	}
}

// behind looks at what a pointer leads to, once.
func (m *marking) behind(v reflect.Value, depth int) {
	p := v.UnsafePointer()
	switch v.Type() {
	case reflect.TypeFor[*lua.LTable]():
		m.visit((*lua.LTable)(p))
	case reflect.TypeFor[*lua.LFunction]():
		m.visit((*lua.LFunction)(p))
	case reflect.TypeFor[*lua.LUserData]():
		m.visit((*lua.LUserData)(p))
	case reflect.TypeFor[*lua.LState]():
		m.visit((*lua.LState)(p))
	default:
		if p == nil || m.behindSeen[p] {
			return
		}
		m.behindSeen[p] = true
		m.inside(v.Elem(), depth+1)
	}
}
