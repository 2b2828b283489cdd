//go:build !emulated

package ipc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Queue is a POSIX message queue, mq_overview(7). Any program joins it by its name with
// mq_open(3). Messages of the highest priority come first, and the oldest of those.
type Queue struct {
	addr        Addr
	file        *os.File
	fd          int
	size        int
	read, write waiter
}

func init() {
	implement(KindQueue, operations{open: opener(OpenQueue), join: joiner(QueueFromFile), trial: Spec{Slots: 8},
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateQueue(a.Name, s.Slots, s.Size, o))
		},
		path: func(name string) (string, error) { return name, nil },
		look: lookAtQueue, unlink: mqUnlink, shown: folder{path: queueFolder}, limits: queueLimits})
}

// CreateQueue makes a queue for max messages of up to size bytes, 0600. 0 is the system's
// default. Without a name it is private: it has a random name for a moment.
func CreateQueue(name string, max, size int, o NameOptions) (*Queue, error) {
	a := Addr{KindQueue, name}
	if max < 0 || size < 0 {
		return nil, &Error{"create", a, fmt.Errorf("max=%d, size=%d: must be 1 or more", max, size)}
	}
	attr := mqAttr{maxMsg: orDefault(max, "msg_default", 10), msgSize: orDefault(size, "msgsize_default", 8192)}
	private := name == ""
	if private {
		name = "/weir-" + rand.Text()
	}
	name, err := objectName(name)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	if !private {
		a.Name = name
	}
	n := ownName{path: name, registrar: o.Registrar}
	if err := n.register(Addr{KindQueue, name}); err != nil {
		return nil, &Error{"register", a, err}
	}
	f, err := mqOpen(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, beingMade|0o600, &attr)
	if err != nil {
		n.withdraw()
		return nil, &Error{"create", a, queueLimit(err, max, size)}
	}
	if private {
		err = mqUnlink(name)
		n.withdraw()
	} else {
		err = nameQueue(&n, a, f)
	}
	if err != nil {
		f.Close()
		mqUnlink(name)
		n.withdraw()
		return nil, &Error{"create", a, err}
	}
	return newQueue(a, f)
}

// nameQueue registers the inode of a queue, and takes its mark off. mq_open(3) took the
// umask off the mode.
func nameQueue(n *ownName, a Addr, f *os.File) error {
	l, err := lookAtFile(int(f.Fd()))
	if err != nil {
		return err
	}
	n.id = l.FileID
	if err := n.register(a); err != nil {
		return err
	}
	return f.Chmod(0o600)
}

// OpenQueue joins the queue that has the name. Another user's is ErrNotOurs.
func OpenQueue(name string) (*Queue, error) {
	name, err := objectName(name)
	a := Addr{KindQueue, name}
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	f, err := mqOpen(name, unix.O_RDWR, 0, nil)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	l, err := lookAtFile(int(f.Fd()))
	if err == nil && int(l.UID) != os.Geteuid() {
		err = ErrNotOurs
	}
	if err != nil {
		f.Close()
		return nil, &Error{"open", a, err}
	}
	return newQueue(a, f)
}

func lookAtQueue(name string) (Look, error) {
	q, err := OpenQueue(name)
	if err != nil {
		return Look{}, err
	}
	defer q.Close()
	return lookAtFile(q.fd)
}

// QueueFromFile takes over the descriptor of a queue, open for both.
func QueueFromFile(f *os.File, name string) (*Queue, error) {
	return newQueue(Addr{KindQueue, name}, f)
}

func newQueue(a Addr, f *os.File) (*Queue, error) {
	attr, err := mqGetAttr(int(f.Fd()))
	if err != nil {
		f.Close()
		return nil, &Error{"open", a, err}
	}
	return &Queue{addr: a, file: f, fd: int(f.Fd()), size: attr.msgSize}, nil
}

// orDefault gives n, or the system's default if n is 0.
func orDefault(n int, file string, otherwise int) int {
	if n != 0 {
		return n
	}
	if limit, ok := queueSetting(file); ok {
		return limit
	}
	return otherwise
}

func queueSetting(file string) (int, bool) {
	n, err := strconv.Atoi(setting("fs/mqueue/" + file))
	return n, err == nil
}

// queueLimit names the limit that mq_open(3) met, and what raises it.
func queueLimit(err error, max, size int) error {
	for _, l := range []struct {
		what  string
		asked int
		file  string
	}{{"max", max, "msg_max"}, {"size", size, "msgsize_max"}} {
		if limit, ok := queueSetting(l.file); ok && errors.Is(err, unix.EINVAL) && l.asked > limit {
			text := "%s=%d is above this system's limit of %d; raise fs.mqueue.%s"
			return &limitError{fmt.Sprintf(text, l.what, l.asked, limit, l.file), err}
		}
	}
	switch {
	case errors.Is(err, unix.EMFILE):
		return &limitError{"this user's queues may hold no more bytes; raise the limit with `ulimit -q`", err}
	case errors.Is(err, unix.ENOSPC):
		n, _ := queueSetting("queues_max")
		return &limitError{fmt.Sprintf("the system has its %d queues already; raise fs.mqueue.queues_max", n), err}
	}
	return err
}

// limitError is a limit that was met. Its text says more than its cause.
type limitError struct {
	text  string
	cause error
}

func (e *limitError) Error() string { return e.text }
func (e *limitError) Unwrap() error { return e.cause }

// past is a time that has passed: a call with it does not wait.
var past = unix.Timespec{}

// Addr gives the queue's name.
func (q *Queue) Addr() Addr { return q.addr }

// MessageSize is mq_msgsize.
func (q *Queue) MessageSize() int { return q.size }

// Files gives the queue's descriptor, which mq_send(3) takes as it is.
func (q *Queue) Files() []*os.File { return []*os.File{q.file} }

// SetEnd is as in Messages.
func (q *Queue) SetEnd(end *End) { q.read.end.Store(end); q.read.wakeAll() }

// SetReadDeadline is as in Receiver.
func (q *Queue) SetReadDeadline(t time.Time) error { return q.read.setDeadline(t) }

// SetWriteDeadline is as in Sender.
func (q *Queue) SetWriteDeadline(t time.Time) error { return q.write.setDeadline(t) }

// Send sends with priority 0, mq_send(3).
func (q *Queue) Send(msg []byte) error { return q.SendPriority(msg, 0) }

// SendPriority sends with a priority, from 0 to 32767 on Linux.
func (q *Queue) SendPriority(msg []byte, priority uint) error {
	if len(msg) > q.size {
		return &Error{"send to", q.addr, ErrMessageSize}
	}
	if err := q.write.begin(); err != nil {
		return &Error{"send to", q.addr, err}
	}
	defer q.write.calls.RUnlock()
	for {
		if q.write.closed.Load() {
			return &Error{"send to", q.addr, os.ErrClosed}
		}
		switch errno := mqSend(q.fd, msg, priority, &past); errno {
		case 0:
			return nil
		case unix.ETIMEDOUT:
			if err := q.write.wait(q.fd, unix.POLLOUT); err != nil {
				return &Error{"send to", q.addr, err}
			}
		case unix.EINTR:
		case unix.EINVAL:
			return &Error{"send to", q.addr, fmt.Errorf("priority %d is above the limit of 32767: %w", priority, errno)}
		default:
			return &Error{"send to", q.addr, errno}
		}
	}
}

// Receive takes the next message, mq_receive(3).
func (q *Queue) Receive(buf []byte) (int, error) {
	n, _, err := q.ReceivePriority(buf)
	return n, err
}

// ReceivePriority takes the next message, and gives its priority. A buffer smaller than
// MessageSize is io.ErrShortBuffer, whatever the message, as with mq_receive(3).
func (q *Queue) ReceivePriority(buf []byte) (n int, priority uint, err error) {
	if len(buf) < q.size {
		return 0, 0, &Error{"receive from", q.addr, io.ErrShortBuffer}
	}
	if err := q.read.begin(); err != nil {
		return 0, 0, &Error{"receive from", q.addr, err}
	}
	defer q.read.calls.RUnlock()
	var ended error
	for {
		if q.read.closed.Load() {
			return 0, 0, &Error{"receive from", q.addr, os.ErrClosed}
		}
		var prio uint32
		n, errno := mqReceive(q.fd, buf, &prio, &past)
		switch errno {
		case 0:
			return n, uint(prio), nil
		case unix.ETIMEDOUT:
			if ended == nil {
				ended = q.read.wait(q.fd, unix.POLLIN)
			}
			if ended == io.EOF {
				// What was sent before the last writer left comes first.
				if n, errno = mqReceive(q.fd, buf, &prio, &past); errno == 0 {
					return n, uint(prio), nil
				}
			}
			if ended != nil {
				return 0, 0, &Error{"receive from", q.addr, ended}
			}
		case unix.EINTR:
		default:
			return 0, 0, &Error{"receive from", q.addr, errno}
		}
	}
}

func (q *Queue) readFD() int { return q.fd }

// Stat is mq_getattr(3).
func (q *Queue) Stat() (Stat, error) {
	attr, err := mqGetAttr(q.fd)
	if err != nil {
		return Stat{}, &Error{"stat", q.addr, err}
	}
	return Stat{Messages: attr.curMsgs, Capacity: attr.maxMsg, Size: attr.msgSize, Next: -1, Received: -1}, nil
}

// Close ends the calls of this handle that wait. A queue with a name stays.
func (q *Queue) Close() error {
	if q.read.closed.Load() {
		return nil
	}
	q.read.close()
	q.write.close()
	return q.file.Close()
}

// Peek is refused.
func (q *Queue) Peek(int) ([][]byte, error) {
	return nil, &Error{"look into", q.addr, fmt.Errorf("%w: mq_receive(3) shows a message only to who takes it",
		errors.ErrUnsupported)}
}
