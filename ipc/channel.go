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
	// Send blocks until the channel has taken msg. Its errors are
	// os.ErrDeadlineExceeded, ErrMessageSize, os.ErrClosed after Close, syscall.EPIPE
	// where nobody can ever receive it, and what the mechanism itself says.
	Send(msg []byte) error
	// SetWriteDeadline ends sends, those that wait now included; the zero time
	// is no deadline, and one that is over makes Send give up rather than wait.
	SetWriteDeadline(time.Time) error
	io.Closer
}

// Receiver is the read end of a message channel.
type Receiver interface {
	// Receive blocks until a message is there and gives its length. Its errors are
	// os.ErrDeadlineExceeded, io.EOF once all writers have left and nothing is left
	// to read, io.ErrShortBuffer where buf is smaller than the next message, which
	// stays, os.ErrClosed after Close, and what the mechanism itself says.
	Receive(buf []byte) (int, error)
	SetReadDeadline(time.Time) error
	io.Closer
}

// Messages is a message channel with both of its sides. Close ends what blocks
// in it, in this process only.
type Messages interface {
	Object
	Sender
	Receiver
	// MessageSize is the length in bytes of the longest message.
	MessageSize() int
	Stat() (Stat, error)
	// SetEnd hands over the read end of a pipe whose write ends the channel's
	// writers hold: once it has hung up, the last of them has left, and Receive
	// gives io.EOF where nothing is left to read. It stays the caller's; nil, as at
	// first, means that the channel never ends.
	SetEnd(*os.File)
}

// WaitForever is MAILSLOT_WAIT_FOREVER, the read timeout of a mailslot that has none.
const WaitForever time.Duration = -1

// Stat is what is known of a message channel at one moment.
type Stat struct {
	Messages int    // that wait to be received; -1 where the system does not tell
	Capacity int    // messages that it holds; 0 is a rendezvous, -1 where only bytes bound it
	Size     int    // bytes of the longest message
	Next     int    // bytes of the next message; -1 where there is none, or it cannot be known
	Skipped  uint64 // messages of writers that died half-way
}

// Faults of message channels and locks.
var (
	// ErrMessageSize is a message longer than the channel takes.
	ErrMessageSize = errors.New("the message is too long for the channel")
	// ErrAbandoned comes with a lock whose last holder died with it: the lock is
	// held, and what it protects may be half-way changed.
	ErrAbandoned = errors.New("abandoned")
	// ErrNotOurs is a name that somebody else's object has.
	ErrNotOurs = errors.New("it belongs to another user")
)

// Registrar is told of a name before it appears, so that whoever survives this
// process can remove it.
type Registrar interface {
	// Register says what is about to have the name, so that nothing else is ever
	// removed: path is in the file system, or the name of a message queue. Where id is
	// zero nobody knows yet; the name then is random and begins with ".weir-", or what
	// gets it is marked, Look.BeingMade. The call that tells the id of the same path
	// takes that one's place.
	Register(a Addr, path string, id FileID) error
	// Withdraw takes back what was registered: the name is gone, or will not appear.
	Withdraw(path string, id FileID)
}

// NameOptions say how a name is made.
type NameOptions struct {
	Registrar Registrar // may be nil
}
