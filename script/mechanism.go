package script

import (
	"os"
	"runtime/debug"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/library"
	"weir/script/problem"
	"weir/script/region"
)

// mechanism is a row of the table of those mechanisms that have a constructor of their own.
// Help, completion, the annotations, the reference and functions that travel read it. The
// rows of locks stand in lock_rows.go, those of channels of messages in message_rows.go, and
// that of regions in shm_row.go.
type mechanism struct {
	kind  ipc.Kind
	maker library.Entry // the constructor, which has the name of the kind

	// Of an object; a channel of messages shares its methods with the others.
	noun     string // "a region"; without the article it is Entry.Of of the methods
	methods  []library.Entry
	letter   string                                // the object in a signature: "s"
	example  string                                // what an example passes to the constructor, besides a name: "(0)"
	table    func(*lua.LState, object) *lua.LTable // its metatable, where each has its own
	assemble func(vm *VM, at problem.Origin, t *lua.LTable, files []*os.File) (object, error)
	// state says behind its name what a lock is now, at the prompt; holder is who has it, if anybody.
	state func(h ipc.Object, st ipc.LockState, holder string) string
}

// mechanisms is the table, in the order in which help shows it. It is filled at the start
// and not in the declaration, because constructors look rows up.
var mechanisms []mechanism

func fillMechanisms() {
	for _, row := range messageRows() {
		mechanisms = append(mechanisms, row.complete())
	}
	mechanisms = append(mechanisms, regionRow())
	for _, row := range lockRows() {
		mechanisms = append(mechanisms, row.complete())
	}
	for i := range mechanisms {
		mechanisms[i].complete()
	}
}

// objectOf gives the row of a kind whose objects are values of their own, or nil.
func objectOf(k ipc.Kind) *mechanism {
	i := slices.IndexFunc(mechanisms, func(m mechanism) bool { return m.kind == k && m.methods != nil })
	if i < 0 {
		return nil
	}
	return &mechanisms[i]
}

// ClassesOf gives the Of of the entries that are methods of what the constructor of a kind
// makes. It is nil for a kind that has none of its own.
func ClassesOf(k ipc.Kind) []string {
	for i := range mechanisms {
		switch m := &mechanisms[i]; {
		case m.kind != k:
		case m.methods == nil:
			return []string{"channel of messages"}
		default:
			return []string{m.methods[0].Of}
		}
	}
	return nil
}

// complete fills in what follows from the rest of a row.
func (m *mechanism) complete() {
	e := &m.maker
	e.Group, e.Name, e.Kind = library.GroupFunction, string(m.kind), m.kind
	if m.methods == nil {
		e.Returns = "weir.Messages"
		return
	}
	_, of, _ := strings.Cut(m.noun, " ")
	e.Returns = "weir." + strings.ToUpper(of[:1]) + of[1:]
	m.methods = append(m.methods, library.Entry{Name: "close", Signature: m.letter + ":close()",
		Summary: "ends the script's own hold", Example: e.Name + m.example + ":close()", Call: objectClose})
	if m.kind.Naming() != ipc.Nameless {
		arguments := strings.TrimSuffix(`"/x", `+strings.Trim(m.example, "()"), ", ")
		m.methods = append(m.methods, library.Entry{Name: "unlink", Signature: m.letter + ":unlink()",
			Summary: "removes the name; whoever has it open keeps it",
			Example: e.Name + "(" + arguments + "):unlink()", Call: objectUnlink})
	}
	for i := range m.methods {
		e := &m.methods[i]
		e.Group, e.Of = library.GroupObject, of
		if e.Manual != "" {
			e.Kind = m.kind
		}
		call := e.Call
		e.Call = func(L *lua.LState) int {
			defer region.Touched(L, receiver{L}, debug.SetPanicOnFault(true))
			return call(L)
		}
	}
}

// receiver is what errors call the object that a method was called on.
type receiver struct{ L *lua.LState }

func (r receiver) String() string {
	o, _ := toObject(r.L.Get(1))
	return writeObject(o)
}

// makers are the constructors of channels of messages, or of the other objects.
func makers(messages bool) (list []library.Entry) {
	for i := range mechanisms {
		if (mechanisms[i].methods == nil) == messages {
			list = append(list, mechanisms[i].maker)
		}
	}
	return list
}
