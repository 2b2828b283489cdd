package script

import (
	"errors"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// makeMessages is the constructor of a channel of messages.
func makeMessages(L *lua.LState, mk messageRow) int {
	vm := vmOf(L)
	name, t := nameAndOptions(L, string(mk.kind))
	known := append(append([]string{"size", "codec"}, openingOptions...), mk.options...)
	if mk.count != "" {
		known = append(known, mk.count)
	}
	slots, size, asJSON := mk.slots, mk.size, false
	if t != nil {
		checkKeys(L, string(mk.kind), t, false, known...)
		slots = countOption(L, &mk, t, slots)
		size = sizeOption(L, &mk, t, size)
		asJSON = codecOption(L, string(mk.kind), t)
	}
	how := readOpening(L, string(mk.kind), name, t)
	open := func(name string) (ipc.Messages, error) {
		return ipc.AsMessages(ipc.Open(vm.ctx, ipc.Addr{Kind: mk.kind, Name: name}))
	}
	create := func(name string, o ipc.NameOptions) (ch ipc.Messages, err error) {
		if mk.client && vm.opts.Explain == nil {
			return open(name)
		}
		if name == "" && mk.kind.Naming() == ipc.ByQueue && vm.opts.Explain == nil {
			// A private queue has a name for a moment.
			if o, err = nameOptions(false); err != nil {
				return nil, err
			}
		}
		return ipc.AsMessages(ipc.Create(ipc.Addr{Kind: mk.kind, Name: name}, ipc.Spec{Slots: slots, Size: size}, o))
	}
	join := open
	if mk.sole {
		join = nil
	}
	ch, made, err := openOrMake(vm, mk.kind, name, how, create, join)
	if err != nil {
		problem.Raise(L, openingProblem(L, mk.kind, name, how, err))
	}
	if !made {
		checkSame(L, &mk, ch, t)
	}
	m, err := newMessageChannel(&vm.objects, problem.Where(L), ch)
	if err != nil {
		problem.Raise(L, objectProblem(L, string(mk.kind), err))
	}
	m.json, m.made = asJSON, owns(vm, made, name, how.keep)
	m.how = mk.call(name, slots, size)
	if !made {
		m.how = "joins " + string(mk.kind) + " " + ch.Addr().Name
	}
	pushNode(L, &channel{Origin: m.Origin, kind: mk.kind, path: ch.Addr().Name, opened: &opened{msg: m}})
	return 1
}

// makeMailslot is mailslot([name,] {size=, timeout=}), the server, or with client =
// true a client of it.
func makeMailslot(L *lua.LState, mk messageRow) int {
	name, t := nameAndOptions(L, "mailslot")
	if t == nil {
		return makeMessages(L, mk)
	}
	limit := wait{}
	if t.RawGetString("timeout") != lua.LNil {
		only := L.NewTable()
		only.RawSetString("timeout", t.RawGetString("timeout"))
		limit, _ = readWait(L, "mailslot", only)
	}
	client := lua.LVAsBool(t.RawGetString("client")) || t.RawGetString("open") == lua.LString("join")
	if client {
		if name == "" {
			problem.Here(L, "mailslot: a client needs the name of its server's").
				Hinted(`write mailslot("jobs", {client = true})`).Pointing("client").Raise(L)
		}
		mk.client = true
	}
	n := makeMessages(L, mk)
	m := boxIn(L.Get(-1))
	m.limit = limit
	m.made = m.made && !client
	return n
}

// owns reports whether a name that was made is this state's to remove.
func owns(vm *VM, made bool, name string, keep bool) bool {
	return made && name != "" && !keep && vm.opts.Explain == nil
}

// checkSame refuses a channel that exists otherwise than the script asks.
func checkSame(L *lua.LState, mk *messageRow, ch ipc.Messages, t *lua.LTable) {
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
			problem.Here(L, "%s %s is there already, with %s=%d; this asks for %d",
				mk.kind, ch.Addr().Name, is.key, is.have, want).
				Hinted("leave %s out to join it, or take another name", is.key).Pointing(is.key).Raise(L)
		}
	}
}

// nameAndOptions reads (name), (name, {...}) and ({...}).
func nameAndOptions(L *lua.LState, verb string) (string, *lua.LTable) {
	name, next := "", 1
	switch v := L.Get(1).(type) {
	case lua.LString:
		if name, next = string(v), 2; name == "" {
			problem.Here(L, "%s: the name is empty", verb).Hinted("leave it out for a private one").Pointing(verb).Raise(L)
		}
	case *lua.LNilType:
		next = 2
	case *lua.LTable:
	default:
		problem.Raisef(L, verb, "%s: the name must be a string, but is %s", verb, problem.Describe(v))
	}
	switch t := L.Get(next).(type) {
	case *lua.LNilType:
		return name, nil
	case *lua.LTable:
		return name, t
	default:
		problem.Raisef(L, verb, "%s: its options are a table, but this is %s", verb, problem.Describe(t))
	}
	return "", nil
}

// mostCount is how many messages a channel may be made for.
const mostCount = 1 << 30

func countOption(L *lua.LState, mk *messageRow, t *lua.LTable, otherwise int) int {
	if mk.count == "" || t.RawGetString(mk.count) == lua.LNil {
		return otherwise
	}
	n, ok := t.RawGetString(mk.count).(lua.LNumber)
	least := 1
	if mk.kind == ipc.KindRing {
		least = 0
	}
	if !ok || n != lua.LNumber(math.Trunc(float64(n))) || n < lua.LNumber(least) {
		problem.Raisef(L, mk.count, "%s: %s must be a whole number from %d on, but is %s",
			mk.kind, mk.count, least, problem.Given(t.RawGetString(mk.count)))
	}
	if n > mostCount {
		problem.Raisef(L, mk.count, "%s: %s must be %d at most, but is %s", mk.kind, mk.count, mostCount, problem.Given(n))
	}
	return int(n)
}

func sizeOption(L *lua.LState, mk *messageRow, t *lua.LTable, otherwise int) int {
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

func codecOption(L *lua.LState, verb string, t *lua.LTable) bool {
	switch v := t.RawGetString("codec"); v {
	case lua.LNil:
		return false
	case lua.LString("json"):
		return true
	default:
		problem.Here(L, "%s: there is no codec %s", verb, problem.Describe(v)).Hinted("the one there is: codec = \"json\"").
			Pointing("codec").Raise(L)
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
