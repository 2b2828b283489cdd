package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/problem"
)

// messageChannel is the script's hold on a channel of messages. Copies of the
// value share it.
type messageChannel struct {
	problem.Origin
	ch      ipc.Messages
	how     string // the call that made it
	json    bool   // codec="json"
	made    bool   // its name is this state's to remove
	live    *liveness
	sends   bool      // this state has sent
	gets    bool      // this state has received
	away    bool      // a wait was published with nobody at the other side
	among   *wait     // it is one of several at which the state waits
	others  bool      // and there are others than it
	holds   bool      // it held the write end before that
	ended   bool      // it has seen the end of the messages, and holds no write end until it sends
	began   time.Time // when it began to wait
	checked time.Time // when a receive that does not wait last looked for the end
	closed  bool
	came    bool        // it came from another state of the run
	shared  bool        // another state has it, or had
	owner   string      // of a personal mailbox: the stage that alone receives from it, or the script
	limit   wait        // of a receive that says none
	alone   sync.Once   // it was said that only outsiders can end a wait here
	full    sync.Once   // likewise, of a send
	ends    [2]*ipc.End // of waits without a limit, and with one
	given   []*peer     // who was told of it, and may answer
	outside bool        // a socket: its peers are no stages of weir's
	listens bool        // it is the server's end of one
	buf     []byte
}

// over is a deadline that has passed: calls try, and do not wait.
var over = time.Unix(1, 0)

// newMessageChannel takes a channel over. Its deadlines stay over but for
// the time of a call that may block.
func newMessageChannel(held *objects, at problem.Origin, ch ipc.Messages) (*messageChannel, error) {
	p, err := newLiveness()
	if err != nil {
		ch.Close()
		return nil, err
	}
	p.file = inFile(ch)
	return keepMessages(held, &messageChannel{Origin: at, ch: ch, live: p}), nil
}

func keepMessages(held *objects, m *messageChannel) *messageChannel {
	m.ch.SetReadDeadline(over)
	m.ch.SetWriteDeadline(over)
	held.hold(m)
	return m
}

// inFile is the file in which a channel lies; a socket lies in none.
func inFile(ch ipc.Messages) *os.File {
	if ch.Addr().Kind.IsSocket() {
		return nil
	}
	return ch.Files()[0]
}

func (m *messageChannel) addr() ipc.Addr { return m.ch.Addr() }
func (m *messageChannel) call() string   { return m.how }
func (m *messageChannel) private() bool  { return m.ch.Addr().Name == "" && !m.outside }
func (m *messageChannel) personal() bool { return m.owner != "" }

// files are those of the channel, and both ends of what says who is there.
func (m *messageChannel) files() ([]*os.File, error) {
	m.shared = true
	list := m.ch.Files()
	for _, mode := range []ipc.Mode{ipc.Read, ipc.Write} {
		if err := m.live.hold(mode); err != nil {
			return nil, err
		}
	}
	return append(list[:len(list):len(list)], m.live.r, m.live.w), nil
}

func (m *messageChannel) dismantle(t *lua.LTable) {
	t.RawSetString("json", lua.LBool(m.json))
	t.RawSetString("owner", lua.LString(m.owner))
	if m.limit.limited {
		t.RawSetString("limit", lua.LNumber(m.limit.limit))
	}
}

// assembleMessages joins the channel that came with a function.
func assembleMessages(held *objects, c *channel, t *lua.LTable, attached func(fd int) *os.File) error {
	files, err := arrived(t, attached)
	if err != nil {
		return fmt.Errorf("%s: %w", c.kind, err)
	}
	n := len(files) - 2 // the last two are the liveness pipe
	ch, err := ipc.JoinMessages(ipc.Addr{Kind: c.kind, Name: c.path}, files[:n])
	if err != nil {
		return err
	}
	p, err := joinLiveness(files[n], files[n+1])
	if err != nil {
		ch.Close()
		return err
	}
	p.file = inFile(ch)
	limit, limited := t.RawGetString("limit").(lua.LNumber)
	c.msg = keepMessages(held, &messageChannel{Origin: c.Origin, ch: ch, live: p, came: true, shared: true,
		outside: c.kind.IsSocket(), json: lua.LVAsBool(t.RawGetString("json")),
		owner: lua.LVAsString(t.RawGetString("owner")),
		limit: wait{limited, time.Duration(limit)}})
	return nil
}

// close ends this state's hold. A state that might have sent, and is gone now,
// counts as one that did.
func (m *messageChannel) close() error {
	if m.closed {
		return nil
	}
	m.leave()
	err := m.ch.Close()
	if m.made {
		err = errors.Join(err, unname(m.ch.Addr()))
	}
	return err
}

// leave lets go of a channel that stays open.
func (m *messageChannel) leave() {
	m.closed = true
	if !m.gets {
		m.live.note()
	}
	m.live.close()
	m.ch.SetEnd(nil)
}

// stepAside lets go of both sides while the script waits for the end of a run that has the
// channel: meanwhile it neither sends nor receives.
func (m *messageChannel) stepAside(because why) {
	_ = m.live.suspend(ipc.Write, because)
	_ = m.live.suspend(ipc.Read, because)
}

// comeBack takes hold of both sides again. Those of the run that might have sent count as if
// they had: their word is gone where they were the last at the pipe.
func (m *messageChannel) comeBack() {
	_ = m.live.resume(ipc.Write)
	_ = m.live.resume(ipc.Read)
	if m.private() {
		m.live.note()
	}
}

// send tries to send, and waits as long as w allows. While this state waits it
// receives nothing, and does not count as a reader.
func (m *messageChannel) send(vm *VM, w wait, try func() error) (err error) {
	if err := vm.heldBack(m, "send"); err != nil {
		return err
	}
	if !m.sends || m.live.w == nil {
		if err := m.live.hold(ipc.Write); err != nil {
			return err
		}
		m.live.note()
		m.sends, m.ended = true, false
		if m.personal() && !m.gets {
			m.live.release(ipc.Read) // only the peer that it belongs to receives
		}
	}
	err = try()
	if !errors.Is(err, os.ErrDeadlineExceeded) || w.limited && w.limit == 0 {
		return err
	}
	if vm.opts.Explain != nil {
		return nil // nobody runs who would make room
	}
	if w.limited {
		return m.block(vm, w.deadline(), m.ch.SetWriteDeadline, try)
	}
	err = m.block(vm, time.Now().Add(briefWait), m.ch.SetWriteDeadline, try)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return m.waitForRoom(vm, w, try)
}

// waitForRoom is send where the channel stays full, and there is no limit.
func (m *messageChannel) waitForRoom(vm *VM, w wait, try func() error) (err error) {
	if !m.personal() {
		if err := m.live.suspend(ipc.Read, here); err != nil {
			return err
		}
		defer m.live.resume(ipc.Read)
	}
	if err := m.accept(vm); err != nil {
		return err
	}
	if m.outside && !m.connected() {
		defer vm.notices.onceAlone(&m.full, m.addr(), "receive from it", foreground)()
	}
	shown := ipc.Published{Party: vm.waits.party()}
	defer shown.End()
	m.began = time.Now()
	m.waitBegins(vm, true)
	defer vm.waits.endWith(&err)
	for vm.waits.broken() == nil {
		if m.private() && !m.personal() && m.live.gone(ipc.Write, w.excused(vm.waits.runs, m.began, false)) {
			return syscall.EPIPE
		}
		if err := m.left(vm, ipc.Write); err != nil {
			return err
		}
		m.show(vm, &shown, ipc.WaitRoom)
		until := time.Now().Add(outsidePoll)
		if !m.asks(vm) {
			until = time.Time{}
		}
		err := m.block(vm, until, m.ch.SetWriteDeadline, try)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	return errDeadlock
}

// waitBegins tells of a wait without a limit. At a socket it is for its peer, or for outsiders.
func (m *messageChannel) waitBegins(vm *VM, writes bool) {
	w := runtime.InsiderWait{}
	if m.outside {
		w.File, w.Writes = m.ch.Files()[0], writes
	}
	vm.waits.begin(m, w)
}

// sides are those of a liveness pipe that a state has which waits.
var sides = map[ipc.WaitKind]ipc.Mode{ipc.WaitMessage: ipc.Read, ipc.WaitRoom: ipc.Write}

// show publishes a wait that has no limit. Not of a socket, and where somebody was told
// of a mailbox who may answer.
func (m *messageChannel) show(vm *VM, shown *ipc.Published, kind ipc.WaitKind) {
	if m.outside || kind == ipc.WaitMessage && m.private() && m.end(vm, wait{}) == nil {
		return
	}
	w := ipc.Wait{Kind: kind, Liveness: m.live.id(), Named: !m.private()}
	away := false
	switch {
	case w.Named || m.personal() && kind == ipc.WaitRoom:
		w.File = fileID(m.ch.Files()[0]) // of a mailbox, whoever has it may start the stage that receives
	case m.live.alone(sides[kind]):
		away, w.File = true, w.Liveness // those that have let go may come back
	}
	if away != m.away {
		shown.End()
		m.away = away
	}
	if away && time.Since(m.began) < outputAfter {
		return // whoever counts how often it has looked takes it that it sees its end
	}
	st, err := m.ch.Stat()
	if err != nil || st.Capacity < 0 {
		st.Messages = -1
	}
	w.Fill, w.Capacity = st.Messages, max(st.Capacity, 0)
	shown.Show(w)
}

// receive tries to receive, and waits as long as w allows. While this state
// waits it sends nothing, and does not count as a writer.
func (m *messageChannel) receive(vm *VM, w wait, try func() error) error {
	if err := vm.heldBack(m, "receive"); err != nil {
		return err
	}
	if !m.gets || m.live.r == nil {
		if err := m.live.hold(ipc.Read); err != nil {
			return err
		}
		m.gets = true
	}
	if m.among != nil {
		return m.tryAmong(vm, try)
	}
	m.ch.SetEnd(m.end(vm, w))
	err := try()
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if vm.opts.Explain != nil && !(w.limited && w.limit == 0) {
		return io.EOF // nobody runs who would send
	}
	holds := m.live.w != nil
	until := w.deadline()
	switch {
	case w.limited && w.limit == 0:
		if !holds || time.Since(m.checked) < briefWait {
			return err
		}
		m.checked = time.Now()
	default:
		if err := vm.streams.Deliver(); err != nil {
			return err
		}
		if !holds {
			break
		}
		soon := time.Now().Add(briefWait)
		if w.limited && !soon.Before(until) {
			break
		}
		if err := m.block(vm, soon, m.ch.SetReadDeadline, try); !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	if err := m.live.suspend(ipc.Write, m.whyReceive(w)); err != nil {
		return err
	}
	err = m.await(vm, w, until, try)
	if m.ended = errors.Is(err, io.EOF); m.ended {
		m.live.leave(ipc.Write)
	} else if back := m.live.resume(ipc.Write); back != nil {
		return back
	}
	return err
}

// whyReceive is why a state that receives has let go of its write end.
func (m *messageChannel) whyReceive(w wait) why {
	switch {
	case !w.limited:
		return here
	case m.sends || w.limit == 0:
		return briefly
	}
	return asking
}

// await waits for a message, or for the end, as a state that holds no write end.
func (m *messageChannel) await(vm *VM, w wait, until time.Time, try func() error) (err error) {
	m.began = time.Now()
	shown := ipc.Published{Party: vm.waits.party()}
	defer shown.End()
	if !w.limited {
		if err := m.accept(vm); err != nil {
			return err
		}
		m.waitBegins(vm, false)
		defer vm.waits.endWith(&err)
	}
	if m.outside && !w.limited && !m.connected() {
		defer vm.notices.onceAlone(&m.alone, m.addr(), "send to it", foreground)()
	}
	for vm.waits.broken() == nil {
		end, deadline := m.end(vm, w), until
		m.ch.SetEnd(end)
		if w.limited && w.limit == 0 {
			return try()
		}
		if broken := m.left(vm, ipc.Read); end == nil && broken != nil {
			if err := try(); !errors.Is(err, os.ErrDeadlineExceeded) {
				return err
			}
			return broken
		}
		if !w.limited {
			m.show(vm, &shown, ipc.WaitMessage)
		}
		if soon := time.Now().Add(outsidePoll); m.asks(vm) && (until.IsZero() || end == nil && soon.Before(until)) {
			deadline = soon
		}
		err := m.block(vm, deadline, m.ch.SetReadDeadline, try)
		switch {
		case errors.Is(err, io.EOF) && end != nil && m.end(vm, w) == nil:
			continue // the last of weir's that might have sent has stepped aside: others may still come
		case !m.asks(vm) || deadline.Equal(until) || !errors.Is(err, os.ErrDeadlineExceeded) || vm.ctx.Err() != nil:
			return err
		}
	}
	return errDeadlock
}

// briefWait is how long a wait lasts at least before a state lets go of its own end
// of the liveness pipe: one that is shorter costs nothing more.
const briefWait = time.Millisecond

// outsidePoll is how often a receiver that waits for programs outside looks
// whether a stage has come that sends, and a sender whether anybody is left.
const outsidePoll = 50 * time.Millisecond

// patience is how long a receive waits that says w.
func (m *messageChannel) patience(w wait) wait {
	if !w.limited {
		return m.limit
	}
	return w
}

// end gives what tells a receiver that waits as w says that the last writer has
// left. Programs outside know a channel by its name: while no writer of weir's is
// there, nor was, it has no end. Who made or joined it by its name is no such writer
// to itself. A channel that nobody else has ends a wait that nothing else would end.
func (m *messageChannel) end(vm *VM, w wait) *ipc.End {
	switch {
	case m.ch.Addr().Kind.IsSocket():
		return nil // what is received comes from its peers, who do not hold it
	case m.ch.Addr().Kind == ipc.KindMailslot && !m.private():
		return nil // its clients come and go by its name: a read timeout is what ends a server's wait
	case m.private() && w.limited && (m.came && !m.live.noted() || !m.shared):
		return nil
	}
	m.given = slices.DeleteFunc(m.given, func(p *peer) bool { return !p.there() })
	if len(m.given) > 0 {
		return nil
	}
	sent := m.live.othersNoted()
	if m.came {
		sent = m.live.noted()
	}
	if m.private() || sent || !m.live.alone(ipc.Read) {
		return m.ending(vm, w)
	}
	return nil
}

// ending is the end of the messages for a wait as w says.
func (m *messageChannel) ending(vm *VM, w wait) *ipc.End {
	e := &m.ends[0]
	if w.limited {
		e = &m.ends[1]
	}
	if *e == nil || (*e).Pipe != m.live.r {
		*e = &ipc.End{Pipe: m.live.r, Left: func() bool {
			if m.others { // what comes elsewhere may have this state send to those that wait here
				return m.live.gone(ipc.Read, wait{limited: true}.excused(vm.waits.runs, m.began, false))
			}
			return m.live.gone(ipc.Read, w.excused(vm.waits.runs, m.began, m.live.noted()))
		}}
	}
	return *e
}

// block is one try that waits until the deadline, or until the script is told
// to end.
func (m *messageChannel) block(vm *VM, deadline time.Time, set func(time.Time) error, try func() error) error {
	if err := set(deadline); err != nil {
		return err
	}
	stop := context.AfterFunc(vm.ctx, func() { set(over) })
	err := try()
	stop()
	set(over)
	if errors.Is(err, os.ErrDeadlineExceeded) && vm.ctx.Err() != nil {
		return context.Canceled
	}
	return err
}

// connected reports whether it is a connection, at which nobody but its peer ends a wait.
func (m *messageChannel) connected() bool { return m.outside && m.addr().Kind == ipc.KindUnixpacket }

// asks reports whether a wait looks now and then whether it can still end. At a connection
// of a stage's it only sleeps, as the kernel tells whoever looks for deadlocks.
func (m *messageChannel) asks(vm *VM) bool {
	return !m.connected() || vm.waits.insider != nil && vm.waits.insider.Asks()
}

// endOfMessages reports whether err means that no more messages come.
func endOfMessages(err error) bool { return errors.Is(err, io.EOF) }
