package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"weir/ipc"
	"weir/script/problem"
	"weir/script/world"
)

// connected is a connection of a run's, and the channel that stands for it. One that is not there when
// the run starts is waited for on another goroutine than the script's.
type connected struct {
	stream *stream         // nil for a unixpacket: server
	packet *messageChannel // such a server
	name   string
	server bool
	addr   ipc.Addr
	at     problem.Origin

	file *os.File // of one that came about at once

	mu    sync.Mutex
	there bool
	left  bool   // the script has no hold on the server any more
	link  string // what both sides know it by
}

// is reports whether it is a connection of the script's, or its other side.
func (c *connected) is(s *stream) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stream != nil && (c.stream == s || c.server == (s.listener == nil) && c.link != "" && c.link == s.link)
}

// once is kept where the other waits of the script for this client have it.
func (c *connected) once() *sync.Once {
	if c.packet != nil {
		return &c.packet.alone
	}
	return &c.stream.alone
}

// used gives the connection that the script itself has made before.
func (c *connected) used() *os.File {
	if c.stream == nil {
		return nil
	}
	c.stream.mu.Lock()
	defer c.stream.mu.Unlock()
	if c.there = c.stream.conn != nil; c.there {
		c.link = c.stream.link
	}
	return c.stream.conn
}

// make waits until the connection has come about, or ctx ends. The caller closes it.
func (c *connected) make(ctx context.Context) (f *os.File, err error) {
	var link string
	if c.packet != nil {
		f, err = c.packet.client(ctx)
	} else {
		f, link, err = c.stream.connect(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there, c.link = err == nil, link
	if c.left {
		_ = c.packet.ch.Close()
	}
	return f, err
}

// soonAfter is how long a run waits, before it starts anything, for what may refuse its clients.
const soonAfter = 100 * time.Millisecond

// soon gives the connection if it comes about within that time, or nil. A server only looks.
func (c *connected) soon(within time.Duration) (f *os.File, err error) {
	if c.server {
		within = 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if c.file, err = c.make(ctx); errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return c.file, err
}

// await is make for a run that goes on. A client that it waits for in vain gives up.
func (c *connected) await(ctx context.Context) (*os.File, error) {
	f, err := c.make(ctx)
	if c.stream != nil && ctx.Err() != nil {
		c.stream.giveUp()
	}
	return f, err
}

// hangUp gives the connection up which a run has now, or would have if it had started.
func (c *connected) hangUp(started bool) {
	if c.file != nil {
		c.file.Close()
	}
	if c.stream != nil {
		c.stream.hangUp()
		if !started {
			c.stream.giveUp()
		}
	}
}

// leave notes that the script lets go of a server. It gives false if the connection is there.
func (c *connected) leave() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = !c.there
	return c.left
}

// missing says who has not come, or not answered; empty is nobody.
func (c *connected) missing() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.there:
		return ""
	case c.server:
		return fmt.Sprintf("no client has come to %s", c.addr)
	}
	return fmt.Sprintf("%s has not taken the connection", c.addr)
}

// accept waits for the client of a unixpacket: server.
func (m *messageChannel) accept(vm *VM) error {
	if !m.connected() || !m.listens || vm.opts.Explain != nil {
		return nil
	}
	defer vm.notices.onceAlone(&m.alone, m.addr(), toConnect, foreground)()
	return m.ch.(acceptor).Accept(vm.ctx)
}

// acceptor is the server's end of a connection.
type acceptor interface {
	Accept(ctx context.Context) error
}

// client waits until the client of a unixpacket: server has come. The connection is the caller's, beside
// the one that the server has.
func (m *messageChannel) client(ctx context.Context) (*os.File, error) {
	if err := m.ch.(acceptor).Accept(ctx); err != nil {
		return nil, err
	}
	return world.Duplicate(m.ch.Files()[0])
}
