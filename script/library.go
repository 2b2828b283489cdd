package script

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/interp"
	"weir/script/library"
	"weir/script/problem"
)

// Library gives all entries, those of one group next to each other.
func Library() []library.Entry {
	entries := append([]library.Entry(nil), functions...)
	entries = append(entries, library.LaterEntries()...)
	entries = slices.Concat(entries, topologyMethods, channelMethods, messageMethods, peerMethods)
	for i := range mechanisms {
		entries = append(entries, mechanisms[i].methods...)
	}
	return slices.Concat(entries, jobMethods, library.Documented)
}

// isTopologyMethod reports whether topologies have a method of that name.
func isTopologyMethod(name string) bool {
	return slices.ContainsFunc(topologyMethods, func(e library.Entry) bool { return e.Name == name })
}

func entryNamed(name string) (library.Entry, bool) {
	for _, e := range functions {
		if e.Name == name {
			return e, true
		}
	}
	return library.Entry{}, false
}

// The library: filled at the start and not in the declaration, because its
// functions look names up in it. What the lists hold stands in library_functions.go
// and library_methods.go.
var (
	functions, topologyMethods, channelMethods, messageMethods, peerMethods, jobMethods []library.Entry
)

// openLibrary makes weir's functions globals.
func openLibrary(L *lua.LState) {
	for i := range functions {
		L.SetGlobal(functions[i].Name, L.NewFunction(functions[i].Call))
	}
	L.SetGlobal("out", outValue(L))
	L.SetGlobal(filterGlobal, L.NewFunction(runFilters))
	bar := L.NewUserData()
	bar.Value, bar.Metatable = mark{}, markTable(L)
	interp.SetBar(L, bar)
}

// markTable gives the metatable of | and of what it makes of the value on its right.
func markTable(L *lua.LState) *lua.LTable {
	return library.Metatable(L, "what | made", func() ([]library.Entry, map[string]lua.LGFunction) {
		return nil, map[string]lua.LGFunction{"__concat": concat}
	})
}

// tableOf gives the metatable of a topology. What a channel has of its own comes before
// what any topology has.
func tableOf(L *lua.LState, n node) *lua.LTable {
	noun, own := "a topology", []library.Entry(nil)
	if c, ok := n.(*channel); ok && c.msg != nil {
		noun, own = "a channel of messages", messageMethods
	} else if ok {
		noun, own = "a channel", channelMethods
	}
	return library.Metatable(L, noun, func() ([]library.Entry, map[string]lua.LGFunction) {
		return slices.Concat(topologyMethods, own), map[string]lua.LGFunction{
			"__concat": concat, "__add": beside, "__mul": replicas, "__tostring": nodeText, "__call": nodeCalled}
	})
}

func pushNode(L *lua.LState, n node) {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = n, tableOf(L, n)
	L.Push(ud)
}

// nodeCalled tells who calls a topology, as a loop over it does, what was meant.
func nodeCalled(L *lua.LState) int {
	p := problem.Here(L, "attempt to call %s", problem.Describe(L.Get(1))).
		Hinted("write for l in t:lines() do ... end to read its output; run(t) runs it")
	if n, ok := toNode(L.Get(1)); ok {
		if c, ok := n.(*channel); ok && c.msg != nil {
			p.Hinted("write for m in q:messages() do ... end")
		} else if ok && c.kind != ipc.KindMemory {
			p.Hinted("write for l in p:lines() do ... end")
		}
	}
	problem.Raise(L, p)
	return 0
}

func nodeText(L *lua.LState) int {
	n, ok := toNode(L.Get(1))
	if !ok {
		L.Push(lua.LString(L.Get(1).String()))
		return 1
	}
	L.Push(lua.LString(write(n)))
	return 1
}
