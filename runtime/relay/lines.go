package relay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"weir/ipc"
	"weir/runtime/scarce"
)

// Joint is where a stream of lines meets a channel of messages. The relay owns
// what is in it, and closes it.
type Joint struct {
	Stream  *os.File     // the pipe to or from the stage
	Channel ipc.Messages // what the messages go through
	// Present is the relay's hold on the pipe by which the channel's readers
	// and writers know of each other: its write end for Send, its read end for
	// Receive. It may be nil.
	Present *os.File
	Ends    bool        // that the other side has left ends the relay
	Left    func() bool // as ipc.End has it; asked where Present says that the other side is not there
	Tag     byte        // that stands before each message, as a mailbox's have; 0 is none
	JSON    bool        // a line is sent as a JSON string; values that are no strings arrive as JSON
	Turns   *Turns
	Limited bool // a receive ends after a time, as a mailslot's with a read timeout

	Lines, Messages *Port // of the stream, and of the channel
}

// Turns counts the waits of a Joint, and tells at what it waits now. The zero value is
// ready for use.
type Turns struct {
	count atomic.Uint64
	at    atomic.Pointer[turn]
}

// turn is a wait: at the channel, or at the stream where ready is nil.
type turn struct{ ready func(ipc.Stat) bool }

var atStream, atMessages, atRoom = &turn{}, &turn{func(st ipc.Stat) bool { return st.Messages > 0 }},
	&turn{func(st ipc.Stat) bool { return st.Messages < st.Capacity }}

// wait notes that a wait begins, and work that it is over.
func (w *Turns) wait(at *turn) {
	w.count.Add(1)
	w.at.Store(at)
}

func (w *Turns) work() { w.at.Store(nil) }

// Count gives how many waits have begun.
func (w *Turns) Count() uint64 { return w.count.Load() }

// Waits gives the one descriptor at which the Joint waits, as Stage.Waits has it: stream or
// present. It is nil while what it waits for is there.
func (w *Turns) Waits(c ipc.Messages, stream, present int) []int {
	at := w.at.Load()
	switch {
	case at == nil:
		return nil
	case at.ready == nil:
		return []int{stream}
	}
	if st, err := c.Stat(); err != nil || at.ready(st) {
		return nil
	}
	return []int{present}
}

// patient reads and writes a stream, and notes its waits.
type patient struct {
	counted
	turns *Turns
}

func (p patient) Read(b []byte) (int, error) {
	p.turns.wait(atStream)
	defer p.turns.work()
	return p.counted.Read(b)
}

func (p patient) Write(b []byte) (int, error) {
	p.turns.wait(atStream)
	defer p.turns.work()
	n := 0
	for again := new(scarce.Patience); ; {
		k, err := p.counted.Write(b[n:])
		if n += k; err == nil || !again.Again(err) {
			return n, err
		}
	}
}

// patient gives the stream, and begins to count lines and messages.
func (j *Joint) patient() patient {
	j.Lines.countRecords()
	j.Messages.countRecords()
	return patient{counted{j.Stream, j.Lines}, j.Turns}
}

func (j *Joint) close() {
	for _, f := range []*os.File{j.Stream, j.Present} {
		if f != nil {
			f.Close()
		}
	}
	j.Channel.Close()
}

// until has stop called when ctx ends; the function that it returns waits until
// it is certain that stop is not running.
func until(ctx context.Context, stop func()) (done func()) {
	var running sync.WaitGroup
	running.Add(1)
	cancel := context.AfterFunc(ctx, func() {
		defer running.Done()
		stop()
	})
	return func() {
		if cancel() {
			running.Done()
		}
		running.Wait()
	}
}

// Send sends each line of the stream, without its newline, as a message. It ends
// with the stream, or when nobody is left to receive.
func Send(ctx context.Context, j Joint) (err error) {
	defer j.close()
	give := func() {
		j.Stream.SetDeadline(time.Now())
		j.Channel.SetWriteDeadline(time.Now())
	}
	defer until(ctx, give)()
	var readers *os.File
	if j.Ends {
		readers = j.Present
	}
	alone, err := watch(readers, j.Left, give)
	if err != nil {
		return err
	}
	defer alone.stop(&err)
	in := bufio.NewReaderSize(j.patient(), 64<<10)
	var long []byte
	for {
		part, err := in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			long = append(long, part...)
			if len(long) > j.Channel.MessageSize() {
				return tooLong(j.Channel, len(long))
			}
			continue
		}
		line := part
		if len(long) > 0 {
			line = append(long, part...)
			long = line[:0]
		}
		if len(line) > 0 {
			if sendErr := j.send(bytes.TrimSuffix(line, []byte{'\n'})); sendErr != nil {
				if alone.ended() || ctx.Err() != nil || errors.Is(sendErr, syscall.EPIPE) {
					return nil
				}
				return sendErr
			}
		}
		switch {
		case err == io.EOF || err != nil && (alone.ended() || ctx.Err() != nil):
			return nil
		case err != nil:
			return err
		}
	}
}

func (j *Joint) send(line []byte) error {
	if j.JSON {
		text, err := json.Marshal(string(line))
		if err != nil {
			return err
		}
		line = text
	}
	if j.Tag != 0 {
		line = append([]byte{j.Tag}, line...)
	}
	j.Turns.wait(atRoom)
	err := j.Channel.Send(line)
	j.Turns.work()
	if errors.Is(err, ipc.ErrMessageSize) {
		return tooLong(j.Channel, len(line))
	}
	if err == nil {
		j.Lines.addRecords(1)
		j.Messages.add(len(line))
		j.Messages.addRecords(1)
	}
	return err
}

func tooLong(c ipc.Messages, n int) error {
	return fmt.Errorf("a line of %d bytes is longer than a message of %s may be (%d bytes); "+
		"make the channel with a larger size", n, name(c), c.MessageSize())
}

func name(c ipc.Messages) string {
	a := c.Addr()
	if a.Name == "" {
		return "this " + string(a.Kind)
	}
	return string(a.Kind) + " " + a.Name
}

// Receive writes each message and a newline to the stream. It ends when the
// channel does, when a mailslot's read timeout is over, or when the stream has no
// reader left.
func Receive(ctx context.Context, j Joint) (err error) {
	defer j.close()
	give := func() { j.Channel.SetReadDeadline(time.Now()) }
	defer until(ctx, func() {
		j.Stream.SetDeadline(time.Now())
		give()
	})()
	alone, err := watch(j.Stream, nil, give)
	if err != nil {
		return err
	}
	defer alone.stop(&err)
	if j.Ends {
		j.Channel.SetEnd(&ipc.End{Pipe: j.Present, Left: j.Left})
		defer j.Channel.SetEnd(nil)
	}
	buf, out := make([]byte, j.Channel.MessageSize()+1), j.patient()
	for {
		if !j.Limited {
			j.Turns.wait(atMessages)
		}
		n, err := j.Channel.Receive(buf[:len(buf)-1])
		j.Turns.work()
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded) || alone.ended() || ctx.Err() != nil:
			return nil
		default:
			return err
		}
		j.Messages.add(n)
		j.Messages.addRecords(1)
		message := buf[:n]
		if j.Tag != 0 && n > 0 {
			message = message[1:]
		}
		if j.JSON {
			message = plain(message)
		}
		if _, err := out.Write(append(message, '\n')); err != nil {
			if errors.Is(err, syscall.EPIPE) || ctx.Err() != nil {
				return nil
			}
			return err
		}
		j.Lines.addRecords(1)
	}
}

// plain gives the text of a JSON string, and any other value as it is.
func plain(message []byte) []byte {
	var text string
	if json.Unmarshal(message, &text) != nil {
		return message
	}
	return []byte(text)
}
