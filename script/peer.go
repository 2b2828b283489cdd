package script

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/library"
	"weir/script/problem"
)

// scriptName is what the script itself is called among those who send.
const scriptName = "script"

// peer is somebody who can be sent to: a stage, the script itself, or the sender
// of a message.
type peer struct {
	name string
	pid  int
	box  *messageChannel // nil for a sender whose mailbox was not opened yet
	fd   int             // of the sender's mailbox, in its process; -1 where it has none
	own  bool            // this state itself
}

// peers are those whom this state knows.
type peers struct {
	me   *peer   // this state, where it is somebody
	open []*peer // senders whose mailboxes are open here
}

// become takes the identity that came with a function.
func become(vm *VM, v lua.LValue) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return
	}
	vm.limits.setMemory(int64(lua.LVAsNumber(t.RawGetString("memory"))))
	vm.limits.setTime(time.Duration(lua.LVAsNumber(t.RawGetString("cpu"))))
	vm.waits.runs = readRuns(lua.LVAsString(t.RawGetString("runs")))
	vm.peers.me = &peer{name: lua.LVAsString(t.RawGetString("name")), pid: os.Getpid(), fd: -1, own: true}
	vm.peers.me.box = boxIn(t.RawGetString("box"))
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
func luaSelf(L *lua.LState) int {
	pushPeer(L, myself(L))
	return 1
}

// myself is this state as a peer, with a mailbox.
func myself(L *lua.LState) *peer {
	vm := vmOf(L)
	if vm.peers.me == nil {
		vm.peers.me = &peer{name: scriptName, pid: os.Getpid(), fd: -1, own: true}
	}
	if vm.peers.me.box == nil {
		box, err := newBox(&vm.objects, problem.Where(L), "the script")
		if err != nil {
			problem.Raise(L, objectProblem(L, "self", err))
		}
		vm.peers.me.box = box
	}
	return vm.peers.me
}

// pushPeer pushes a peer; one state has one value for itself.
func pushPeer(L *lua.LState, p *peer) {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = p, peerTable(L)
	L.Push(ud)
}

func peerTable(L *lua.LState) *lua.LTable {
	return library.Metatable(L, "a peer", func() ([]library.Entry, map[string]lua.LGFunction) {
		methods := library.Index(L, "a peer", peerMethods)
		return nil, map[string]lua.LGFunction{"__tostring": peerText, "__eq": peerEqual, "__index": func(L *lua.LState) int {
			switch p := peerOf(L.Get(1)); L.Get(2) {
			case lua.LString("name"):
				L.Push(lua.LString(p.name))
			case lua.LString("pid"):
				L.Push(lua.LNumber(p.pid))
			default:
				L.Push(L.GetField(methods, L.Get(2).String()))
			}
			return 1
		}}
	})
}

func peerOf(v lua.LValue) *peer {
	ud, _ := v.(*lua.LUserData)
	if ud == nil {
		return &peer{}
	}
	p, ok := ud.Value.(*peer)
	if !ok {
		return &peer{}
	}
	return p
}

func peerText(L *lua.LState) int {
	p := peerOf(L.Get(1))
	L.Push(lua.LString(fmt.Sprintf("%s (process %d)", p.name, p.pid)))
	return 1
}

func peerEqual(L *lua.LState) int {
	a, b := peerOf(L.Get(1)), peerOf(L.Get(2))
	L.Push(lua.LBool(a.name == b.name && a.pid == b.pid))
	return 1
}

// there reports whether the peer can still answer: a stage while it receives, a
// sender while its mailbox is open.
func (p *peer) there() bool {
	if p.box == nil || p.box.closed {
		return false
	}
	if p.fd < 0 {
		return !p.box.live.alone(ipc.Write)
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
func (list *peers) signature(to *peer) string {
	name, fd := scriptName, -1
	if list.me != nil {
		name = list.me.name
		if list.me.box != nil && !list.me.box.closed {
			fd = int(list.me.box.ch.Files()[0].Fd())
			if to != nil && !slices.ContainsFunc(list.me.box.given, func(p *peer) bool { return p.box == to.box }) {
				list.me.box.given = append(list.me.box.given, to)
			}
		}
	}
	if len(name) > 48 {
		name = name[:48]
	}
	return name + "\x00" + strconv.Itoa(fd)
}

// sender makes a peer of a signature.
func sender(signature string, pid int) *peer {
	name, fd, _ := strings.Cut(signature, "\x00")
	n, err := strconv.Atoi(fd)
	if err != nil {
		n = -1
	}
	return &peer{name: name, pid: pid, fd: n}
}

// boxFor gives the mailbox of a peer.
func boxFor(L *lua.LState, p *peer) *messageChannel {
	vm := vmOf(L)
	if p.box != nil {
		return p.box
	}
	for _, known := range vm.peers.open {
		if known.pid == p.pid && known.fd == p.fd && known.there() {
			p.box = known.box
			return p.box
		}
	}
	if p.fd < 0 {
		hint := "a stage has one whose function calls self()"
		if p.name == scriptName {
			hint = "the script has one when it has called self(), before it starts what is to answer"
		}
		problem.Here(L, "send: %s has no mailbox", p.name).Hinted("%s", hint).Pointing("send").Raise(L)
	}
	// Both run as the same user, so the one may open what the other has open.
	f, err := openOther(p.pid, p.fd)
	var ch ipc.Messages
	if err == nil {
		ch, err = ipc.JoinMessages(ipc.Addr{Kind: ipc.KindMailbox}, []*os.File{f})
	}
	if err == nil {
		p.box, err = newMessageChannel(&vm.objects, problem.Where(L), ch)
	}
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = errors.New("it is gone")
		}
		problem.Raisef(L, "send", "send: the mailbox of %s (process %d) cannot be reached: %v", p.name, p.pid, err)
	}
	p.box.owner = p.name
	vm.peers.forget(&vm.objects)
	vm.peers.open = append(vm.peers.open, p)
	return p.box
}

// manyPeers is how many mailboxes of senders are held before it is looked whose
// owner has gone.
const manyPeers = 32

// forget closes the mailboxes of senders that have gone.
func (list *peers) forget(held *objects) {
	if len(list.open) < manyPeers {
		return
	}
	list.open = slices.DeleteFunc(list.open, func(p *peer) bool {
		if p.there() {
			return false
		}
		_ = held.release(p.box)
		return true
	})
}

// dismantlePeer takes a peer apart: to others it is not who they are.
func dismantlePeer(L *lua.LState, p *peer) *lua.LTable {
	t := L.NewTable()
	t.RawSetString("name", lua.LString(p.name))
	t.RawSetString("pid", lua.LNumber(p.pid))
	t.RawSetString("fd", lua.LNumber(p.fd))
	if p.box != nil {
		t.RawSetString("box", boxValue(L, p.box))
	}
	return t
}

func assemblePeer(t *lua.LTable) *peer {
	return &peer{name: lua.LVAsString(t.RawGetString("name")), pid: int(lua.LVAsNumber(t.RawGetString("pid"))),
		fd: int(lua.LVAsNumber(t.RawGetString("fd"))), box: boxIn(t.RawGetString("box"))}
}

// checkPeer gives the peer that a method was called on.
func checkPeer(L *lua.LState, i int, method string) *peer {
	if ud, ok := L.Get(i).(*lua.LUserData); ok {
		switch v := ud.Value.(type) {
		case *peer:
			return v
		case *stage:
			if v.fn != nil && v.filter == nil {
				return &peer{name: v.called(), box: boxOf(L, v), fd: -1}
			}
			problem.Here(L, "%s: %s runs no function that could receive", method, write(v)).
				Hinted("proc(fn) has one, whose function calls self()").Pointing(method).Raise(L)
		}
	}
	problem.Here(L, "%s: a message is sent to a stage or a sender, but this is %s", method, problem.Describe(L.Get(i))).
		Hinted("write self():send(stage, message), or stage:send(message)").Pointing(method).Raise(L)
	return nil
}

// peerSend is peer:send(msg [, {timeout=}]), and self():send(other, msg [, {timeout=}]).
func peerSend(L *lua.LState) int {
	to, at := checkPeer(L, 1, "send"), 2
	if to.own && L.GetTop() > 2 {
		to, at = checkPeer(L, 2, "send"), 3
	}
	return sendMail(L, to, boxFor(L, to), at)
}
