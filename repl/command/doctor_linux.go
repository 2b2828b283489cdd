package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

const tryTime = 2 * time.Second

// try makes an object of a kind, uses it, and removes it.
func try(k ipc.Kind) error {
	folder, err := os.MkdirTemp("/tmp", "weir-doctor-") // a socket's path has room for 107 bytes
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "x")
	var none ipc.NameOptions
	switch k {
	case ipc.KindPipe:
		r, w, err := ipc.Pipe(0)
		return tryBytes(r, w, err)
	case ipc.KindFIFO:
		if err := ipc.MakeFIFO(path, 0o600, none); err != nil {
			return err
		}
		both, err := ipc.HoldFIFO(path)
		if err != nil {
			return err
		}
		return tryBytes(both, nil, nil)
	case ipc.KindFile:
		return os.WriteFile(path, []byte("x"), 0o600)
	case ipc.KindMemory:
		f, err := ipc.Memory("doctor", []byte("x"))
		if err != nil {
			return err
		}
		return f.Close()
	case ipc.KindRegion:
		return tryRegion()
	case ipc.KindRing:
		return tryMessages(ipc.CreateRing("", 2, 64, none))
	case ipc.KindQueue:
		return tryMessages(ipc.CreateQueue("", 2, 64, none))
	case ipc.KindMailslot:
		return tryMessages(ipc.CreateMailslot("", 64, ipc.WaitForever, none))
	case ipc.KindMailbox:
		return tryMessages(ipc.CreateMailbox("", 2, 64, none))
	case ipc.KindUnix:
		return tryStream(ipc.Addr{Kind: k, Name: path})
	case ipc.KindTCP:
		return tryStream(ipc.Addr{Kind: k, Name: "127.0.0.1:0"})
	case ipc.KindUnixgram:
		return tryDatagrams(ipc.Addr{Kind: k, Name: path})
	case ipc.KindUDP:
		return tryDatagrams(ipc.Addr{Kind: k, Name: "127.0.0.1:0"})
	case ipc.KindUnixpacket:
		return tryPackets(ipc.Addr{Kind: k, Name: path})
	}
	return tryLock(k)
}

// tryBytes sends a byte through; w is nil where r is both ends.
func tryBytes(r, w *os.File, err error) error {
	if err != nil {
		return err
	}
	defer r.Close()
	if w == nil {
		w = r
	} else {
		defer w.Close()
	}
	if _, err := w.Write([]byte("x")); err != nil {
		return err
	}
	_, err = io.ReadFull(r, make([]byte, 1))
	return err
}

func tryRegion() error {
	r, err := ipc.CreateRegion("", 4096, ipc.NameOptions{})
	if err != nil {
		return err
	}
	r.Bytes()[4095] = 1
	return r.Close()
}

func tryMessages[T ipc.Messages](ch T, err error) error {
	if err != nil {
		return err
	}
	defer ch.Close()
	return exchange(ch, ch)
}

// exchange sends a message and receives it.
func exchange(from ipc.Sender, to ipc.Receiver) error {
	from.SetWriteDeadline(time.Now().Add(tryTime))
	to.SetReadDeadline(time.Now().Add(tryTime))
	if err := from.Send([]byte("doctor")); err != nil {
		return err
	}
	buf := make([]byte, 1<<16)
	n, err := to.Receive(buf)
	if err == nil && string(buf[:n]) != "doctor" {
		err = fmt.Errorf("%q came, not what was sent", buf[:n])
	}
	return err
}

func tryStream(a ipc.Addr) error {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	l, err := ipc.ListenStream(a, ipc.NameOptions{})
	if err != nil {
		return err
	}
	defer l.Close()
	client, err := ipc.DialStream(ctx, l.Addr())
	if err != nil {
		return err
	}
	server, _, err := l.Accept(ctx)
	return tryBytes(server, client, err)
}

func tryDatagrams(a ipc.Addr) error {
	server, err := ipc.ListenMessages(a, ipc.NameOptions{})
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := ipc.DialMessages(context.Background(), server.Addr())
	if err != nil {
		return err
	}
	defer client.Close()
	return exchange(client, server)
}

func tryPackets(a ipc.Addr) error {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	l, err := ipc.ListenStream(a, ipc.NameOptions{})
	if err != nil {
		return err
	}
	defer l.Close()
	client, err := ipc.DialMessages(ctx, a)
	if err != nil {
		return err
	}
	defer client.Close()
	f, _, err := l.Accept(ctx)
	if err != nil {
		return err
	}
	server := ipc.MessagesFromFile(f, a)
	defer server.Close()
	return exchange(client, server)
}

func tryLock(k ipc.Kind) error {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	var none ipc.NameOptions
	switch k {
	case ipc.KindSemaphore:
		s, err := ipc.CreateSemaphore("", 1, none)
		if err != nil {
			return err
		}
		defer s.Close()
		return s.Wait(ctx)
	case ipc.KindMutex:
		m, err := ipc.CreateMutex("", none)
		if err != nil {
			return err
		}
		defer m.Close()
		return errors.Join(m.Lock(ctx), m.Unlock())
	case ipc.KindCondition:
		c, err := ipc.CreateCondition("", none)
		if err != nil {
			return err
		}
		c.Signal()
		return c.Close()
	case ipc.KindBarrier:
		b, err := ipc.CreateBarrier("", 1, none)
		if err != nil {
			return err
		}
		defer b.Close()
		_, err = b.Wait(ctx)
		return err
	case ipc.KindEvent:
		e, err := ipc.CreateEvent("", true, none)
		if err != nil {
			return err
		}
		defer e.Close()
		e.Set()
		return e.Wait(ctx)
	}
	return fmt.Errorf("nobody knows how to try a %s", k)
}

// limitsOf says what bounds a mechanism here.
func limitsOf(k ipc.Kind) string {
	switch k {
	case ipc.KindPipe, ipc.KindFIFO:
		return fmt.Sprintf("capacity up to %s bytes, %s pages for a user", setting("fs/pipe-max-size"), setting("fs/pipe-user-pages-soft"))
	case ipc.KindRegion, ipc.KindSemaphore:
		var st unix.Statfs_t
		if unix.Statfs("/dev/shm", &st) == nil {
			return fmt.Sprintf("%d MiB free in /dev/shm", st.Bavail*uint64(st.Bsize)>>20)
		}
	case ipc.KindQueue:
		limits := fmt.Sprintf("max up to %s, size up to %s, %s queues", setting("fs/mqueue/msg_max"), setting("fs/mqueue/msgsize_max"), setting("fs/mqueue/queues_max"))
		var st unix.Statfs_t
		if unix.Statfs("/dev/mqueue", &st) != nil || st.Type != mqueueMagic {
			limits += "; /dev/mqueue is not mounted, so that ls(1) does not show them: mount -t mqueue none /dev/mqueue"
		}
		return limits
	case ipc.KindMailslot, ipc.KindUnixgram:
		return fmt.Sprintf("%s messages wait before a writer does", setting("net/unix/max_dgram_qlen"))
	case ipc.KindUnix, ipc.KindUnixpacket, ipc.KindTCP:
		return fmt.Sprintf("%s connections wait to be accepted", setting("net/core/somaxconn"))
	case ipc.KindMutex:
		return "a holder's death is noticed within 10 ms"
	}
	return ""
}

const mqueueMagic = 0x19800202 // MQUEUE_MAGIC

func setting(name string) string {
	text, err := os.ReadFile("/proc/sys/" + name)
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(text))
}
