package ipc

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"weir/ipc/luatext"
)

// tryTime bounds how long a mechanism is tried.
const tryTime = 2 * time.Second

// Try makes an object of a kind, uses it, and removes it.
func Try(k Kind) error {
	row := k.row()
	switch {
	case row.try != nil:
		return row.try()
	case row.socket:
		return trySocket(k)
	case row.pair != nil:
		r, w, err := row.pair()
		return tryBytes(r, w, err)
	}
	o, err := Roomy(k, 64)
	if err != nil {
		return err
	}
	defer o.Close()
	if row.use == nil {
		ch := o.(Messages)
		return exchange(ch, ch)
	}
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	return row.use(ctx, o)
}

// Roomy makes a private object as Try uses it: a channel of messages has room for many of
// up to size bytes.
func Roomy(k Kind, size int) (Object, error) {
	s := k.row().trial
	s.Size = max(s.Size, size)
	return Create(Addr{Kind: k}, s, NameOptions{})
}

// HasPair reports whether Pair makes two ends of this kind here.
func HasPair(k Kind) bool { return k.row().pair != nil }

// Pair makes two ends, which two processes have, and through which bytes go from w to r.
func Pair(k Kind) (r, w *os.File, err error) {
	if !HasPair(k) {
		return nil, nil, &Error{"create", Addr{Kind: k}, notHere(k)}
	}
	return k.row().pair()
}

// Limits says what bounds a mechanism here; it is empty where nothing is known.
func Limits(k Kind) string {
	if limits := k.row().limits; limits != nil {
		return limits()
	}
	return ""
}

// tryBytes sends a byte through. r and w may be one.
func tryBytes(r, w *os.File, err error) error {
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	if _, err := w.Write([]byte("x")); err != nil {
		return err
	}
	_, err = io.ReadFull(r, make([]byte, 1))
	return err
}

// exchange sends a message and receives it.
func exchange(from Sender, to Receiver) error {
	from.SetWriteDeadline(time.Now().Add(tryTime))
	to.SetReadDeadline(time.Now().Add(tryTime))
	const msg = "doctor"
	if err := from.Send([]byte(msg)); err != nil {
		return err
	}
	buf := make([]byte, 1<<16)
	n, err := to.Receive(buf)
	if err == nil && string(buf[:n]) != msg {
		err = fmt.Errorf("%s came, not what was sent", luatext.Quote(string(buf[:n])))
	}
	return err
}

// trySocket has a server and a client meet.
func trySocket(k Kind) error {
	meet := tryStream
	if k.Carries() == Whole {
		meet = tryPeers
	}
	if k.Naming() == ByPort {
		return meet(Addr{k, "0"})
	}
	return tryAt(func(path string) error { return meet(Addr{k, path}) })
}

func tryStream(a Addr) error {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	l, err := ListenStream(a, NameOptions{})
	if err != nil {
		return err
	}
	defer l.Close()
	client, err := DialStream(ctx, l.Addr())
	if err != nil {
		return err
	}
	server, _, err := l.Accept(ctx)
	return tryBytes(server, client, err)
}

func tryPeers(a Addr) error {
	server, err := AsMessages(Create(a, Spec{}, NameOptions{}))
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := AsMessages(Open(context.Background(), server.Addr()))
	if err != nil {
		return err
	}
	defer client.Close()
	return exchange(client, server)
}

// tryAt has an object tried under a path of its own.
func tryAt(try func(path string) error) error {
	folder, err := os.MkdirTemp("", "weir-doctor-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	return try(filepath.Join(folder, "x"))
}

// user is the use of objects of type T.
func user[T Object](use func(context.Context, T) error) func(context.Context, Object) error {
	return func(ctx context.Context, o Object) error { return use(ctx, o.(T)) }
}
