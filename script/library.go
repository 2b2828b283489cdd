package script

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/interp"
	"weir/script/problem"
	"weir/script/syntax"
)

// Group says what an Entry belongs to.
type Group string

// The groups of the library.
const (
	GroupFunction Group = "function" // a global
	GroupTopology Group = "topology" // a method of any topology
	GroupChannel  Group = "channel"  // a method of a pipe, FIFO or file besides
	GroupMessages Group = "messages" // a method of a channel of messages
	GroupParty    Group = "party"    // a method of self(), of a stage and of a sender
	GroupObject   Group = "object"   // a method of a region or lock
	GroupJob      Group = "job"      // a method of what start returns
	GroupOption   Group = "option"   // of run, start, :text and :lines
	GroupResult   Group = "result"   // a field of what run returns
	GroupStage    Group = "stage"    // a field of each of a result's stages
	GroupLua      Group = "lua"      // of a library such as Lua's own, named with its table: "json.encode"
	GroupOperator Group = "operator" // what | + and * are between stages
)

// Entry is one thing that the library has. Help, completion and the check for
// misspelt names read the same table that fills the Lua state.
type Entry struct {
	Group     Group
	Name      string
	Signature string
	Summary   string   // one line
	Example   string   // a line of Lua that runs as it stands, in a folder where it may write
	Long      string   // what is worth knowing besides, in sentences; may be empty
	Manual    string   // the manual page, or the Win32 call, behind it; may be empty
	Kind      ipc.Kind // the mechanism behind it, of which ipc.SupportOn knows; may be empty
	Of        string   // what has this method or field: "topology", "semaphore"; empty for what stands alone
	Returns   string   // the types of what it gives, in the words of LuaCATS, "string?, string?", with "or" as in Signature; of a value its type

	call lua.LGFunction
}

func entry(g Group, name, signature, summary, example string, call lua.LGFunction) Entry {
	return Entry{Group: g, Name: name, Signature: signature, Summary: summary, Example: example, call: call}
}

// about adds what help says besides.
func (e Entry) about(kind ipc.Kind, manual, long string) Entry {
	e.Kind, e.Manual, e.Long = kind, manual, long
	return e
}

// gives says what it returns.
func (e Entry) gives(types string) Entry {
	e.Returns = types
	return e
}

// Library gives all entries, those of one group next to each other.
func Library() []Entry {
	entries := append([]Entry(nil), functions...)
	entries = append(entries, laterLibrary()...)
	entries = slices.Concat(entries, topologyMethods, channelMethods, messageMethods, partyMethods)
	for i := range mechanisms {
		entries = append(entries, mechanisms[i].methods...)
	}
	return slices.Concat(entries, jobMethods, documented)
}

// isTopologyMethod reports whether topologies have a method of that name.
func isTopologyMethod(name string) bool {
	return slices.ContainsFunc(topologyMethods, func(e Entry) bool { return e.Name == name })
}

func entryNamed(name string) (Entry, bool) {
	for _, e := range functions {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

// The library: filled at the start and not in the declaration, because its
// functions look names up in it. What the lists hold stands in library_functions.go
// and library_methods.go.
var (
	functions, topologyMethods, channelMethods, messageMethods, partyMethods, jobMethods []Entry
)

// openLibrary makes weir's functions globals and prepares the metatables of its
// values.
func (vm *VM) openLibrary() {
	for i := range functions {
		vm.L.SetGlobal(functions[i].Name, vm.function(&functions[i]))
	}
	vm.L.SetGlobal("out", vm.outValue())
	vm.L.SetGlobal(filterGlobal, vm.L.NewFunction(runFilters))
	vm.markTable = vm.L.NewTable()
	vm.markTable.RawSetString("__concat", vm.L.NewFunction(concat))
	bar := vm.L.NewUserData()
	bar.Value, bar.Metatable = mark{}, vm.markTable
	interp.SetBar(vm.L, bar)
}

// tableOf gives the metatable of a topology's kind, which is made when the first
// of that kind is.
func (vm *VM) tableOf(n node) *lua.LTable {
	operators := func() map[string]lua.LGFunction {
		return map[string]lua.LGFunction{"__concat": concat, "__add": beside, "__mul": replicas, "__tostring": nodeText, "__call": nodeCalled}
	}
	if _, ok := n.(*channel); !ok {
		if vm.nodeTable == nil {
			vm.nodeTable = vm.metatable("a topology", topologyMethods, operators())
		}
		return vm.nodeTable
	}
	if c, ok := n.(*channel); ok && c.msg != nil {
		if vm.messageTable == nil {
			vm.messageTable = vm.metatable("a channel of messages", append(slices.Clone(topologyMethods), messageMethods...), operators())
		}
		return vm.messageTable
	}
	if vm.channelTable == nil {
		// What a channel has of its own comes before what any topology has.
		vm.channelTable = vm.metatable("a channel", append(slices.Clone(topologyMethods), channelMethods...), operators())
	}
	return vm.channelTable
}

func (vm *VM) function(e *Entry) *lua.LFunction {
	return vm.L.NewFunction(e.call)
}

// metatable makes one whose methods are the entries; any other name is an
// error that says what is near.
func (vm *VM) metatable(what string, methods []Entry, operators map[string]lua.LGFunction) *lua.LTable {
	t, index := vm.L.NewTable(), vm.L.NewTable()
	t.RawSetString(problem.NameKey, lua.LString(what))
	names := make([]string, len(methods))
	for i := range methods {
		fn := vm.function(&methods[i])
		index.RawSetString(methods[i].Name, fn)
		if vm.opts.Interactive {
			vm.methods[fn] = &methods[i]
		}
		names[i] = methods[i].Name
	}
	miss := vm.L.NewTable()
	miss.RawSetString("__index", vm.L.NewFunction(func(L *lua.LState) int {
		name := L.Get(2).String()
		p := problem.Here(L, "%s has no method %q", what, name).Pointing(name)
		if near, ok := syntax.Nearest(name, names); ok {
			p.Hinted("did you mean :%s()?", near)
		}
		problem.Raise(L, p)
		return 0
	}))
	index.Metatable = miss
	t.RawSetString("__index", index)
	for name, fn := range operators {
		t.RawSetString(name, vm.L.NewFunction(fn))
	}
	return t
}

func pushNode(L *lua.LState, n node) {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = n, vmOf(L).tableOf(n)
	L.Push(ud)
}

// nodeCalled tells who calls a topology, as a loop over it does, what was meant.
func nodeCalled(L *lua.LState) int {
	p := problem.Here(L, "attempt to call %s", problem.Describe(L.Get(1))).Hinted("write for l in t:lines() do ... end to read its output; run(t) runs it")
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
