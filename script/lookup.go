package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/extension"
	"weir/script/interp"
	"weir/script/library"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/region"
)

// What tells what a value is to the library: the name of the entry that makes such
// values, and the Of of the entries that are its methods, its own before those that
// it shares. Of a value that the library does not know both are empty.
func What(v lua.LValue) (maker string, of []string) {
	if n, ok := toNode(v); ok {
		return nodeMaker(n), methodLists(n)
	}
	if v.Type() == lua.LTString {
		return "string", nil
	}
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return "", nil
	}
	switch x := ud.Value.(type) {
	case object:
		kind := x.addr().Kind
		return string(kind), ClassesOf(kind)
	case *region.View:
		return "shm", nil
	case *job:
		return "start", []string{"job"}
	case *peer:
		return "self", []string{"peer"}
	case *luaio.File:
		return "io.open", []string{"file of io's"}
	case extension.Integer:
		return "int64", nil
	case ownOut:
		return "out", nil
	}
	return "", nil
}

func methodLists(n node) []string {
	c, ok := n.(*channel)
	switch {
	case !ok:
		return []string{"topology"}
	case c.msg != nil:
		return []string{"channel of messages"}
	case c.kind == ipc.KindMemory:
		return nil
	}
	return []string{"channel"}
}

// nodeMaker names what a topology was made with.
func nodeMaker(n node) string {
	switch n := n.(type) {
	case *channel:
		return verbOf(n)
	case *chain:
		return "|"
	case *group:
		if n.gather == gatherOrdered {
			return "ordered"
		}
		return n.verb
	case *loop:
		return "loop"
	case *server:
		return "listen"
	case *inlineRelay:
		return n.verb
	case *into:
		return "into"
	case *stage:
		switch {
		case n.line != nil:
			return "sh"
		case n.filter != nil:
			return n.fn.name
		case n.thread:
			return "thread"
		case n.fn != nil:
			return "proc"
		}
	}
	return "cmd"
}

// Fields lists the fields of a region's layout, or of a part of it.
func Fields(v lua.LValue) []string {
	at, ok := layoutOf(v)
	if !ok {
		return nil
	}
	return at.FieldNames()
}

// Field reads a field of a region's layout, or an element, and gives nil where there
// is none. It calls no metamethod.
func Field(L *lua.LState, v, key lua.LValue) lua.LValue {
	at, ok := layoutOf(v)
	if !ok {
		return lua.LNil
	}
	read := L.NewFunction(func(L *lua.LState) int {
		L.Push(at.Field(L, key))
		return 1
	})
	value, err := interp.Invoke(L, read)
	if err != nil {
		return lua.LNil
	}
	return value
}

func layoutOf(v lua.LValue) (*region.View, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	if r, isRegion := ud.Value.(*sharedRegion); isRegion {
		return r.Root(), r.Root() != nil
	}
	at, ok := ud.Value.(*region.View)
	return at, ok
}

// LineOf is the line of the script that calls a function of weir's, empty where there
// is none.
func LineOf(L *lua.LState) string {
	at := problem.Where(L)
	line, _ := vmOf(L).sources.Line(at.Chunk, at.Line)
	return line
}

// EntryOf finds the entry of a function or a table of the library's, or of a method.
func (vm *VM) EntryOf(v lua.LValue) (library.Entry, bool) {
	if fn, ok := v.(*lua.LFunction); ok {
		if e := library.MethodOf(vm.L, fn); e != nil {
			return *e, true
		}
	}
	name, ok := vm.names.Name(v)
	if !ok {
		return library.Entry{}, false
	}
	return Lookup(name)
}

// Lookup finds what stands alone in the library by its name, "json.encode".
func Lookup(name string) (library.Entry, bool) {
	for _, list := range [][]library.Entry{Library(), library.Standard()} {
		for _, e := range list {
			if e.Of == "" && e.Name == name {
				return e, true
			}
		}
	}
	return library.Entry{}, false
}
