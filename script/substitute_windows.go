package script

import (
	"context"
	"crypto/rand"
	"os"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/problem"
)

// nameEnd has a relay serve an end as a named pipe, since no name stands for the file at a handle. The program
// inherits the write end of a pipe that carries nothing: so the relay sees that it, and what it started, has ended.
func (lo *lowering) nameEnd(s *stage, sub substitute, end *attach, fds table, fd int) (path string, err error) {
	if lo.perConnection {
		return "", problem.New(s.Origin, "%s is an argument of %s, and here no stage of a listener can have one",
			write(sub.node), s.argv[0]).Hinted("write it to a file first, and give the file's name").Pointing("cmd")
	}
	a := ipc.Addr{Kind: ipc.KindFIFO, Name: "weir-argument." + rand.Text()}
	if path, err = ipc.PathOf(a); err != nil {
		return "", err
	}
	hold, alive := lo.top.newPipe(s.Origin)
	fds[fd] = hold
	rs := lo.top.newStage("argument", writeSubstitute(sub), s.Origin)
	rs.Relay = func() plan.Relay {
		ports := make([]relay.Port, 2)
		servers, err := ipc.ListenOwn(a.Name, relay.NamedClients) // before the program can ask for it
		return plan.Relay{Ports: ports, Move: func(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
			if err != nil {
				return err
			}
			return relay.Named(ctx, servers, files[0], files[1], sub.into, ports)
		}}
	}
	lo.relays.add(rs, []*attach{alive, end}, nil)
	return path, nil
}
