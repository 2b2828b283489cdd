package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// echoCommand is the hidden command that plays the other process of bench: KIND
// SIZE, and the descriptors of both ways from 3 on.
const echoCommand = "bench-echo"

func measureAll() ([]figure, error) {
	figures := []figure{}
	for _, size := range benchSizes {
		for _, kind := range benched() {
			x := figure{Kind: kind, Size: size}
			if err := x.measure(); err != nil {
				x.Fault = err.Error()
			}
			figures = append(figures, x)
		}
	}
	return figures, nil
}

// benched are the mechanisms that bench compares: those by which two processes that are
// related exchange messages.
func benched() []ipc.Kind {
	return slices.DeleteFunc(ipc.Kinds(), func(k ipc.Kind) bool {
		return !ipc.HasPair(k) && (k.Carries() != ipc.Whole || k.IsSocket())
	})
}

// link is one way between two processes.
type link struct {
	put   func([]byte) error
	get   func([]byte) error
	files []*os.File // that the other process joins it by
	close func()
}

// messageLink is a channel of messages as a link.
func messageLink(ch ipc.Messages, err error) (*link, error) {
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
	if ipc.HasPair(kind) {
		r, w, err := ipc.Pair(kind)
		return byteLink(r, w, err)
	}
	return messageLink(ipc.AsMessages(ipc.Roomy(kind, size)))
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

// joinLink is a link in the other process.
func joinLink(kind ipc.Kind, files []*os.File) (*link, error) {
	if ipc.HasPair(kind) {
		return byteLink(files[0], files[1], nil)
	}
	return messageLink(ipc.JoinMessages(ipc.Addr{Kind: kind}, files))
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
	var begun time.Time
	n := -20 // until the other process has started
	for ; n <= 0 || time.Since(begun) < benchTime; n++ {
		if n == 0 {
			begun = time.Now()
		}
		if err := errors.Join(there.put(buf), back.get(buf)); err != nil {
			return err
		}
	}
	x.Trip = 1e6 / perSecond(n, time.Since(begun))
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
	x.Rate = perSecond(n, time.Since(begun))
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
