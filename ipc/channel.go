package ipc

import (
	"errors"
	"io"
	"os"
	"time"
)

// Sender is the write end of a message channel. A message arrives whole or not
// at all.
type Sender interface {
	// Send blocks until the channel has taken msg. Its errors are os.ErrDeadlineExceeded,
	// ErrMessageSize, os.ErrClosed after Close, syscall.EPIPE if nobody can ever receive
	// the message, and those of the mechanism.
	Send(msg []byte) error
	// SetWriteDeadline bounds sends, also those that wait now. The zero time is no
	// deadline; after one that has passed Send does not wait.
	SetWriteDeadline(time.Time) error
	io.Closer
}

// Receiver is the read end of a message channel.
type Receiver interface {
	// Receive blocks until there is a message, and gives its length. Its errors are
	// os.ErrDeadlineExceeded, os.ErrClosed after Close, and those of the mechanism. io.EOF
	// comes once all writers have left and all messages are received. io.ErrShortBuffer is
	// a message longer than buf, which stays.
	Receive(buf []byte) (int, error)
	SetReadDeadline(time.Time) error
	io.Closer
}

// Messages is a message channel with both of its sides. Close ends the calls of this handle
// that wait.
type Messages interface {
	Object
	Sender
	Receiver
	// MessageSize is the length in bytes of the longest message.
	MessageSize() int
	Stat() (Stat, error)
	// SetEnd sets what tells that the last writer has left. Receive gives io.EOF then, once all
	// messages are received. With nil, as at first, the channel never ends.
	SetEnd(*End)
}

// End tells a receiver that the last writer of a channel has left.
type End struct {
	Pipe *os.File // the read end of a pipe whose write ends the writers hold; it stays the caller's
	// Left is asked when the pipe has hung up, and again every 20 ms while it gives false: it reports
	// whether no writer will come back. Without it none does.
	Left func() bool
}

// over reports whether the last writer has left for good. It is false without an end.
func (e *End) over() bool { return e != nil && writersLeft(e.Pipe) && (e.Left == nil || e.Left()) }

// WaitForever is MAILSLOT_WAIT_FOREVER, the read timeout of a mailslot that has none.
const WaitForever time.Duration = -1

// Stat is the state of a message channel at one moment.
type Stat struct {
	Messages int    // messages that wait to be received; -1 is not known
	Capacity int    // messages that it holds; 0 is a rendezvous, -1 if only bytes bound it
	Size     int    // bytes of the longest message
	Next     int    // bytes of the next message; -1 if there is none, or its length is not known
	Received int64  // messages that were taken so far, or taken back at a rendezvous; -1 if nobody counts them
	Skipped  uint64 // messages of writers that died half-way
}

// Faults of message channels and locks.
var (
	// ErrMessageSize is a message longer than the channel takes.
	ErrMessageSize = errors.New("the message is too long for the channel")
	// ErrAbandoned is a lock whose last holder died with it. The lock is taken, and what it
	// protects may be half-way changed.
	ErrAbandoned = errors.New("abandoned")
	// ErrNotOurs is a name that another user's object has.
	ErrNotOurs = errors.New("it belongs to another user")
)

// Registrar records names before they appear, so that a process that outlives this one can
// remove them.
type Registrar interface {
	// Register records a name that is about to appear. path is as PathOf gives it, and id
	// the inode, so that nothing else is ever removed. If the inode is not known yet id is
	// zero: the name then is random and begins with ".weir-", or the inode will be marked,
	// Look.BeingMade. A second call with the inode replaces the first.
	Register(a Addr, path string, id FileID) error
	// Withdraw strikes a name out that is gone, or will not appear.
	Withdraw(path string, id FileID)
}

// NameOptions say how a name is made.
type NameOptions struct {
	Registrar Registrar // may be nil
}
