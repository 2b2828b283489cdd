package script

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// maker is how channels of one kind are made and joined.
type maker struct {
	kind   ipc.Kind
	count  string // what its option for a number of messages is called; none where it has none
	slots  int    // unless the script says
	size   int
	sole   bool // one process makes it: a second is refused, and does not join
	client bool // it is that one's client
	call   func(name string, slots, size int) string
}

// The sizes of a channel whose maker said none: a page for a line.
const (
	defaultSlots   = 64
	defaultMessage = 4096
)

// makeMessages is the constructor of a channel of messages.
func makeMessages(L *lua.LState, mk *maker, more ...string) int {
	vm := vmOf(L)
	name, t := nameAndOptions(L, string(mk.kind))
	known := append([]string{"size", "codec", "keep"}, more...)
	if mk.count != "" {
		known = append(known, mk.count)
	}
	slots, size, keep, asJSON := mk.slots, mk.size, false, false
	if t != nil {
		checkKeys(L, string(mk.kind), t, false, known...)
		slots = countOption(L, mk, t, slots)
		size = sizeOption(L, mk, t, size)
		keep = lua.LVAsBool(t.RawGetString("keep"))
		asJSON = codecOption(L, string(mk.kind), t)
	}
	open := func(name string) (ipc.Messages, error) {
		return ipc.AsMessages(ipc.Open(vm.ctx, ipc.Addr{Kind: mk.kind, Name: name}))
	}
	create := func(name string, o ipc.NameOptions) (ch ipc.Messages, err error) {
		if mk.client {
			return open(name)
		}
		if name == "" && mk.kind.Naming() == ipc.ByQueue && vm.opts.Explain == nil {
			// A private queue has a name for a moment.
			if o, err = vm.nameOptions(false); err != nil {
				return nil, err
			}
		}
		return ipc.AsMessages(ipc.Create(ipc.Addr{Kind: mk.kind, Name: name}, ipc.Spec{Slots: slots, Size: size}, o))
	}
	join := open
	if mk.sole {
		join = nil
	}
	ch, made, err := openOrMake(vm, name, keep, create, join)
	if err != nil {
		problem.Raise(L, objectProblem(L, string(mk.kind), err))
	}
	if !made {
		checkSame(L, mk, ch, t)
	}
	m, err := vm.newMessageChannel(problem.Where(L), ch)
	if err != nil {
		problem.Raise(L, objectProblem(L, string(mk.kind), err))
	}
	m.json, m.made = asJSON, vm.owns(made, name, keep)
	m.how = mk.call(name, slots, size)
	if !made {
		m.how = "joins " + string(mk.kind) + " " + ch.Addr().Name
	}
	pushNode(L, &channel{Origin: m.Origin, kind: mk.kind, path: ch.Addr().Name, own: &ownEnds{}, msg: m})
	return 1
}

// openOrMake joins what has the name, or makes it.
func openOrMake[T any](vm *VM, name string, keep bool, create func(name string, o ipc.NameOptions) (T, error),
	open func(name string) (T, error)) (v T, made bool, err error) {
	if vm.opts.Explain != nil {
		name = "" // a plan is only asked for: nothing gets a name
	}
	o := ipc.NameOptions{}
	if name != "" {
		if o, err = vm.nameOptions(keep); err != nil {
			return v, false, err
		}
	}
	for range 10 {
		v, err = create(name, o)
		if name == "" || open == nil || !errors.Is(err, fs.ErrExist) {
			return v, true, err
		}
		// Who has the name may remove it in between.
		if v, err = open(name); !errors.Is(err, fs.ErrNotExist) {
			return v, false, err
		}
	}
	return v, false, err
}

// luaMailslot is mailslot([name,] {size=, timeout=}), the server, or with client =
// true a client of it.
func luaMailslot(L *lua.LState) int {
	mk := *makerOf(ipc.KindMailslot)
	name, t := nameAndOptions(L, "mailslot")
	if t == nil {
		return makeMessages(L, &mk)
	}
	limit := wait{}
	if t.RawGetString("timeout") != lua.LNil {
		only := L.NewTable()
		only.RawSetString("timeout", t.RawGetString("timeout"))
		limit, _ = readWait(L, "mailslot", only)
	}
	if lua.LVAsBool(t.RawGetString("client")) {
		if name == "" {
			problem.Here(L, "mailslot: a client needs the name of its server's").Hinted("write mailslot(%q, {client = true})", "jobs").Pointing("client").Raise(L)
		}
		mk.client = true
	}
	n := makeMessages(L, &mk, "timeout", "client")
	m := boxIn(L.Get(-1))
	m.limit = limit
	m.made = m.made && !lua.LVAsBool(t.RawGetString("client"))
	return n
}

// owns tells whether a name that was made is this state's to remove.
func (vm *VM) owns(made bool, name string, keep bool) bool {
	return made && name != "" && !keep && vm.opts.Explain == nil
}

// checkSame refuses a channel that exists otherwise than the script asks.
func checkSame(L *lua.LState, mk *maker, ch ipc.Messages, t *lua.LTable) {
	st, err := ch.Stat()
	if t == nil || err != nil {
		return
	}
	for _, is := range []struct {
		key  string
		have int
	}{{mk.count, st.Capacity}, {"size", ch.MessageSize()}} {
		if is.key == "" || t.RawGetString(is.key) == lua.LNil {
			continue
		}
		want, err := parseSize(t.RawGetString(is.key))
		if err == nil && want != is.have {
			ch.Close()
			problem.Here(L, "%s %s is there already, with %s=%d; this asks for %d", mk.kind, ch.Addr().Name, is.key, is.have, want).
				Hinted("leave %s out to join it, or take another name", is.key).Pointing(is.key).Raise(L)
		}
	}
}

// nameAndOptions reads (name), (name, {...}) and ({...}).
func nameAndOptions(L *lua.LState, what string) (string, *lua.LTable) {
	name, next := "", 1
	switch v := L.Get(1).(type) {
	case lua.LString:
		if name, next = string(v), 2; name == "" {
			problem.Here(L, "%s: the name is empty", what).Hinted("leave it out for a private one").Pointing(what).Raise(L)
		}
	case *lua.LNilType:
		next = 2
	case *lua.LTable:
	default:
		problem.Raisef(L, what, "%s: the name must be a string, but is %s", what, problem.Describe(v))
	}
	switch t := L.Get(next).(type) {
	case *lua.LNilType:
		return name, nil
	case *lua.LTable:
		return name, t
	default:
		problem.Raisef(L, what, "%s: its options are a table, but this is %s", what, problem.Describe(t))
	}
	return "", nil
}

// mostCount is how many messages a channel may be made for.
const mostCount = 1 << 30

func countOption(L *lua.LState, mk *maker, t *lua.LTable, otherwise int) int {
	if mk.count == "" || t.RawGetString(mk.count) == lua.LNil {
		return otherwise
	}
	n, ok := t.RawGetString(mk.count).(lua.LNumber)
	least := 1
	if mk.kind == ipc.KindRing {
		least = 0
	}
	if !ok || n != lua.LNumber(math.Trunc(float64(n))) || n < lua.LNumber(least) {
		problem.Raisef(L, mk.count, "%s: %s must be a whole number from %d on, but is %s", mk.kind, mk.count, least, problem.Given(t.RawGetString(mk.count)))
	}
	if n > mostCount {
		problem.Raisef(L, mk.count, "%s: %s must be %d at most, but is %s", mk.kind, mk.count, mostCount, problem.Given(n))
	}
	return int(n)
}

func sizeOption(L *lua.LState, mk *maker, t *lua.LTable, otherwise int) int {
	v := t.RawGetString("size")
	if v == lua.LNil {
		return otherwise
	}
	n, err := parseSize(v)
	if err != nil {
		problem.Raisef(L, "size", "%s: %v", mk.kind, err)
	}
	return n
}

func codecOption(L *lua.LState, what string, t *lua.LTable) bool {
	switch v := t.RawGetString("codec"); v {
	case lua.LNil:
		return false
	case lua.LString("json"):
		return true
	default:
		problem.Here(L, "%s: there is no codec %s", what, problem.Describe(v)).Hinted("the one there is: codec = \"json\"").Pointing("codec").Raise(L)
		return false
	}
}

// objectProblem is what ipc says, at the line that is running.
func objectProblem(L *lua.LState, word string, err error) error {
	var p *problem.Error
	if errors.As(err, &p) {
		return err
	}
	text, hint, _ := strings.Cut(err.Error(), "; ")
	p = problem.Here(L, "%s", problem.CutWords(text)).Hinted("%s", problem.CutWords(hint)).Pointing(word)
	p.Lacking(err)
	return p
}

// makers are the channels of messages that the library makes by name.
var makers = []maker{
	{kind: ipc.KindRing, count: "slots", slots: defaultSlots, size: defaultMessage,
		call: func(name string, slots, size int) string {
			return fmt.Sprintf("%s, %d slots of %d bytes", regionCall("ring", name), slots, size)
		}},
	{kind: ipc.KindQueue, count: "max",
		call: func(name string, max, size int) string {
			return fmt.Sprintf("mq_open(%s, O_CREAT|O_EXCL, 0600)", nameOr(name, "a name that is unlinked at once"))
		}},
	{kind: ipc.KindMailslot, sole: true,
		call: func(name string, _, size int) string {
			return fmt.Sprintf("socket(AF_UNIX, SOCK_DGRAM), a mailslot emulated as %s", nameOr(name, "a private one"))
		}},
	{kind: ipc.KindMailbox, count: "slots", slots: defaultSlots, size: defaultMessage,
		call: func(name string, slots, size int) string {
			return fmt.Sprintf("%s, a mailbox of %d slots of %d bytes", regionCall("mailbox", name), slots, size)
		}},
}

func nameOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

func regionCall(kind, name string) string {
	if name == "" {
		return "memfd_create(" + kind + ", MFD_ALLOW_SEALING)"
	}
	return "linkat(/dev/shm, " + kind + "." + strings.TrimPrefix(name, "/") + ")"
}

// makerOf finds the maker of a kind.
func makerOf(kind ipc.Kind) *maker {
	i := slices.IndexFunc(makers, func(m maker) bool { return m.kind == kind })
	return &makers[i]
}

func luaRing(L *lua.LState) int    { return makeMessages(L, makerOf(ipc.KindRing)) }
func luaQueue(L *lua.LState) int   { return makeMessages(L, makerOf(ipc.KindQueue)) }
func luaMailbox(L *lua.LState) int { return makeMessages(L, makerOf(ipc.KindMailbox)) }
