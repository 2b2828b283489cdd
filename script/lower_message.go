package script

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
)

// runObjects are the objects of the script's that a run has: channels of messages, regions, locks.
type runObjects struct {
	top                    *draft
	channels               map[object][]string     // that stand for them, one for each descriptor
	writers, readers, held map[*messageChannel]int // relays, and functions that hold one
	run                    why                     // the number of the run
	within                 []why                   // the runs in which its stages are
}

func newRunObjects(vm *VM, top *draft) runObjects {
	run := newRun()
	return runObjects{top: top, run: run, within: vm.waits.within(run), channels: map[object][]string{},
		writers: map[*messageChannel]int{}, readers: map[*messageChannel]int{}, held: map[*messageChannel]int{}}
}

// relayInto joins a stage that knows only its standard output to a channel of
// messages: each line becomes one.
func (ro *runObjects) relayInto(c *channel) (*attach, error) {
	pipe := ro.top.newChannel(plan.Channel{Kind: ipc.KindPipe}, c.Origin)
	ro.writers[c.msg]++
	return &attach{channel: pipe, mode: ipc.Write, source: c}, ro.relay(c, "into ", relay.Send, pipe, ipc.Read)
}

// relayFrom joins a stage that knows only its standard input: each message
// becomes a line.
func (ro *runObjects) relayFrom(c *channel) (*attach, error) {
	pipe := ro.top.newChannel(plan.Channel{Kind: ipc.KindPipe}, c.Origin)
	ro.readers[c.msg]++
	return &attach{channel: pipe, source: c}, ro.relay(c, "from ", relay.Receive, pipe, ipc.Write)
}

// relay adds a relay between a pipe, at its descriptor 0, and the channel, from
// 1 on; the last of these says that it is there.
func (ro *runObjects) relay(c *channel, prefix string, move func(context.Context, relay.Joint) error,
	pipe string, mode ipc.Mode) error {
	channels, err := ro.channelsOf(c.msg, c.name, c.Origin)
	if err != nil {
		return err
	}
	n := len(channels) - 2
	present := channels[n+1] // the write end
	if mode.Writes() {
		present = channels[n]
	}
	rs := ro.top.newStage(prefix+channels[0], write(c), c.Origin)
	a, json, limit := c.msg.addr(), c.msg.json, c.msg.limit
	rs.Relay = func() plan.Relay {
		j := joining{ro: ro, msg: c.msg, mode: mode, move: move, n: n, addr: a, json: json, limit: limit}
		return j.relay()
	}
	ro.top.Stages = append(ro.top.Stages, rs)
	ro.top.end(rs.Name, pipe, mode, 0)
	for i, name := range channels[:n] {
		ro.top.end(rs.Name, name, ipc.Both, i+1)
	}
	ro.top.end(rs.Name, present, ipc.Both, n+1)
	return nil
}

// joining is a relay between a pipe and a channel of messages.
type joining struct {
	ro    *runObjects
	msg   *messageChannel
	mode  ipc.Mode // of the pipe's end
	move  func(context.Context, relay.Joint) error
	n     int // of the channel's descriptors
	addr  ipc.Addr
	json  bool
	limit wait
	ports []relay.Port
	turns *relay.Turns
	over  atomic.Pointer[func() bool] // tells whoever looks for deadlocks that the relay ends
}

func (j *joining) relay() plan.Relay {
	j.ports, j.turns = make([]relay.Port, 2), &relay.Turns{}
	made := plan.Relay{Ports: j.ports, Move: j.moveAll}
	if !j.msg.outside { // the peers of a socket are outsiders
		made.Turns = j.turns.Count
		made.Waits = func() []int {
			if end := j.over.Load(); end != nil && (*end)() {
				return nil // it is about to see that
			}
			return j.turns.Waits(j.msg.ch, 0, j.n+1)
		}
	}
	return made
}

func (j *joining) moveAll(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
	stream, present := files[0], files[j.n+1]
	list := make([]*os.File, j.n)
	for i := range list {
		list[i] = files[i+1]
	}
	ch, err := ipc.JoinMessages(j.addr, list)
	if err != nil {
		stream.Close()
		present.Close()
		return err
	}
	if slot, ok := ch.(interface{ SetTimeout(time.Duration) }); ok && j.limit.limited {
		slot.SetTimeout(j.limit.limit)
	}
	left := func() bool { return true }
	if !j.msg.outside {
		if end := j.ro.left(present, list[0], otherMode(j.mode), j.turns); j.ends() {
			j.over.Store(&end)
		}
		left = j.ro.left(present, list[0], otherMode(j.mode), j.turns) // its pipe is read, the channel written
	}
	tag := byte(0)
	if j.addr.Kind == ipc.KindMailbox {
		tag = mailText
	}
	return j.move(ctx, relay.Joint{Stream: stream, Channel: ch, Present: present, Ends: j.ends(), Left: left,
		Tag: tag, JSON: j.json, Turns: j.turns, Limited: j.limit.limited, Lines: &j.ports[0], Messages: &j.ports[1]})
}

// ends reports whether the relay ends when nobody is left at the channel's other side. It
// is known when all of the run is lowered.
func (j *joining) ends() bool {
	if j.msg.connected() {
		return false // its peer is who ends it
	}
	if j.mode.Writes() {
		return j.msg.private() || j.ro.writers[j.msg]+j.ro.held[j.msg] > 0
	}
	return j.ro.readers[j.msg]+j.ro.held[j.msg] > 0
}

// left reports for a relay whether whoever is at the other side of its end does not come back.
func (ro *runObjects) left(end, file *os.File, mode ipc.Mode, turns *relay.Turns) func() bool {
	turn, began := uint64(0), time.Now()
	return func() bool {
		if now := turns.Count(); now != turn {
			turn, began = now, time.Now()
		}
		return goneFor(end, file, mode, wait{}.excused(ro.within, began, false))
	}
}

// stepAside has the script let go of the run's channels of messages while it waits
// for the run: a writer that only waits would keep the readers from seeing the end.
func (ro *runObjects) stepAside(because why) {
	for o := range ro.channels {
		if m, ok := o.(*messageChannel); ok && !m.closed {
			m.stepAside(because)
		}
	}
}

// comeBack has the script hold them again. What is the mailbox of one stage, only
// that one receives from.
func (ro *runObjects) comeBack() {
	for o := range ro.channels {
		if m, ok := o.(*messageChannel); ok && !m.closed && !m.personal() {
			m.comeBack()
		}
	}
}

// handOver has the script, which goes on, let go of the sides that relays of the run
// have, as of those of a pipe, and of the read ends of mailboxes that stages have.
func (ro *runObjects) handOver() {
	for o := range ro.channels {
		m, ok := o.(*messageChannel)
		if !ok || m.closed {
			continue
		}
		if ro.writers[m] > 0 && !m.personal() {
			m.live.release(ipc.Write)
		}
		if ro.readers[m] > 0 || m.personal() && ro.held[m] > 0 {
			m.live.release(ipc.Read)
		}
	}
}
