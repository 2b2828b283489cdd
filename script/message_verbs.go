package script

import (
	"errors"
	"os"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
)

// checkMessages gives the channel of messages that a method was called on.
func checkMessages(L *lua.LState, method string) *messageChannel {
	if n, ok := toNode(L.Get(1)); ok {
		if c, ok := n.(*channel); ok && c.msg != nil {
			if c.msg.closed {
				problem.Raisef(L, method, "%s: %s is closed", method, write(c))
			}
			return c.msg
		}
	}
	p := problem.Here(L, "%s is a method of a channel, but this is %s", method, problem.Describe(L.Get(1))).
		Pointing(method)
	if _, isNode := toNode(L.Get(1)); !isNode {
		p.Hinted("write q:%s(), with a colon", method)
	}
	problem.Raise(L, p)
	return nil
}

// encode writes a Lua value as a message.
func (m *messageChannel) encode(L *lua.LState, v lua.LValue) []byte {
	v = luaio.Plain(v)
	if _, ok := m.ch.(*ipc.Mailbox); ok {
		return encodeMail(L, v)
	}
	if m.json {
		data, err := toJSON(v)
		if err != nil {
			problem.Raisef(L, "send", "send: %v", err)
		}
		return data
	}
	switch v.(type) {
	case lua.LString, lua.LNumber:
		return []byte(v.String())
	}
	problem.Here(L, "send: a message is a string, but this is %s", problem.Describe(v)).
		Hinted("%s{codec = \"json\"} takes tables, numbers and booleans", m.addr().Kind).Pointing("send").Raise(L)
	return nil
}

func (m *messageChannel) decode(L *lua.LState, data []byte) lua.LValue {
	if _, ok := m.ch.(*ipc.Mailbox); ok {
		return decodeMail(L, data)
	}
	if !m.json {
		return lua.LString(data)
	}
	v, err := fromJSON(L, data)
	if err != nil {
		problem.Raisef(L, "receive", "receive: %s: %v", writeObject(m), err)
	}
	return v
}

// prioritised are the channels that have priorities.
type prioritised interface {
	SendPriority(msg []byte, priority uint) error
	ReceivePriority(buf []byte) (n int, priority uint, err error)
}

// messageSend is q:send(msg [, {timeout=, priority=}]).
func messageSend(L *lua.LState) int {
	m := checkMessages(L, "send")
	if _, ok := m.ch.(*ipc.Mailbox); ok {
		return sendMail(L, nil, m, 2)
	}
	w, t := readWait(L, "send", L.Get(3), "priority", "to")
	data := m.encode(L, L.Get(2))
	try := func() error { return m.ch.Send(data) }
	if t != nil && t.RawGetString("to") != lua.LNil {
		try = m.sendTo(L, t.RawGetString("to"), data)
	}
	if t != nil && t.RawGetString("priority") != lua.LNil {
		p, ok := m.ch.(prioritised)
		n, isNumber := t.RawGetString("priority").(lua.LNumber)
		switch {
		case !ok:
			problem.Here(L, "send: %s has no priorities", writeObject(m)).Hinted("a queue has").Pointing("priority").Raise(L)
		case !isNumber || n < 0 || n != lua.LNumber(uint(n)):
			problem.Raisef(L, "priority", "send: the priority must be a whole number from 0 on, but is %s",
				problem.Given(t.RawGetString("priority")))
		}
		try = func() error { return p.SendPriority(data, uint(n)) }
	}
	if err := m.send(vmOf(L), w, try); err != nil {
		return sendFailed(L, m, w, len(data), err)
	}
	L.Push(lua.LTrue)
	return 1
}

// addressed are the sockets that know by whom each message was sent.
type addressed interface {
	SendTo(msg []byte, peer string) error
	ReceiveFrom(buf []byte) (n int, peer string, err error)
}

// sendTo is one try to send to a peer of a server's.
func (m *messageChannel) sendTo(L *lua.LState, to lua.LValue, data []byte) func() error {
	if vmOf(L).opts.Explain != nil {
		return func() error { return nil } // nobody has sent to it
	}
	a, ok := m.ch.(addressed)
	peer, isName := to.(lua.LString)
	switch {
	case !ok || m.connected():
		problem.Here(L, "send: %s has one other side, and takes no to=", writeObject(m)).
			Hinted("a server at udp: or unixgram: answers whom it has received from").Pointing("to").Raise(L)
	case !isName || peer == "":
		problem.Here(L, "send: to= is the name of a sender, but this is %s", problem.Describe(to)).
			Hinted("m, from = s:receive() gives it; a sender without a name cannot be answered").Pointing("to").Raise(L)
	}
	return func() error { return a.SendTo(data, string(peer)) }
}

// sendFailed pushes what a send returns that did not come about, or raises.
func sendFailed(L *lua.LState, m *messageChannel, w wait, n int, err error) int {
	checkEnded(L, "send", err)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return giveUp(L, w.over())
	case errors.Is(err, ipc.ErrMessageSize):
		p := problem.Here(L, "send: the message has %d bytes; %s takes %d", n, writeObject(m), m.ch.MessageSize()).
			Pointing("send")
		if m.outside {
			p.Hinted("a datagram holds no more: send it in pieces, or take a stream, tcp: or unix:")
		} else {
			p.Hinted("make it with a larger size=")
		}
		problem.Raise(L, p)
	case errors.Is(err, ipc.ErrNoPeer):
		problem.Here(L, "%v", err).Hinted("m, from = s:receive() gives one: s:send(x, {to = from}); a sender without a " +
			"name cannot be answered").Pointing("send").Raise(L)
	case errors.Is(err, syscall.EPIPE):
		checkBrokenOff(L, m)
		problem.Raisef(L, "send", "send: nobody is left to receive from %s", writeObject(m))
	}
	problem.Raise(L, objectProblem(L, "send", err))
	return 0
}

// messageReceive is q:receive([{timeout=}]).
func messageReceive(L *lua.LState) int {
	m := checkMessages(L, "receive")
	w, _ := readWait(L, "receive", L.Get(2))
	return receiveOne(L, m, w)
}

func receiveOne(L *lua.LState, m *messageChannel, w wait) int {
	if _, ok := m.ch.(*ipc.Mailbox); ok {
		return receiveMail(L, m, w)
	}
	w = m.patience(w)
	n, more := 0, lua.LValue(nil)
	err := m.receive(vmOf(L), w, func() (err error) {
		n, more, err = m.get()
		return err
	})
	if err != nil {
		return receiveFailed(L, m, w, err)
	}
	L.Push(m.decode(L, m.buf[:n]))
	if more == nil {
		return 1
	}
	L.Push(more)
	return 2
}

// get takes one message into the channel's buffer, and gives what else there is to say of it: its priority, or
// who has sent it.
func (m *messageChannel) get() (n int, more lua.LValue, err error) {
	if m.buf == nil {
		m.buf = make([]byte, m.ch.MessageSize())
	}
	switch ch := m.ch.(type) {
	case prioritised:
		n, priority, err := ch.ReceivePriority(m.buf)
		return n, lua.LNumber(priority), err
	case addressed:
		n, peer, err := ch.ReceiveFrom(m.buf)
		if peer != "" && !m.connected() { // a connection has one peer
			more = lua.LString(peer)
		}
		return n, more, err
	}
	n, err = m.ch.Receive(m.buf)
	return n, nil, err
}

// checkEnded raises where a method's call has ended for what lies outside the channel.
func checkEnded(L *lua.LState, method string, err error) {
	var e *runtime.DeadlockError
	var b brokenWait
	switch {
	case vmOf(L).ctx.Err() != nil:
		interrupted(L)
	case errors.As(err, &e):
		raiseDeadlock(L, method, e)
	case errors.As(err, &b):
		problem.Raise(L, b.error)
	}
}

func receiveFailed(L *lua.LState, m *messageChannel, w wait, err error) int {
	checkEnded(L, "receive", err)
	switch {
	case endOfMessages(err):
		checkBrokenOff(L, m)
		return giveUp(L, "closed")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return giveUp(L, w.over())
	}
	problem.Raise(L, objectProblem(L, "receive", err))
	return 0
}

// checkBrokenOff raises why the other side of a channel has left before its time.
func checkBrokenOff(L *lua.LState, m *messageChannel) {
	if err := brokenOff(vmOf(L), &channel{opened: &opened{msg: m}}); err != nil {
		problem.Raise(L, err)
	}
}

// messageMessages is q:messages([{timeout=}]).
func messageMessages(L *lua.LState) int {
	m := checkMessages(L, "messages")
	w, _ := readWait(L, "messages", L.Get(2))
	L.Push(L.NewClosure(func(L *lua.LState) int {
		if m.closed {
			return giveUp(L, "closed")
		}
		return receiveOne(L, m, w)
	}, L.Get(1))) // a loop over it holds the channel
	return 1
}

// messageSendAll is q:send_all(list [, {timeout=}]): it returns how many were
// sent.
func messageSendAll(L *lua.LState) int {
	m := checkMessages(L, "send_all")
	t, ok := L.Get(2).(*lua.LTable)
	if !ok {
		problem.Raisef(L, "send_all", "send_all: the messages are a table, but this is %s", problem.Describe(L.Get(2)))
	}
	w, _ := readWait(L, "send_all", L.Get(3))
	list := make([][]byte, interp.Len(t))
	for i := range list {
		list[i] = m.encode(L, interp.GetInt(t, i+1))
	}
	sent := 0
	err := m.send(vmOf(L), w, func() error {
		n, err := sendBatch(m.ch, list[sent:])
		sent += n
		return err
	})
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		size := 0
		if sent < len(list) {
			size = len(list[sent])
		}
		return sendFailed(L, m, w, size, err)
	}
	L.Push(lua.LNumber(sent))
	if err != nil {
		L.Push(lua.LString(w.over()))
		return 2
	}
	return 1
}

// sendBatch sends as many as it can and says how many these were.
func sendBatch(ch ipc.Messages, list [][]byte) (int, error) {
	if b, ok := ch.(interface{ SendBatch([][]byte) (int, error) }); ok {
		done := 0
		for done < len(list) {
			n, err := b.SendBatch(list[done:])
			done += n
			if err != nil {
				return done, err
			}
		}
		return done, nil
	}
	for i, msg := range list {
		if err := ch.Send(msg); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

// messageReceiveAll is q:receive_all(n [, {timeout=}]): it waits for one message
// and takes up to n that are there.
func messageReceiveAll(L *lua.LState) int {
	m := checkMessages(L, "receive_all")
	limit := L.OptInt(2, 1<<30)
	w, _ := readWait(L, "receive_all", L.Get(3))
	w = m.patience(w)
	if limit < 1 {
		problem.Raisef(L, "receive_all", "receive_all: the number must be 1 or more, but is %d", limit)
	}
	t := L.NewTable()
	count := 0
	lengths := make([]int, min(limit, receiveBatch))
	take := func() error {
		n, err := m.getBatch(lengths[:min(limit-count, len(lengths))])
		rest := m.buf
		for _, length := range lengths[:n] {
			count++
			t.RawSetInt(count, m.decode(L, rest[:length]))
			rest = rest[length:]
		}
		return err
	}
	if err := m.receive(vmOf(L), w, take); err != nil {
		return receiveFailed(L, m, w, err)
	}
	for count < limit && take() == nil {
	}
	L.Push(t)
	return 1
}

// receiveBatch is how many messages are taken at a time, and receiveBytes how
// many bytes there is room for, where a channel gives several.
const (
	receiveBatch = 256
	receiveBytes = 256 << 10
)

// getBatch takes as many messages as lengths has room for and the channel has at
// hand, one after the other into the channel's buffer.
func (m *messageChannel) getBatch(lengths []int) (int, error) {
	b, ok := m.ch.(*ipc.Ring)
	if !ok {
		n, _, err := m.get()
		if err != nil {
			return 0, err
		}
		lengths[0] = n
		return 1, nil
	}
	if room := max(m.ch.MessageSize(), min(len(lengths)*m.ch.MessageSize(), receiveBytes)); len(m.buf) < room {
		m.buf = make([]byte, room)
	}
	return b.ReceiveBatch(m.buf, lengths)
}

// messageStat is q:stat().
func messageStat(L *lua.LState) int {
	m := checkMessages(L, "stat")
	st, err := m.ch.Stat()
	if err != nil {
		problem.Raise(L, objectProblem(L, "stat", err))
	}
	t := L.NewTable()
	for key, n := range map[string]int{"messages": st.Messages, "capacity": st.Capacity, "size": st.Size, "next": st.Next,
		"received": int(st.Received), "skipped": int(st.Skipped)} {
		if n >= 0 {
			t.RawSetString(key, lua.LNumber(n))
		}
	}
	L.Push(t)
	return 1
}

// messageClose is q:close().
func messageClose(L *lua.LState) int {
	m := checkMessages(L, "close")
	mayAct(L, m, "close")
	if err := vmOf(L).objects.release(m); err != nil {
		problem.Raise(L, objectProblem(L, "close", err))
	}
	return 0
}
