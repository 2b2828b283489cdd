package script

import (
	"context"
	"os"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
)

// relayInto joins a stage that knows only its standard output to a channel of
// messages: each line becomes one.
func (lo *lowering) relayInto(c *channel) *attach {
	pipe := lo.newChannel(plan.Channel{Kind: ipc.KindPipe}, c.Origin)
	lo.relay(c, "into ", relay.Send, pipe, ipc.Read)
	lo.writers[c.msg]++
	return &attach{channel: pipe, mode: ipc.Write, source: c}
}

// relayFrom joins a stage that knows only its standard input: each message
// becomes a line.
func (lo *lowering) relayFrom(c *channel) *attach {
	pipe := lo.newChannel(plan.Channel{Kind: ipc.KindPipe}, c.Origin)
	lo.relay(c, "from ", relay.Receive, pipe, ipc.Write)
	lo.readers[c.msg]++
	return &attach{channel: pipe, source: c}
}

// relay adds a relay between a pipe, at its descriptor 0, and the channel, from
// 1 on; the last of these says that it is there.
func (lo *lowering) relay(c *channel, prefix string, move func(context.Context, relay.Joint) error, pipe string, mode ipc.Mode) {
	channels := lo.objectChannels(c.msg, c.name)
	n := len(channels) - 2
	present := channels[n+1] // the write end
	if mode.Writes() {
		present = channels[n]
	}
	rs := plan.Stage{Name: lo.stages.unique(prefix+channels[0], prefix+channels[0]+"#"), Origin: c.Origin.String(), Text: write(c)}
	lo.places[rs.Origin], lo.places[rs.Name] = c.Origin, c.Origin
	a, json, limit, tag := c.msg.addr(), c.msg.json, c.msg.limit, byte(0)
	if a.Kind == ipc.KindMailbox {
		tag = mailText
	}
	ends := func() bool { // known when all of the run is lowered
		if mode.Writes() {
			return c.msg.private() || lo.writers[c.msg]+lo.held[c.msg] > 0
		}
		return lo.readers[c.msg]+lo.held[c.msg] > 0
	}
	turns := &relay.Turns{}
	if !c.msg.outside { // the peers of a socket are strangers
		rs.Turns = turns.Count
		rs.Waits = func() []int { return turns.Waits(c.msg.ch, 0, n+1) }
	}
	rs.Relay = func(ctx context.Context, files map[int]*os.File) error {
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
		return move(ctx, relay.Joint{Stream: files[0], Channel: ch, Present: files[n+1], Ends: ends(), Tag: tag, JSON: json, Turns: turns, Limited: limit.limited})
	}
	lo.top.Stages = append(lo.top.Stages, rs)
	lo.end(rs.Name, pipe, mode, 0)
	for i, name := range channels[:n] {
		lo.end(rs.Name, name, ipc.Both, i+1)
	}
	lo.end(rs.Name, present, ipc.Both, n+1)
}

// stepAside has the script let go of the run's channels of messages while it waits
// for the run: a writer that only waits would keep the readers from seeing the end.
func (lo *lowering) stepAside() {
	for _, sub := range lo.inside {
		sub.stepAside()
	}
	for o := range lo.objects {
		if m, ok := o.(*messageChannel); ok && !m.closed {
			m.stepAside()
		}
	}
}

// comeBack has the script hold them again. What is the mailbox of one stage, only
// that one receives from.
func (lo *lowering) comeBack() {
	for _, sub := range lo.inside {
		sub.comeBack()
	}
	for o := range lo.objects {
		if m, ok := o.(*messageChannel); ok && !m.closed && !m.personal {
			m.comeBack()
		}
	}
}

// handOver has the script, which goes on, let go of the sides that relays of the run
// have, as of those of a pipe, and of the read ends of mailboxes that stages have.
func (lo *lowering) handOver() {
	for o := range lo.objects {
		m, ok := o.(*messageChannel)
		if !ok || m.closed {
			continue
		}
		if lo.writers[m] > 0 && !m.personal {
			m.present.letGo(ipc.Write)
		}
		if lo.readers[m] > 0 || m.personal && lo.held[m] > 0 {
			m.present.letGo(ipc.Read)
		}
	}
}
