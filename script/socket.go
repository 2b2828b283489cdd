package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/world"
)

// stream is a connection of the script's: a unix: or tcp: socket, client or
// server. It comes about when it is first used.
type stream struct {
	addr     ipc.Addr
	listener ipc.Listener // of a server, until its client has come

	mu     sync.Mutex
	conn   *os.File
	begun  *dialing // of a client, that nobody has yet
	link   string   // what both sides know the last connection by
	closed bool
	alone  sync.Once // it was said that it waits for its client
}

// connection gives the connection: a client's is made, a server's waited for until ctx ends.
func (s *stream) connection(ctx context.Context, vm *VM) (*os.File, error) {
	s.mu.Lock()
	conn, server := s.conn, s.listener
	s.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	if server != nil {
		// One client at a time is what a channel has: listen(addr, stage) is for many.
		defer vm.notices.onceAlone(&s.alone, server.Addr(), toConnect, foreground)()
	}
	f, link, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn, s.link = f, link
	return f, nil
}

// connect makes a connection which the caller has, and gives what both sides know it by.
func (s *stream) connect(ctx context.Context) (f *os.File, link string, err error) {
	s.mu.Lock()
	closed, server := s.closed, s.listener
	s.mu.Unlock()
	peer := ""
	switch {
	case closed:
		return nil, "", fmt.Errorf("the socket %s is closed", s.addr)
	case server != nil:
		f, peer, err = server.Accept(ctx)
	default:
		if f, err = s.dial(ctx); err == nil {
			peer = ipc.LocalName(f)
		}
	}
	return f, linkOf(s.addr, peer), err
}

// dialing is a client's connection that is being made, connect(2). It goes on while nobody waits for it,
// so that a wait with a limit can be tried again.
type dialing struct {
	done chan struct{} // closed when it has come about, or failed
	end  context.CancelFunc
	file *os.File
	err  error
}

// dialBrief is how long a client is waited for at least. One at the same machine is there by then.
const dialBrief = 10 * time.Millisecond

// dial makes a client's connection, or goes on with one that is being made.
func (s *stream) dial(ctx context.Context) (*os.File, error) {
	for {
		d := s.dialing()
		select {
		case <-d.done:
		case <-ctx.Done():
			select {
			case <-d.done:
			case <-time.After(dialBrief):
				return nil, context.Cause(ctx)
			}
		}
		s.mu.Lock()
		mine := s.begun == d
		if mine {
			s.begun = nil
		}
		s.mu.Unlock()
		if mine {
			return d.file, d.err
		} // else somebody else has it, or has given it up
	}
}

// dialing gives the connection that is being made.
func (s *stream) dialing() *dialing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun == nil {
		ctx, end := context.WithCancel(context.Background())
		d := &dialing{done: make(chan struct{}), end: end}
		s.begun = d
		go func() {
			d.file, d.err = ipc.DialStream(ctx, s.addr)
			end()
			close(d.done)
		}()
	}
	return s.begun
}

// giveUp ends a connection that is being made.
func (s *stream) giveUp() {
	s.mu.Lock()
	d := s.begun
	s.begun = nil
	s.mu.Unlock()
	if d == nil {
		return
	}
	d.end()
	if <-d.done; d.file != nil {
		d.file.Close()
	}
}

// linkOf is what both sides know a connection by: its client's address, or the server's
// where clients have none.
func linkOf(server ipc.Addr, client string) string {
	if server.Kind.Naming() != ipc.ByPath {
		return client
	}
	path, err := filepath.Abs(server.Name)
	if err != nil {
		return ""
	}
	return path
}

// keepStream has a stream closed with the VM, and counted among what this state holds.
func (list *objects) keepStream(s *stream) {
	list.holdOpen(s.close)
	list.streams = append(list.streams, s)
}

// held are the connection and the socket that listens, while they are there. ok is false while
// another goroutine makes a connection.
func (s *stream) held() (files []*os.File, ok bool) {
	if !s.mu.TryLock() {
		return nil, false
	}
	defer s.mu.Unlock()
	if s.conn != nil {
		files = append(files, s.conn)
	}
	if s.listener != nil {
		files = append(files, s.listener.File())
	}
	return files, true
}

// hangUp gives the connection up; the next use makes another.
func (s *stream) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

// used reports whether there is more to it than an address.
func (s *stream) used() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn != nil || s.listener != nil
}

func (s *stream) close() error {
	s.giveUp()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var err error
	if s.listener != nil {
		err = s.listener.Close()
	}
	if s.conn != nil {
		err = errors.Join(err, s.conn.Close())
	}
	s.listener, s.conn = nil, nil
	return err
}

// isStream reports whether a kind is a socket that carries bytes.
func isStream(kind ipc.Kind) bool {
	return (kind.IsSocket() || kind.Serves()) && kind.Carries() == ipc.Bytes
}

// luaSocket is socket(address [, {listen=, codec=}]).
func luaSocket(L *lua.LState) int {
	vm := vmOf(L)
	addr := socketAddr(L, "socket")
	t, _ := L.Get(2).(*lua.LTable)
	checkOptions(L, "socket", t, "listen", "codec", "frame")
	server := false
	c := &channel{Origin: problem.Where(L), kind: addr.Kind, path: addr.Name, opened: &opened{}}
	if t != nil {
		server = lua.LVAsBool(t.RawGetString("listen"))
		frameOptions(L, c, t)
	}
	var err error
	if server {
		vm.would("listen at %s", addr)
	} else if !isStream(addr.Kind) {
		vm.would("connect to %s", addr)
	}
	switch {
	case isStream(addr.Kind):
		c.stream = &stream{addr: addr}
		if server && vm.opts.Explain == nil {
			c.stream.listener, err = listenStream(addr)
			if err == nil {
				c.path = c.stream.listener.Addr().Name
			}
		}
		vm.objects.keepStream(c.stream)
	case vm.opts.Explain != nil:
		// A plan is only asked for: nothing is bound or connected.
		var ch ipc.Messages
		if ch, err = openRing(); err == nil {
			c.msg, err = newMessageChannel(&vm.objects, c.Origin, ch)
		}
	default:
		c.msg, err = datagrams(vm, c.Origin, addr, server)
	}
	if err != nil {
		problem.Raise(L, streamProblem(L, "socket", err))
	}
	if c.msg != nil {
		c.msg.json = c.json
		c.path = c.msg.addr().Name
	}
	pushNode(L, c)
	return 1
}

// openRing makes what stands in for a socket that must not be made.
func openRing() (ipc.Messages, error) {
	return ipc.AsMessages(ipc.Create(ipc.Addr{Kind: ipc.KindRing}, ipc.Spec{Slots: 1, Size: 1}, ipc.NameOptions{}))
}

func listenStream(addr ipc.Addr) (ipc.Listener, error) {
	o := ipc.NameOptions{}
	if addr.Kind.Naming() == ipc.ByPath {
		var err error
		if o, err = nameOptions(false); err != nil {
			return nil, err
		}
	}
	return ipc.ListenStream(addr, o)
}

// datagrams makes or joins a socket that carries messages.
func datagrams(vm *VM, at problem.Origin, addr ipc.Addr, server bool) (*messageChannel, error) {
	var ch ipc.Messages
	var err error
	switch {
	case server:
		o := ipc.NameOptions{}
		if addr.Kind.Naming() == ipc.ByPath {
			if o, err = nameOptions(false); err != nil {
				return nil, err
			}
		}
		ch, err = ipc.AsMessages(ipc.Create(addr, ipc.Spec{}, o))
	default:
		ch, err = ipc.AsMessages(ipc.Open(vm.ctx, addr))
	}
	if err != nil {
		return nil, err
	}
	m, err := newMessageChannel(&vm.objects, at, ch)
	if err != nil {
		return nil, err
	}
	m.outside, m.listens = true, server
	m.how = "connect(" + addr.String() + ")"
	if server {
		m.how = "bind(" + ch.Addr().String() + ")"
	}
	return m, nil
}

// socketAddr reads the first argument as an address: "unix:path", "tcp:host:port".
func socketAddr(L *lua.LState, verb string) ipc.Addr {
	text, ok := L.Get(1).(lua.LString)
	if !ok {
		problem.Here(L, "%s: the address must be a string, but is %s", verb, problem.Describe(L.Get(1))).
			Hinted("an address is \"unix:/tmp/s\" or \"tcp:127.0.0.1:8080\"").Pointing(verb).Raise(L)
	}
	addr, err := ipc.ParseAddr(string(text))
	if err == nil && (addr.Kind.IsSocket() || verb == "listen" && addr.Kind.Serves()) {
		if err := ipc.CheckAddr(addr); err != nil {
			problem.Raise(L, objectProblem(L, verb, err))
		}
		return addr
	}
	problem.Here(L, "%s: the address %s has no kind that is known", verb, problem.Quote(string(text))).
		Hinted("write unix:PATH, unixgram:PATH, unixpacket:PATH, tcp:HOST:PORT or udp:HOST:PORT").
		Pointing(string(text)).Raise(L)
	return ipc.Addr{}
}

// streamProblem is what became of a connection, or of the wait for it.
func streamProblem(L *lua.LState, word string, err error) error {
	if vmOf(L).ctx.Err() != nil {
		return interruptedAt(problem.Where(L))
	}
	return objectProblem(L, word, err)
}

// openStream gives the script its own side of a connection.
func openStream(ctx context.Context, vm *VM, c *channel, use luaio.Mode) (*lua.LUserData, error) {
	if vm.opts.Explain != nil {
		vm.would("use the connection %s", c.stream.addr)
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		return adopt(vm, null, c.stream.addr.String(), use, c), nil
	}
	if err := vm.streams.Deliver(); err != nil {
		return nil, err
	}
	conn, err := c.stream.connection(ctx, vm)
	if err != nil {
		return nil, err
	}
	f, err := world.Duplicate(conn)
	if err != nil {
		return nil, err
	}
	return adopt(vm, f, c.stream.addr.String(), use, c), nil
}
