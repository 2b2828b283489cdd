package script

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/travel"
)

// mail is the mailbox of a stage of its own, which all copies of the stage share;
// it is made when somebody first sends to it, or when the stage is to have it.
type mail struct{ box *messageChannel }

// party is somebody who can be sent to: a stage, the script itself, or the sender
// of a message.
type party struct {
	name string
	pid  int
	box  *messageChannel // nil for a sender whose mailbox was not opened yet
	fd   int             // of the sender's mailbox, in its process; -1 where it has none
	own  bool            // this state itself
}

// A message in a mailbox begins with what it is.
const (
	mailText  = 's' // the bytes of a string
	mailValue = 'j' // JSON
)

// encodeMail writes any value that JSON knows, and strings as they are.
func encodeMail(vm *VM, L *lua.LState, v lua.LValue) []byte {
	if text, ok := v.(lua.LString); ok {
		return append([]byte{mailText}, text...)
	}
	data, err := toJSON(v)
	if err != nil {
		vm.raisef(L, "send", "send: %v", err)
	}
	return append([]byte{mailValue}, data...)
}

func decodeMail(vm *VM, L *lua.LState, data []byte) lua.LValue {
	if len(data) == 0 {
		return lua.LString("")
	}
	if data[0] != mailValue {
		return lua.LString(data[1:])
	}
	v, err := fromJSON(L, data[1:])
	if err != nil {
		vm.raisef(L, "receive", "receive: %v", err)
	}
	return v
}

// newBox makes the mailbox of a stage, or of the script itself.
func (vm *VM) newBox(at origin) (*messageChannel, error) {
	ch, err := ipc.CreateMailbox("", defaultSlots, defaultMessage, ipc.NameOptions{})
	if err != nil {
		return nil, err
	}
	m, err := vm.newMessageChannel(at, ch)
	if err == nil {
		m.personal, m.how = true, regionCall("mailbox", "")+", the mailbox of a stage"
	}
	return m, err
}

// boxOf gives the mailbox of a stage that runs a function.
func (vm *VM) boxOf(L *lua.LState, s *stage) *messageChannel {
	if s.mail.box == nil || s.mail.box.closed {
		box, err := vm.newBox(s.origin)
		if err != nil {
			vm.raise(L, objectProblem(L, "send", err))
		}
		s.mail.box = box
	}
	return s.mail.box
}

// usesSelf tells whether a function names self, or a function that it reaches
// does.
func (vm *VM) usesSelf(fn *lua.LFunction, seen map[*lua.LFunction]bool) bool {
	if fn.IsG || seen[fn] {
		return false
	}
	seen[fn] = true
	names := travel.Names(fn.Proto)
	if slices.Contains(names, "self") {
		return true
	}
	reached := []lua.LValue{}
	for _, up := range fn.Upvalues {
		reached = append(reached, up.Value())
	}
	for _, name := range names {
		reached = append(reached, vm.L.G.Global.RawGetString(name))
	}
	for _, v := range reached {
		if inner, ok := v.(*lua.LFunction); ok && vm.usesSelf(inner, seen) {
			return true
		}
	}
	return false
}

// identity is what a travelled function needs to be somebody: its name, and its
// mailbox where it has one.
func (lo *lowering) identity(s *stage, name string) *lua.LTable {
	L := lo.vm.L
	t := L.NewTable()
	t.RawSetString("name", lua.LString(name))
	if s.mail.box == nil && lo.vm.usesSelf(s.fn.fn, map[*lua.LFunction]bool{}) {
		lo.vm.boxOf(L, s)
	}
	if s.mail.box != nil {
		t.RawSetString("box", lo.vm.boxValue(s.mail.box))
		lo.boxes = append(lo.boxes, &party{name: name, box: s.mail.box, fd: -1})
	}
	return t
}

// boxValue is a mailbox as it travels.
func (vm *VM) boxValue(box *messageChannel) lua.LValue {
	c := &channel{origin: box.origin, kind: ipc.KindMailbox, own: &ownEnds{}, msg: box}
	ud := vm.L.NewUserData()
	ud.Value, ud.Metatable = c, vm.tableOf(c)
	return ud
}

// become takes the identity that came with a function.
func (vm *VM) become(v lua.LValue) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return
	}
	vm.me = &party{name: lua.LVAsString(t.RawGetString("name")), pid: os.Getpid(), fd: -1, own: true}
	if box := boxIn(t.RawGetString("box")); box != nil {
		box.personal = true
		vm.me.box = box
	}
}

func boxIn(v lua.LValue) *messageChannel {
	if n, ok := toNode(v); ok {
		if c, ok := n.(*channel); ok {
			return c.msg
		}
	}
	return nil
}

// luaSelf is self().
func (vm *VM) luaSelf(L *lua.LState) int {
	vm.pushParty(L, vm.myself(L))
	return 1
}

// myself is this state as a party, with a mailbox.
func (vm *VM) myself(L *lua.LState) *party {
	if vm.me == nil {
		vm.me = &party{name: "script", pid: os.Getpid(), fd: -1, own: true}
	}
	if vm.me.box == nil {
		box, err := vm.newBox(whereIs(L))
		if err != nil {
			vm.raise(L, objectProblem(L, "self", err))
		}
		vm.me.box = box
	}
	return vm.me
}

// pushParty pushes a party; one state has one value for itself.
func (vm *VM) pushParty(L *lua.LState, p *party) {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = p, vm.partyTable()
	L.Push(ud)
}

func (vm *VM) partyTable() *lua.LTable {
	if vm.partyMeta != nil {
		return vm.partyMeta
	}
	vm.partyMeta = vm.metatable("a party", partyMethods, map[string]lua.LGFunction{"__tostring": func(L *lua.LState) int {
		p := L.Get(1).(*lua.LUserData).Value.(*party)
		L.Push(lua.LString(fmt.Sprintf("%s (process %d)", p.name, p.pid)))
		return 1
	}, "__eq": func(L *lua.LState) int {
		a, _ := L.Get(1).(*lua.LUserData).Value.(*party)
		b, _ := L.Get(2).(*lua.LUserData).Value.(*party)
		L.Push(lua.LBool(a != nil && b != nil && a.name == b.name && a.pid == b.pid))
		return 1
	}})
	methods := vm.partyMeta.RawGetString("__index").(*lua.LTable)
	vm.partyMeta.RawSetString("__index", vm.L.NewFunction(func(L *lua.LState) int {
		p := L.Get(1).(*lua.LUserData).Value.(*party)
		switch L.Get(2) {
		case lua.LString("name"):
			L.Push(lua.LString(p.name))
		case lua.LString("pid"):
			L.Push(lua.LNumber(p.pid))
		default:
			L.Push(L.GetField(methods, L.Get(2).String()))
		}
		return 1
	}))
	return vm.partyMeta
}

// there tells whether the party can still answer: a stage while it receives, a
// sender while its mailbox is open.
func (p *party) there() bool {
	if p.box == nil || p.box.closed {
		return false
	}
	if p.fd < 0 {
		return !p.box.present.alone(ipc.Write)
	}
	theirs, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", p.pid, p.fd))
	if err != nil {
		return false
	}
	ours, err := p.box.ch.Files()[0].Stat()
	return err == nil && os.SameFile(theirs, ours)
}

// signature is what a sender writes on its messages: its name, and where its
// mailbox is to be found. It fits what ipc.Mailbox takes.
func (vm *VM) signature(to *party) string {
	name, fd := "script", -1
	if vm.me != nil {
		name = vm.me.name
		if vm.me.box != nil && !vm.me.box.closed {
			fd = int(vm.me.box.ch.Files()[0].Fd())
			if to != nil && !slices.ContainsFunc(vm.me.box.given, func(p *party) bool { return p.box == to.box }) {
				vm.me.box.given = append(vm.me.box.given, to)
			}
		}
	}
	if len(name) > 48 {
		name = name[:48]
	}
	return name + "\x00" + strconv.Itoa(fd)
}

// sender makes a party of a signature.
func sender(signature string, pid int) *party {
	name, fd, _ := strings.Cut(signature, "\x00")
	n, err := strconv.Atoi(fd)
	if err != nil {
		n = -1
	}
	return &party{name: name, pid: pid, fd: n}
}

// boxFor gives the mailbox of a party.
func (vm *VM) boxFor(L *lua.LState, p *party) *messageChannel {
	if p.box != nil {
		return p.box
	}
	if p.fd < 0 {
		vm.raise(L, problemf(whereIs(L), "send: %s has no mailbox", p.name).hinted("a stage has one whose function calls self()").pointing("send"))
	}
	// Both run as the same user, so the one may open what the other has open.
	f, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/%d", p.pid, p.fd), os.O_RDWR, 0)
	var ch ipc.Messages
	if err == nil {
		ch, err = ipc.JoinMessages(ipc.Addr{Kind: ipc.KindMailbox}, []*os.File{f})
	}
	if err == nil {
		p.box, err = vm.newMessageChannel(whereIs(L), ch)
	}
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = errors.New("it is gone")
		}
		vm.raisef(L, "send", "send: the mailbox of %s (process %d) cannot be reached: %v", p.name, p.pid, err)
	}
	p.box.personal = true
	return p.box
}

// dismantleParty takes a party apart: to others it is not who they are.
func (vm *VM) dismantleParty(p *party) *lua.LTable {
	t := vm.L.NewTable()
	t.RawSetString("name", lua.LString(p.name))
	t.RawSetString("pid", lua.LNumber(p.pid))
	t.RawSetString("fd", lua.LNumber(p.fd))
	if p.box != nil {
		t.RawSetString("box", vm.boxValue(p.box))
	}
	return t
}

func assembleParty(t *lua.LTable) *party {
	p := &party{name: lua.LVAsString(t.RawGetString("name")), pid: int(lua.LVAsNumber(t.RawGetString("pid"))),
		fd: int(lua.LVAsNumber(t.RawGetString("fd"))), box: boxIn(t.RawGetString("box"))}
	if p.box != nil {
		p.box.personal = true
	}
	return p
}

// checkParty gives the party that a method was called on.
func (vm *VM) checkParty(L *lua.LState, i int, method string) *party {
	if ud, ok := L.Get(i).(*lua.LUserData); ok {
		switch v := ud.Value.(type) {
		case *party:
			return v
		case *stage:
			if v.fn != nil {
				return &party{name: v.baseName(v.argv), box: vm.boxOf(L, v), fd: -1}
			}
			vm.raise(L, problemf(whereIs(L), "%s: %s is a program, and has no mailbox", method, write(v)).
				hinted("proc(fn) has one, whose function calls self()").pointing(method))
		}
	}
	vm.raise(L, problemf(whereIs(L), "%s: a message is sent to a stage or a sender, but this is %s", method, describe(L.Get(i))).
		hinted("write self():send(stage, message), or stage:send(message)").pointing(method))
	return nil
}

// partySend is party:send(msg [, {timeout=}]), and self():send(other, msg [, {timeout=}]).
func (vm *VM) partySend(L *lua.LState) int {
	to, at := vm.checkParty(L, 1, "send"), 2
	if to.own && L.GetTop() > 2 {
		to, at = vm.checkParty(L, 2, "send"), 3
	}
	return vm.sendMail(L, to, vm.boxFor(L, to), at)
}

// sendMail sends argument at to a mailbox, which is a party's where to is not
// nil.
func (vm *VM) sendMail(L *lua.LState, to *party, box *messageChannel, at int) int {
	w, _ := vm.readWait(L, "send", L.Get(at+1))
	data := encodeMail(vm, L, L.Get(at))
	mailbox, ok := box.ch.(*ipc.Mailbox)
	if !ok || box.closed {
		vm.raisef(L, "send", "send: the mailbox is closed")
	}
	signature := vm.signature(to)
	if err := box.send(vm, w, func() error { return mailbox.SendFrom(signature, data) }); err != nil {
		return vm.sendFault(L, box, w, len(data), err)
	}
	L.Push(lua.LTrue)
	return 1
}

// receiveMail takes a message out of a mailbox: its value, and who sent it.
func (vm *VM) receiveMail(L *lua.LState, m *messageChannel, w wait) int {
	mailbox := m.ch.(*ipc.Mailbox)
	if m.buf == nil {
		m.buf = make([]byte, m.ch.MessageSize())
	}
	n, pid, signature := 0, 0, ""
	err := m.receive(vm, w, func() (err error) {
		n, signature, pid, err = mailbox.ReceiveFrom(m.buf)
		return err
	})
	if err != nil {
		return vm.receiveFault(L, w, err)
	}
	L.Push(decodeMail(vm, L, m.buf[:n]))
	vm.pushParty(L, sender(signature, pid))
	return 2
}

// selfReceive is self():receive([{timeout=}]).
func (vm *VM) selfReceive(L *lua.LState) int {
	w, _ := vm.readWait(L, "receive", L.Get(2))
	return vm.receiveMail(L, vm.ownBox(L, "receive"), w)
}

// selfMessages is self():messages([{timeout=}]).
func (vm *VM) selfMessages(L *lua.LState) int {
	w, _ := vm.readWait(L, "messages", L.Get(2))
	box := vm.ownBox(L, "messages")
	L.Push(L.NewFunction(func(L *lua.LState) int { return vm.receiveMail(L, box, w) }))
	return 1
}

// ownBox gives this state's own mailbox: nobody receives another's.
func (vm *VM) ownBox(L *lua.LState, method string) *messageChannel {
	p := vm.checkParty(L, 1, method)
	if !p.own || p.box == nil {
		vm.raise(L, problemf(whereIs(L), "%s: the mailbox of %s is its own", method, p.name).hinted("write self():%s()", method).pointing(method))
	}
	return p.box
}

// stageSend is stage:send(msg [, {timeout=}]).
func (vm *VM) stageSend(L *lua.LState) int {
	vm.checkNode(L, "send")
	to := vm.checkParty(L, 1, "send")
	return vm.sendMail(L, to, vm.boxFor(L, to), 2)
}

// jobSend is job:send([stage name,] msg [, {timeout=}]).
func (vm *VM) jobSend(L *lua.LState) int {
	j := vm.checkJob(L, "send")
	boxes, at := j.lo.boxes, 2
	if name, ok := L.Get(2).(lua.LString); ok && len(boxes) != 1 && L.GetTop() > 2 {
		at = 3
		boxes = slices.DeleteFunc(slices.Clone(boxes), func(p *party) bool { return p.name != string(name) })
	}
	if len(boxes) != 1 {
		names := make([]string, len(j.lo.boxes))
		for i, p := range j.lo.boxes {
			names[i] = p.name
		}
		p := problemf(whereIs(L), "send: %d stages of this job have a mailbox", len(names)).pointing("send")
		if len(names) == 0 {
			p.hinted("a stage has one whose function calls self()")
		} else {
			p.hinted("write job:send(NAME, message) with one of: %s", strings.Join(names, ", "))
		}
		vm.raise(L, p)
	}
	return vm.sendMail(L, boxes[0], boxes[0].box, at)
}
