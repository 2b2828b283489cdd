package library

import (
	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
)

// Group says what an Entry belongs to.
type Group string

// The groups of the library.
const (
	GroupFunction Group = "function" // a global
	GroupTopology Group = "topology" // a method of any topology
	GroupChannel  Group = "channel"  // a method of a pipe, FIFO or file besides
	GroupMessages Group = "messages" // a method of a channel of messages
	GroupPeer     Group = "peer"     // a method of self(), of a stage and of a sender
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
	// Returns are the types of the results in the words of LuaCATS, "string?, string?", with
	// "or" as in Signature; of a value it is its type.
	Returns string

	Call lua.LGFunction
}

// New makes the entry of a function.
func New(g Group, name, signature, summary, example string, call lua.LGFunction) Entry {
	return Entry{Group: g, Name: name, Signature: signature, Summary: summary, Example: example, Call: call}
}

// About adds what help says besides.
func (e Entry) About(kind ipc.Kind, manual, long string) Entry {
	e.Kind, e.Manual, e.Long = kind, manual, long
	return e
}

// Gives says what it returns.
func (e Entry) Gives(types string) Entry {
	e.Returns = types
	return e
}
