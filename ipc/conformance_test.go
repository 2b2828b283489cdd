package ipc

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// implementation is a kind of message channel, as the conformance suite runs
// it.
type implementation struct {
	name string
	// link makes a channel under a name of its own, or without one: what receives,
	// and what sends; the same where one handle does both. Both are closed, and
	// the name removed, when the test ends.
	link func(t *testing.T, named bool) (to Receiver, from Sender)
	size int // bytes of the longest message that link makes it for
	// full is how many messages are sent before one must wait; 0 where only the
	// system knows.
	full  int
	meets bool // a rendezvous
	whole bool // every buffer must hold the longest message
	lossy bool // the system may drop messages
	roomy bool // only memory bounds how many messages wait
	// again opens the name that link made; nil where a second one is refused.
	again func(name string) (Messages, error)
}

// implementations has a row for each kind: all of the suite is run over it.
var implementations = []implementation{
	ringRow("ring", 8, 64), ringRow("ring of one", 1, 16), ringRow("ring of seven", 7, 100), ringRow("rendezvous", 0, 64),
	madeRow("mailbox", KindMailbox, 8, 64), madeRow("queue", KindQueue, 8, 64), madeRow("mailslot", KindMailslot, 0, 64),
	{name: "unixgram", size: 64 << 10, link: datagrams(KindUnixgram)},
	{name: "unixpacket", size: 64 << 10, link: packets},
	{name: "udp", size: 65507, lossy: true, link: datagrams(KindUDP)},
}

func ringRow(name string, slots, size int) implementation {
	i := madeRow(name, KindRing, slots, size)
	i.meets = slots == 0
	return i
}

// madeRow is a kind whose objects Create makes. A mailslot has one server.
func madeRow(name string, k Kind, slots, size int) implementation {
	i := implementation{name: name, size: size, full: slots, whole: k == KindQueue, link: made(k, Spec{Slots: slots, Size: size})}
	i.roomy = k == KindMailslot && mailslotIsRoomy
	if k != KindMailslot {
		i.again = func(name string) (Messages, error) { return AsMessages(Open(context.Background(), Addr{k, name})) }
	}
	return i
}

// made is a link of one handle.
func made(k Kind, spec Spec) func(*testing.T, bool) (Receiver, Sender) {
	return func(t *testing.T, named bool) (Receiver, Sender) {
		t.Helper()
		needs(t, k)
		t.Setenv("XDG_RUNTIME_DIR", shortDir(t)) // for mailslots
		name := ""
		if named {
			name = fmt.Sprintf("test-%d-%d", os.Getpid(), time.Now().UnixNano())
		}
		ch, err := AsMessages(Create(Addr{k, name}, spec, NameOptions{}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ch.Close()
			if named {
				_ = Unlink(ch.Addr()) // it may be gone
			}
		})
		return ch, ch
	}
}

// shortDir is a folder whose sockets' paths are not too long.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func datagrams(kind Kind) func(*testing.T, bool) (Receiver, Sender) {
	return func(t *testing.T, named bool) (Receiver, Sender) {
		t.Helper()
		needs(t, kind)
		a := Addr{kind, filepath.Join(shortDir(t), "socket")}
		if kind == KindUDP {
			a.Name = "127.0.0.1:0"
		}
		server, err := AsMessages(Create(a, Spec{}, NameOptions{}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		client, err := AsMessages(Open(context.Background(), server.Addr()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
		return server, client
	}
}

func packets(t *testing.T, named bool) (Receiver, Sender) {
	t.Helper()
	needs(t, KindUnixpacket)
	a := Addr{KindUnixpacket, filepath.Join(shortDir(t), "socket")}
	l, err := ListenStream(a, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := AsMessages(Open(context.Background(), a))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	f, _, err := l.Accept(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	server, err := JoinMessages(a, []*os.File{f})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server, client
}

// over has passed, soon will.
var over = time.Unix(1, 0)

func soon() time.Time { return time.Now().Add(20 * time.Millisecond) }

// each runs a test over all implementations.
func each(t *testing.T, test func(t *testing.T, i *implementation)) {
	for _, i := range implementations {
		t.Run(i.name, func(t *testing.T) { test(t, &i) })
	}
}

// sending sends in the background, which a rendezvous needs; the error comes
// when it is done.
func sending(from Sender, msgs ...[]byte) chan error {
	done := make(chan error, 1)
	go func() {
		for _, m := range msgs {
			if err := from.Send(m); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	return done
}

// joined is a channel of the descriptors that another process would have.
func joined(t *testing.T, ch Messages) Messages {
	t.Helper()
	var files []*os.File
	for _, f := range ch.Files() {
		files = append(files, dup(t, f))
	}
	again, err := JoinMessages(ch.Addr(), files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}
