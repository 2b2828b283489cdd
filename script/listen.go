package script

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/script/problem"
	"weir/script/world"
)

// server is a stage that listens: for each connection it runs a topology whose
// stdin and stdout are the connection.
type server struct {
	problem.Origin
	addr  ipc.Addr
	body  node
	count int // connections after which it ends; 0 is no limit

	name    string
	timeout time.Duration // of the server itself
}

func (s *server) each(to *change) node {
	c := *s
	c.body = s.body.each(to)
	if to.server != nil {
		to.server(&c)
		to.count++
	}
	return &c
}

// luaListen is listen(address, stage [, {count=}]).
func luaListen(L *lua.LState) int {
	s := &server{Origin: problem.Where(L), addr: socketAddr(L, "listen")}
	if !isStream(s.addr.Kind) {
		problem.New(s.Origin, "listen: %s has no connections", s.addr.Kind).
			Hinted("unix: and tcp: have; socket(address, {listen = true}) receives messages").Pointing("listen").Raise(L)
	}
	t, _ := L.Get(3).(*lua.LTable)
	checkOptions(L, "listen", t, "count")
	if t != nil && t.RawGetString("count") != lua.LNil {
		n, ok := t.RawGetString("count").(lua.LNumber)
		if !ok || n < 1 || float64(n) != math.Trunc(float64(n)) {
			problem.Raisef(L, "count", "listen: count must be a whole number from 1 on, but is %s",
				problem.Given(t.RawGetString("count")))
		}
		s.count = int(n)
	}
	switch v := L.Get(2).(type) {
	case *lua.LUserData:
		s.body, _ = toNode(v)
	case lua.LString:
		s.body = lineStage(L, string(v))
	case *lua.LFunction:
		s.body = functionStage(L, v, nil, false)
	}
	if s.body == nil {
		problem.New(s.Origin, "listen: what to run for each connection must be a stage, but is %s",
			problem.Describe(L.Get(2))).Pointing("listen").Raise(L)
	}
	pushNode(L, s)
	return 1
}

// serving is a server at work, apart from the script's state.
type serving struct {
	server
	listener ipc.Listener
	top      plan.Topology // of one connection; its files are this one's copies
	results  []string      // channels in which Lua stages leave what became of them
	journal  *runtime.Journal
	errors   io.Writer
	runs     sync.WaitGroup
}

const connectionName = "connection"

// addServer adds the stage that listens. The address is taken before anything is
// started.
func (lo *lowering) addServer(s *server, in, out *attach) error {
	if in != nil || out != nil {
		return problem.New(s.Origin, "a server has no input or output of its own: each connection is its stage's").
			Pointing("listen")
	}
	w := &serving{server: *s, journal: lo.vm.opts.Journal, errors: lo.vm.notices}
	if err := w.prepare(lo); err != nil {
		return err
	}
	name := cmp.Or(s.name, "listen")
	rs := lo.top.newStage(name, write(s), s.Origin)
	rs.Thread, rs.Timeout = w.run, s.timeout
	lo.finish(rs, table{})
	if lo.vm.opts.Explain != nil {
		return nil
	}
	var err error
	if w.listener, err = listenStream(s.addr); err != nil {
		return problem.New(s.Origin, "%v", err).Pointing(s.addr.String())
	}
	lo.vm.objects.holdOpen(w.listener.Close, w.close)
	return nil
}

// connectionKind is the kind of what comes from a server: a connection of a named pipe is one descriptor for both
// directions, as that of a socket is.
func connectionKind(server ipc.Kind) ipc.Kind {
	if server == ipc.KindFIFO {
		return ipc.KindUnix
	}
	return server
}

// prepare lowers what is run for a connection, once: each run takes a copy.
func (w *serving) prepare(lo *lowering) error {
	sub := newLowering(lo.vm)
	sub.objects.run, sub.objects.within = lo.objects.run, lo.objects.within
	sub.perConnection = true
	conn := func(mode ipc.Mode) *attach { return &attach{channel: connectionName, mode: mode} }
	sub.top.Channels = append(sub.top.Channels, plan.Channel{Name: connectionName, Kind: connectionKind(w.addr.Kind),
		Path: w.addr.Name})
	sub.top.channelNames.unique(connectionName, connectionName)
	if err := sub.lower([]node{w.body}, surroundings{in: conn(ipc.Read), out: conn(ipc.Write)}); err != nil {
		return err
	}
	for i := range sub.top.Stages {
		if sub.top.Stages[i].Thread != nil {
			return problem.New(w.Origin, "listen: a stage on a thread cannot be run for each connection").
				Hinted("write proc(fn)").Pointing("listen")
		}
	}
	if unused := sub.pipes.unused(); len(unused) > 0 {
		return unusedProblem(unused[0])
	}
	for i := range sub.top.Channels {
		// The script closes its own before the last connection comes.
		if f := sub.top.Channels[i].File; f != nil {
			own, err := world.Duplicate(f)
			if err != nil {
				return err
			}
			sub.top.Channels[i].File = own
		}
	}
	for _, v := range sub.outcomes.of {
		w.results = append(w.results, v.channel)
	}
	w.top = sub.top.Topology
	sub.objects.handOver()
	lo.inside = append(lo.inside, sub)
	return nil
}

func (w *serving) close() error {
	for i := range w.top.Channels {
		if f := w.top.Channels[i].File; f != nil {
			f.Close()
		}
	}
	return nil
}

// run accepts connections until ctx ends or there were as many as asked for, and
// waits for those that were accepted.
func (w *serving) run(ctx context.Context, files map[int]*os.File) int {
	for _, f := range files {
		f.Close()
	}
	code := 0
	for n := 1; w.count == 0 || n <= w.count; n++ {
		conn, peer, err := w.listener.Accept(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			fmt.Fprintf(w.errors, "listen: %v\n", err)
			code = 1
			break
		}
		w.runs.Add(1)
		go func() {
			defer w.runs.Done()
			if err := w.serve(ctx, conn); err != nil {
				fmt.Fprintf(w.errors, "%s: connection %d%s: %v\n", w.addr, n, from(peer), err)
			}
		}()
	}
	_ = w.listener.Close()
	w.runs.Wait()
	return code
}

func from(peer string) string {
	if peer == "" {
		return ""
	}
	return " from " + peer
}

// serve runs the topology of one connection, and gives what went wrong in it.
func (w *serving) serve(ctx context.Context, conn *os.File) error {
	defer conn.Close()
	top := w.top
	top.Channels = append([]plan.Channel(nil), w.top.Channels...)
	top.Channels[0].File = conn
	p, err := plan.Compile(&top, runtime.ThisHost())
	if err != nil {
		return err
	}
	run, err := runtime.Start(ctx, p, runtime.Options{Journal: w.journal})
	if err != nil {
		return err
	}
	conn.Close() // the stages have it: a copy here would hide the end from the peer
	out, err := run.Wait()
	fault := w.fault(run)
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil || out.OK:
		return nil
	case fault != nil:
		return fault
	case out.Unwritten != nil:
		return out.Unwritten
	}
	for i := range out.Stages {
		if s := &out.Stages[i]; s.Failed && s.Signal != "" {
			return fmt.Errorf("%s was ended by %s", nameText(s.Name), s.Signal)
		} else if s.Failed {
			return fmt.Errorf("%s exited with status %d", nameText(s.Name), s.Code)
		}
	}
	return nil
}

// fault reads what the Lua stages left, and gives the error of one that has one.
func (w *serving) fault(run *runtime.Run) error {
	var first error
	for _, name := range w.results {
		f := run.File(name, ipc.Read)
		if f == nil {
			continue
		}
		data, err := readMemory(f)
		f.Close()
		if err != nil && first == nil {
			first = err
		}
		var told problem.Error
		if len(data) > 0 && data[0] == markFault && json.Unmarshal(data[1:], &told) == nil && first == nil {
			first = &told
		}
	}
	return first
}
