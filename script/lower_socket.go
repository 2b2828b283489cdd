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

// connected is a connection of a run's, and the channel that stands for it.
type connected struct {
	stream *stream
	name   string
	server bool
	link   string // of the connection that the run has
}

// connections are those of a run.
type connections struct {
	top  *draft
	list []connected
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
	cs.list = append(cs.list, connected{stream: c.stream, name: name, server: c.stream.listener != nil})
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
	return slices.ContainsFunc(cs.list, func(c connected) bool {
		return c.stream == s || c.server == (s.listener == nil) && c.link != "" && c.link == s.link
	})
}

// connect makes the connections of a run: clients first, which a server in the
// same run may wait for. limit is the run's timeout, or 0.
func (cs *connections) connect(vm *VM, limit time.Duration) error {
	w := wait{limited: limit > 0, limit: limit}
	ctx, cancel := w.within(vm.ctx)
	defer cancel()
	for _, server := range []bool{false, true} {
		for i := range cs.list {
			s := &cs.list[i]
			if s.server != server {
				continue
			}
			f, err := s.stream.forStage(ctx, vm)
			if s.server && w.ended(vm, err) {
				return tookLonger(cs.top.places[s.name], limit).Hinted("no client has come to %s", s.stream.listener.Addr())
			}
			if err != nil {
				return noConnection(vm, cs.top.places[s.name], s.stream.addr, err)
			}
			s.link = s.stream.link
			cs.top.channelOf(s.name).File = f
		}
	}
	return nil
}

// hangUp gives the connections up that the run's stages have now: a copy here
// would keep the peer from seeing the end.
func (cs *connections) hangUp() {
	for _, s := range cs.list {
		s.stream.hangUp()
	}
}

func noConnection(vm *VM, at problem.Origin, a ipc.Addr, err error) error {
	if vm.ctx.Err() != nil {
		return interruptedAt(at)
	}
	return problem.New(at, "%v", err).Pointing(a.String())
}

// forStage gives the connection that a stage is to have.
func (s *stream) forStage(ctx context.Context, vm *VM) (*os.File, error) {
	if vm.opts.Explain == nil {
		return s.connection(ctx, vm)
	}
	// A plan is only asked for.
	f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err == nil {
		vm.objects.holdOpen(f.Close)
	}
	return f, err
}

// acceptPackets waits for the clients of the run's unixpacket: servers that have
// not been used yet.
func (ro *runObjects) acceptPackets(vm *VM) error {
	for o, names := range ro.channels {
		m, ok := o.(*messageChannel)
		if !ok || m.ch.Addr().Kind != ipc.KindUnixpacket {
			continue
		}
		if err := m.accept(vm); err != nil {
			return noConnection(vm, ro.top.places[names[0]], m.addr(), err)
		}
		ro.top.channelOf(names[0]).File = m.ch.Files()[0]
	}
	return nil
}

// leavePackets gives up, as hangUp does, the unixpacket: connections that no variable
// of the script's holds. There is no other connection for the next use.
func (ro *runObjects) leavePackets(L *lua.LState) {
	vm := vmOf(L)
	for o := range ro.channels {
		m, ok := o.(*messageChannel)
		if ok && !m.closed && m.addr().Kind == ipc.KindUnixpacket &&
			!keeps(L, func(c *channel) bool { return c.msg == m }) {
			_ = vm.objects.release(m)
		}
	}
}
