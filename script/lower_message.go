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
	a, json, limit, tag := c.msg.addr(), c.msg.json, c.msg.limit, byte(0)
	if a.Kind == ipc.KindMailbox {
		tag = mailText
	}
	ends := func() bool { // known when all of the run is lowered
		if c.msg.connected() {
			return false // its peer is who ends it
		}
		if mode.Writes() {
			return c.msg.private() || ro.writers[c.msg]+ro.held[c.msg] > 0
		}
		return ro.readers[c.msg]+ro.held[c.msg] > 0
	}
	rs.Relay = func() plan.Relay {
		ports, turns := make([]relay.Port, 2), &relay.Turns{}
		var over atomic.Pointer[func() bool] // tells whoever looks for deadlocks that the relay ends
		made := plan.Relay{Ports: ports}
		if !c.msg.outside { // the peers of a socket are outsiders
			made.Turns = turns.Count
			made.Waits = func() []int {
				if end := over.Load(); end != nil && (*end)() {
					return nil // it is about to see that
				}
				return turns.Waits(c.msg.ch, 0, n+1)
			}
		}
		made.Move = func(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
			list := make([]*os.File, n)
			for i := range list {
				list[i] = files[i+1]
			}
			ch, err := ipc.JoinMessages(a, list)
			if err != nil {
				files[0].Close()
				files[n+1].Close()
				return err
			}
			if slot, ok := ch.(interface{ SetTimeout(time.Duration) }); ok && limit.limited {
				slot.SetTimeout(limit.limit)
			}
			left := func() bool { return true }
			if !c.msg.outside {
				if end := ro.left(files[n+1], list[0], otherMode(mode), turns); ends() {
					over.Store(&end)
				}
				left = ro.left(files[n+1], list[0], otherMode(mode), turns) // its pipe is read, the channel written
			}
			return move(ctx, relay.Joint{Stream: files[0], Channel: ch, Present: files[n+1], Ends: ends(), Left: left,
				Tag: tag, JSON: json,
				Turns: turns, Limited: limit.limited, Lines: &ports[0], Messages: &ports[1]})
		}
		return made
	}
	ro.top.Stages = append(ro.top.Stages, rs)
	ro.top.end(rs.Name, pipe, mode, 0)
	for i, name := range channels[:n] {
		ro.top.end(rs.Name, name, ipc.Both, i+1)
	}
	ro.top.end(rs.Name, present, ipc.Both, n+1)
	return nil
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
