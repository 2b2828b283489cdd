package script

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
	"weir/script/travel"
)

// mail is the mailbox of a stage of its own, which all copies of the stage share;
// it is made when somebody first sends to it, or when the stage is to have it.
type mail struct {
	box   *messageChannel
	users int  // runs that have it
	told  bool // the script has sent to it: it stays
}

// A message in a mailbox begins with what it is.
const (
	mailText  = 's' // the bytes of a string
	mailValue = 'j' // JSON
)

// encodeMail writes any value that JSON knows, and strings as they are.
func encodeMail(L *lua.LState, v lua.LValue) []byte {
	if text, ok := v.(lua.LString); ok {
		return append([]byte{mailText}, text...)
	}
	data, err := toJSON(v)
	if err != nil {
		problem.Raisef(L, "send", "send: %v", err)
	}
	return append([]byte{mailValue}, data...)
}

func decodeMail(L *lua.LState, data []byte) lua.LValue {
	if len(data) == 0 {
		return lua.LString("")
	}
	if data[0] != mailValue {
		return lua.LString(data[1:])
	}
	v, err := fromJSON(L, data[1:])
	if err != nil {
		problem.Raisef(L, "receive", "receive: %v", err)
	}
	return v
}

// newBox makes the mailbox of a stage, or of the script itself.
func newBox(held *objects, at problem.Origin, owner string) (*messageChannel, error) {
	ch, err := ipc.CreateMailbox("", defaultSlots, defaultMessage, ipc.NameOptions{})
	if err != nil {
		return nil, err
	}
	m, err := newMessageChannel(held, at, ch)
	if err == nil {
		m.owner, m.how = owner, regionCall("mailbox", "")+", the mailbox of a stage"
	}
	return m, err
}

// mailName is what deadlocks and plans call a personal mailbox.
func (m *messageChannel) mailName() string { return m.owner + "'s mailbox" }

// boxOf gives the mailbox of a stage that runs a function.
func boxOf(L *lua.LState, s *stage) *messageChannel {
	if s.mail.box == nil || s.mail.box.closed {
		box, err := newBox(&vmOf(L).objects, s.Origin, s.called())
		if err != nil {
			problem.Raise(L, objectProblem(L, "send", err))
		}
		s.mail.box = box
		if only := vmOf(L).session; only != nil {
			only.boxes = append(only.boxes, s.mail)
		}
	}
	s.mail.told = true
	return s.mail.box
}

// usesSelf reports whether a function names self, or a function that it reaches
// does.
func usesSelf(fn *lua.LFunction, globals *lua.LTable, seen map[*lua.LFunction]bool) bool {
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
		reached = append(reached, globals.RawGetString(name))
	}
	for _, v := range reached {
		if inner, ok := v.(*lua.LFunction); ok && usesSelf(inner, globals, seen) {
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
	t.RawSetString("memory", lua.LNumber(s.set.watch.limits.Memory))
	t.RawSetString("cpu", lua.LNumber(s.set.watch.limits.CPU))
	t.RawSetString("runs", lua.LString(writeRuns(lo.objects.within)))
	if err := lo.mail.use(lo.vm, s); err == nil && s.mail.box != nil {
		t.RawSetString("box", boxValue(lo.vm.L, s.mail.box))
		lo.mail.boxes = append(lo.mail.boxes, &peer{name: name, box: s.mail.box, fd: -1})
	}
	return t
}

// runMail is the mail of the stages of a run.
type runMail struct {
	boxes []*peer // those who can be sent to
	used  []*mail // by this run, until its end
}

// use makes the mailbox of a stage that will want it, and keeps it for as
// long as the run lasts.
func (of *runMail) use(vm *VM, s *stage) (err error) {
	if s.mail.box == nil && usesSelf(s.fn.fn, vm.L.G.Global, map[*lua.LFunction]bool{}) {
		s.mail.box, err = newBox(&vm.objects, s.Origin, s.called())
	}
	if s.mail.box != nil {
		s.mail.users++
		of.used = append(of.used, s.mail)
	}
	return err
}

// end closes the mailboxes that no other run has and the script does not know.
func (of *runMail) end(held *objects) {
	for _, m := range of.used {
		if m.users--; m.users == 0 && !m.told {
			_ = held.release(m.box)
			m.box = nil
		}
	}
	of.used = nil
}

// boxValue is a mailbox as it travels.
func boxValue(L *lua.LState, box *messageChannel) lua.LValue {
	c := &channel{Origin: box.Origin, kind: ipc.KindMailbox, opened: &opened{msg: box}, name: box.mailName()}
	ud := L.NewUserData()
	ud.Value, ud.Metatable = c, tableOf(L, c)
	return ud
}

// sendMail sends argument at to a mailbox, which is a peer's where to is not
// nil.
func sendMail(L *lua.LState, to *peer, box *messageChannel, at int) int {
	vm := vmOf(L)
	w, _ := readWait(L, "send", L.Get(at+1))
	data := encodeMail(L, L.Get(at))
	mailbox, ok := box.ch.(*ipc.Mailbox)
	if !ok || box.closed {
		problem.Raisef(L, "send", "send: the mailbox is closed")
	}
	signature := vm.peers.signature(to)
	if err := box.send(vm, w, func() error { return mailbox.SendFrom(signature, data) }); err != nil {
		return sendFailed(L, box, w, len(data), err)
	}
	L.Push(lua.LTrue)
	return 1
}

// receiveMail takes a message out of a mailbox: its value, and who sent it.
func receiveMail(L *lua.LState, m *messageChannel, w wait) int {
	mailbox := m.ch.(*ipc.Mailbox)
	if m.buf == nil {
		m.buf = make([]byte, m.ch.MessageSize())
	}
	n, pid, signature := 0, 0, ""
	err := m.receive(vmOf(L), w, func() (err error) {
		n, signature, pid, err = mailbox.ReceiveFrom(m.buf)
		return err
	})
	if err != nil {
		return receiveFailed(L, m, w, err)
	}
	L.Push(decodeMail(L, m.buf[:n]))
	pushPeer(L, sender(signature, pid))
	return 2
}

// selfReceive is self():receive([{timeout=}]).
func selfReceive(L *lua.LState) int {
	w, _ := readWait(L, "receive", L.Get(2))
	return receiveMail(L, ownBox(L, "receive"), w)
}

// selfMessages is self():messages([{timeout=}]).
func selfMessages(L *lua.LState) int {
	w, _ := readWait(L, "messages", L.Get(2))
	box := ownBox(L, "messages")
	L.Push(L.NewFunction(func(L *lua.LState) int { return receiveMail(L, box, w) }))
	return 1
}

// ownBox gives this state's own mailbox: nobody receives another's.
func ownBox(L *lua.LState, method string) *messageChannel {
	p := checkPeer(L, 1, method)
	if !p.own || p.box == nil {
		problem.Here(L, "%s: the mailbox of %s is its own", method, p.name).Hinted("write self():%s()", method).
			Pointing(method).Raise(L)
	}
	return p.box
}

// stageSend is stage:send(msg [, {timeout=}]).
func stageSend(L *lua.LState) int {
	checkNode(L, "send")
	to := checkPeer(L, 1, "send")
	return sendMail(L, to, boxFor(L, to), 2)
}

// jobSend is job:send([stage name,] msg [, {timeout=}]).
func jobSend(L *lua.LState) int {
	j := checkJob(L, "send")
	mayActOnJob(L, j, "send")
	boxes, at := j.lo.mail.boxes, 2
	if name, ok := L.Get(2).(lua.LString); ok && len(boxes) != 1 && L.GetTop() > 2 {
		at = 3
		boxes = slices.DeleteFunc(slices.Clone(boxes), func(p *peer) bool { return p.name != string(name) })
	}
	if len(boxes) != 1 {
		names := make([]string, len(j.lo.mail.boxes))
		for i, p := range j.lo.mail.boxes {
			names[i] = p.name
		}
		p := problem.Here(L, "send: %d stages of this job have a mailbox", len(names)).Pointing("send")
		if len(names) == 0 {
			p.Hinted("a stage has one whose function calls self()")
		} else {
			p.Hinted("write job:send(NAME, message) with one of: %s", strings.Join(names, ", "))
		}
		problem.Raise(L, p)
	}
	return sendMail(L, boxes[0], boxes[0].box, at)
}
