package relay

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"weir/ipc"
)

// NamedClients is how many listeners Named wants: a program may look at a file before it opens it.
const NamedClients = 4

// Named lets a program read a file, or write to it, by the name of a pipe, as often as it opens that. Whoever opens it
// reads what those before have left. It is over when nobody has the other end of alive any more. It owns its files.
func Named(ctx context.Context, servers []ipc.Listener, alive, file *os.File, into bool, ports []Port) error {
	ctx, cancel := context.WithCancel(ctx)
	defer file.Close()
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	all.Go(func() { // it ends with alive, or with ctx
		defer alive.Close()
		defer cancel()
		defer until(ctx, func() { alive.SetDeadline(time.Now()) })()
		_, _ = alive.Read(make([]byte, 1))
	})
	n := named{file: file, ports: ports}
	serve := n.write
	if !into {
		n.buf = make([]byte, blockSize)
		serve = n.read
		defer until(ctx, func() { file.SetDeadline(time.Now()) })()
	}
	ended := make(chan error, len(servers))
	for _, server := range servers {
		all.Go(func() {
			defer cancel()
			defer server.Close()
			ended <- serve(ctx, server)
		})
	}
	var first error
	for range servers {
		first = cmp.Or(first, <-ended)
	}
	return first
}

// named is a file that clients share.
type named struct {
	file  *os.File
	ports []Port
	turn  sync.Mutex // of the clients, one after another
	buf   []byte     // of the block that is handed to them
	block []byte     // what is left of it
	ended bool       // there is no block after it
}

// read hands what is read to one client after another.
func (n *named) read(ctx context.Context, server ipc.Listener) error {
	for {
		client, _, err := server.Accept(ctx)
		if err != nil {
			return unlessOver(ctx, err)
		}
		stop := until(ctx, func() { client.SetDeadline(time.Now()) })
		n.turn.Lock()
		err = n.hand(client)
		n.turn.Unlock()
		stop()
		client.Close()
		if err != nil {
			return unlessOver(ctx, err)
		}
	}
}

// hand writes to a client until it has left or there is no more.
func (n *named) hand(client *os.File) error {
	for !n.ended || len(n.block) > 0 {
		if len(n.block) == 0 {
			k, err := counted{n.file, &n.ports[0]}.Read(n.buf)
			n.block, n.ended = n.buf[:k], err != nil
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			continue
		}
		k, err := counted{client, &n.ports[1]}.Write(n.block)
		n.block = n.block[k:]
		if readerLeft(err) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// write writes what clients have written. Such a client is heard to its end also where the program has ended.
func (n *named) write(ctx context.Context, server ipc.Listener) error {
	for {
		client, _, err := server.Accept(ctx)
		if err != nil {
			return unlessOver(ctx, err)
		}
		// A client whose write has ended has its turn: another of its program comes behind it.
		n.turn.Lock()
		_, err = io.CopyBuffer(counted{n.file, &n.ports[1]}, counted{client, &n.ports[0]}, make([]byte, blockSize))
		n.turn.Unlock()
		client.Close()
		switch {
		case readerLeft(err):
			return nil
		case err != nil:
			return err
		}
	}
}

func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
