package script

import (
	"context"
	"os"

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

// streamChannel gives the channel of a connection; it is made when the rest of the
// run is known.
func (lo *lowering) streamChannel(c *channel) string {
	for _, s := range lo.streams {
		if s.stream == c.stream {
			return s.name
		}
	}
	call := "connect(" + c.stream.addr.String() + ")"
	if c.stream.listener != nil {
		call = "accept(" + c.stream.addr.String() + ")"
	}
	name := lo.newChannel(plan.Channel{Name: c.name, Kind: c.kind, Path: c.path, Call: call}, c.Origin)
	lo.streams = append(lo.streams, connected{stream: c.stream, name: name, server: c.stream.listener != nil})
	return name
}

// streamBetween is a connection between two stages: what the left one writes is
// relayed, so that its end can be told to the peer while the right one still
// reads answers.
func (lo *lowering) streamBetween(c *channel) (right, next *attach, err error) {
	conn := lo.streamChannel(c)
	pipe := lo.newChannel(plan.Channel{Kind: ipc.KindPipe}, c.Origin)
	rs := plan.Stage{Name: lo.stages.unique("into "+conn, "into "+conn+"#"), Origin: c.Origin.String(), Text: write(c)}
	lo.places[rs.Origin], lo.places[rs.Name] = c.Origin, c.Origin
	rs.Relay = func(ctx context.Context, files map[int]*os.File) error { return relay.Bytes(ctx, files[0], files[1]) }
	lo.top.Stages = append(lo.top.Stages, rs)
	lo.end(rs.Name, pipe, ipc.Read, 0)
	lo.end(rs.Name, conn, ipc.Both, 1)
	return &attach{channel: pipe, mode: ipc.Write}, &attach{channel: conn, source: c}, nil
}

// connect makes the connections of a run: clients first, which a server in the
// same run may wait for.
func (lo *lowering) connect() error {
	for _, server := range []bool{false, true} {
		for i := range lo.streams {
			s := &lo.streams[i]
			if s.server != server {
				continue
			}
			f, err := lo.connection(s.stream)
			if err != nil {
				return lo.noConnection(s.name, s.stream.addr, err)
			}
			s.link = s.stream.link
			lo.setFile(s.name, f)
		}
	}
	return lo.acceptPackets()
}

// acceptPackets waits for the clients of the run's unixpacket: servers that have
// not been used yet.
func (lo *lowering) acceptPackets() error {
	for o, names := range lo.objects {
		m, ok := o.(*messageChannel)
		if !ok || m.ch.Addr().Kind != ipc.KindUnixpacket {
			continue
		}
		if err := m.accept(lo.vm); err != nil {
			return lo.noConnection(names[0], m.addr(), err)
		}
		lo.setFile(names[0], m.ch.Files()[0])
	}
	return nil
}

func (lo *lowering) noConnection(name string, a ipc.Addr, err error) error {
	if lo.vm.ctx.Err() != nil {
		return interruptedAt(lo.places[name])
	}
	return problem.New(lo.places[name], "%v", err).Pointing(a.String())
}

// setFile gives a channel the descriptor that it has come to have.
func (lo *lowering) setFile(name string, f *os.File) {
	for i := range lo.top.Channels {
		if lo.top.Channels[i].Name == name {
			lo.top.Channels[i].File = f
		}
	}
}

func (lo *lowering) connection(s *stream) (*os.File, error) {
	if lo.vm.opts.Explain == nil {
		return s.connection(lo.vm.ctx)
	}
	// A plan is only asked for.
	f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err == nil {
		lo.vm.closers = append(lo.vm.closers, f.Close)
	}
	return f, err
}

// hangUp gives the connections up that the run's stages have now: a copy here
// would keep the peer from seeing the end.
func (lo *lowering) hangUp() {
	for _, s := range lo.streams {
		s.stream.hangUp()
	}
}

// leavePackets gives up, for the same reason, the unixpacket: connections that no variable
// of the script's holds. There is no other connection for the next use.
func (lo *lowering) leavePackets(L *lua.LState) {
	for o := range lo.objects {
		m, ok := o.(*messageChannel)
		if ok && !m.closed && m.addr().Kind == ipc.KindUnixpacket && !lo.vm.keeps(L, func(c *channel) bool { return c.msg == m }) {
			_ = lo.vm.letGo(m)
		}
	}
}
