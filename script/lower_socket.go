package script

import (
	"context"
	"os"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/problem"
)

// connections are those of a run.
type connections struct {
	top  *draft
	how  runMode
	list []*connected
}

// channel gives the channel of a connection; it is made when the rest of the
// run is known.
func (cs *connections) channel(c *channel) (string, error) {
	for _, s := range cs.list {
		if s.stream == c.stream {
			return s.name, nil
		}
	}
	if c.stream.isClosed() {
		return "", alreadyClosed(c.Origin, write(c), verbOf(c))
	}
	call := "connect(" + c.stream.addr.String() + ")"
	if c.stream.listener != nil {
		call = "accept(" + c.stream.addr.String() + ")"
	}
	name := cs.top.newChannel(plan.Channel{Name: c.name, Kind: c.kind, Path: c.path, Call: call}, c.Origin)
	s := &connected{stream: c.stream, name: name, server: c.stream.listener != nil, addr: c.stream.addr, at: c.Origin}
	if s.server {
		s.addr = c.stream.listener.Addr()
	}
	cs.list = append(cs.list, s)
	return name, nil
}

// between is a connection between two stages: what the left one writes is
// relayed, so that its end can be told to the peer while the right one still
// reads answers.
func (cs *connections) between(c *channel) (right, next *attach, err error) {
	conn, err := cs.channel(c)
	if err != nil {
		return nil, nil, err
	}
	right, pipe := cs.top.newPipe(c.Origin)
	rs := cs.top.newStage("into "+conn, write(c), c.Origin)
	rs.Relay = func() plan.Relay {
		ports := make([]relay.Port, 2)
		return plan.Relay{Ports: ports, Move: func(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
			return relay.Bytes(ctx, files[0], files[1], ports)
		}}
	}
	cs.top.Stages = append(cs.top.Stages, rs)
	cs.top.end(rs.Name, pipe.channel, ipc.Read, 0)
	cs.top.end(rs.Name, conn, ipc.Both, 1)
	return right, &attach{channel: conn, source: c}, nil
}

// has reports whether a run has a connection, or its other side.
func (cs *connections) has(s *stream) bool {
	return slices.ContainsFunc(cs.list, func(c *connected) bool { return c.is(s) })
}

// packets adds the unixpacket: servers of a run.
func (cs *connections) packets(ro *runObjects) {
	for o, names := range ro.channels {
		if m, ok := o.(*messageChannel); ok && m.connected() && m.listens {
			cs.list = append(cs.list, &connected{packet: m, name: names[0], server: true, addr: m.addr(),
				at: ro.top.places[names[0]]})
		}
	}
}

// comeAbout has each connection made when the run starts, but for those that the script has already.
func (cs *connections) comeAbout(vm *VM, off bool) {
	for _, c := range cs.list {
		ch := cs.top.channelOf(c.name)
		if ch.File = c.used(); ch.File != nil {
			continue
		}
		ch.Connect = func(ctx context.Context) (*os.File, error) {
			if !off && c.server {
				defer vm.notices.onceAlone(c.once(), c.addr, toConnect, cs.how)()
			}
			f, err := c.await(ctx)
			if err != nil {
				return nil, noConnection(c.at, c.addr, err)
			}
			return f, nil
		}
	}
}

// begin makes those that come about at once: clients first, for which a server in the same run may wait.
// What refuses a client, refuses the run before anything of it is started. limit is the run's timeout, or 0.
func (cs *connections) begin(vm *VM, limit time.Duration) error {
	within := soonAfter
	if limit > 0 {
		within = min(within, limit/2)
	}
	for _, server := range []bool{false, true} {
		for _, c := range cs.list {
			ch := cs.top.channelOf(c.name)
			if c.server != server || ch.File != nil {
				continue
			}
			f, err := c.soon(within)
			switch {
			case vm.ctx.Err() != nil:
				err = interruptedAt(c.at)
			case err != nil:
				err = noConnection(c.at, c.addr, err)
			case f != nil:
				ch.File, ch.Connect = f, nil
			}
			if err != nil {
				cs.hangUp(false)
				return err
			}
		}
	}
	return nil
}

// hangUp gives the connections up that the run's stages have now: a copy here would keep the peer from
// seeing the end. If no run has started, none is waited for any more.
func (cs *connections) hangUp(started bool) {
	for _, c := range cs.list {
		c.hangUp(started)
	}
}

// missing is the hint of a run whose time was up before a connection had come about.
func (cs *connections) missing() string {
	for _, c := range cs.list {
		if hint := c.missing(); hint != "" {
			return hint
		}
	}
	return ""
}

func noConnection(at problem.Origin, a ipc.Addr, err error) error {
	return problem.New(at, "%v", err).Pointing(a.String())
}

// leavePackets gives up, as hangUp does, the unixpacket: connections that no variable
// of the script's holds. There is no other connection for the next use.
func (ro *runObjects) leavePackets(L *lua.LState, cs *connections) {
	vm := vmOf(L)
	for o := range ro.channels {
		m, ok := o.(*messageChannel)
		if !ok || m.closed || m.addr().Kind != ipc.KindUnixpacket || keeps(L, func(c *channel) bool { return c.msg == m }) {
			continue
		}
		if !slices.ContainsFunc(cs.list, func(c *connected) bool { return c.packet == m && c.leave() }) {
			_ = vm.objects.release(m)
			continue
		}
		m.leave()
		delete(vm.objects.held, o)
		vm.objects.holdOpen(m.ch.Close)
	}
}
