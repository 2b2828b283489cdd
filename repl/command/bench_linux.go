package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// echoCommand is the hidden command that plays the other process of bench: KIND
// SIZE, and the descriptors of both ways from 3 on.
const echoCommand = "bench-echo"

// benched are the mechanisms that bench compares.
var benched = []ipc.Kind{ipc.KindPipe, ipc.KindUnix, ipc.KindUnixgram, ipc.KindTCP, ipc.KindQueue, ipc.KindMailslot, ipc.KindRing, ipc.KindMailbox}

func measureAll() ([]figure, error) {
	figures := []figure{}
	for _, size := range benchSizes {
		for _, kind := range benched {
			x := figure{Kind: kind, Size: size}
			if err := x.measure(); err != nil {
				x.Fault = err.Error()
			}
			figures = append(figures, x)
		}
	}
	return figures, nil
}

// link is one way between two processes.
type link struct {
	put   func([]byte) error
	get   func([]byte) error
	files []*os.File // that the other process joins it by
	close func()
}

// messageLink is a channel of messages as a link.
func messageLink[T ipc.Messages](ch T, err error) (*link, error) {
	if err != nil {
		return nil, err
	}
	whole := make([]byte, ch.MessageSize())
	get := func(b []byte) error {
		n, err := ch.Receive(whole)
		copy(b, whole[:n])
		return err
	}
	return &link{put: ch.Send, get: get, files: ch.Files(), close: func() { ch.Close() }}, nil
}

func newLink(kind ipc.Kind, size int) (*link, error) {
	var none ipc.NameOptions
	switch kind {
	case ipc.KindPipe:
		r, w, err := ipc.Pipe(0)
		return byteLink(r, w, err)
	case ipc.KindQueue:
		return messageLink(ipc.CreateQueue("", 8, size, none))
	case ipc.KindMailslot:
		return messageLink(ipc.CreateMailslot("", size, ipc.WaitForever, none))
	case ipc.KindRing:
		return messageLink(ipc.CreateRing("", 256, size, none))
	case ipc.KindMailbox:
		return messageLink(ipc.CreateMailbox("", 256, size, none))
	case ipc.KindUnixgram:
		return socketPair(unix.SOCK_DGRAM)
	case ipc.KindUnix:
		return socketPair(unix.SOCK_STREAM)
	}
	return tcpLink()
}

// byteLink carries messages of one size as bytes.
func byteLink(r, w *os.File, err error) (*link, error) {
	if err != nil {
		return nil, err
	}
	return &link{files: []*os.File{r, w}, close: func() { r.Close(); w.Close() },
		put: func(b []byte) error { _, err := w.Write(b); return err },
		get: func(b []byte) error { _, err := io.ReadFull(r, b); return err }}, nil
}

func socketPair(kind int) (*link, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return byteLink(os.NewFile(uintptr(pair[0]), "socket"), os.NewFile(uintptr(pair[1]), "socket"), nil)
}

func tcpLink() (*link, error) {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	l, err := ipc.ListenStream(ipc.Addr{Kind: ipc.KindTCP, Name: "0"}, ipc.NameOptions{})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	w, err := ipc.DialStream(ctx, l.Addr())
	if err != nil {
		return nil, err
	}
	r, _, err := l.Accept(ctx)
	return byteLink(r, w, err)
}

// joinLink is a link in the other process.
func joinLink(kind ipc.Kind, files []*os.File) (*link, error) {
	switch kind {
	case ipc.KindPipe, ipc.KindUnix, ipc.KindUnixgram, ipc.KindTCP:
		return byteLink(files[0], files[1], nil)
	}
	ch, err := ipc.JoinMessages(ipc.Addr{Kind: kind}, files)
	return messageLink(ch, err)
}

// measure runs the other process, which answers each of the first messages, and
// takes the rest in silence until it is asked for an answer again.
func (x *figure) measure() error {
	there, err := newLink(x.Kind, x.Size)
	if err != nil {
		return err
	}
	defer there.close()
	back, err := newLink(x.Kind, x.Size)
	if err != nil {
		return err
	}
	defer back.close()
	c := exec.Command("/proc/self/exe", echoCommand, string(x.Kind), strconv.Itoa(x.Size), strconv.Itoa(len(there.files)))
	c.ExtraFiles = append(append([]*os.File{}, there.files...), back.files...)
	c.Stderr = os.Stderr
	c.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	if err := c.Start(); err != nil {
		return err
	}
	defer func() { c.Process.Kill(); c.Wait() }()
	stuck := time.AfterFunc(20*benchTime, func() { c.Process.Kill() })
	defer stuck.Stop()
	buf := make([]byte, x.Size)
	return errors.Join(x.trips(there, back, buf), x.stream(there, back, buf))
}

// The first byte of a message says what the other process does with it.
const (
	benchAnswer  = 1 // sends it back
	benchSwallow = 0
)

func (x *figure) trips(there, back *link, buf []byte) error {
	buf[0] = benchAnswer
	n, begun := 0, time.Now()
	for n < 20 || time.Since(begun) < benchTime {
		if n == 20 {
			begun = time.Now() // the other process has started
		}
		if err := errors.Join(there.put(buf), back.get(buf)); err != nil {
			return err
		}
		n++
	}
	x.Trip = float64(time.Since(begun).Microseconds()) / float64(n-20)
	return nil
}

func (x *figure) stream(there, back *link, buf []byte) error {
	n, begun := 0, time.Now()
	for time.Since(begun) < benchTime {
		buf[0] = benchSwallow
		for range 64 {
			if err := there.put(buf); err != nil {
				return err
			}
		}
		n += 64
	}
	buf[0] = benchAnswer // the last: all before it have been taken
	if err := errors.Join(there.put(buf), back.get(buf)); err != nil {
		return err
	}
	x.Rate = float64(n) / time.Since(begun).Seconds()
	x.Bytes = x.Rate * float64(x.Size)
	return nil
}

// echo is the other process.
func echo(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("%s: is started by bench itself", echoCommand)
	}
	kind := ipc.Kind(args[0])
	size, _ := strconv.Atoi(args[1])
	n, _ := strconv.Atoi(args[2])
	if n < 1 || n > 4 || size < 1 {
		return fmt.Errorf("%s: is started by bench itself", echoCommand)
	}
	var files []*os.File
	for fd := 3; fd < 3+2*n; fd++ {
		unix.CloseOnExec(fd)
		files = append(files, os.NewFile(uintptr(fd), string(kind)))
	}
	there, err := joinLink(kind, files[:n])
	if err != nil {
		return err
	}
	back, err := joinLink(kind, files[n:])
	if err != nil {
		return err
	}
	buf := make([]byte, size)
	for {
		if err := there.get(buf); err != nil {
			return nil // bench has what it wanted
		}
		if buf[0] != benchAnswer {
			continue
		}
		if err := back.put(buf); err != nil {
			return nil
		}
	}
}
