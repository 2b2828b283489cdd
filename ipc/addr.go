package ipc

import (
	"fmt"
	"strings"
)

// Kind names a mechanism of interprocess communication.
type Kind string

// The kinds of channel and of lock. A kind's name is also the scheme of its
// address.
const (
	KindPipe     Kind = "pipe"     // pipe(2): a byte stream inside the kernel
	KindFIFO     Kind = "fifo"     // mkfifo(3): a pipe with a name in the file system
	KindFile     Kind = "file"     // open(2): a regular file or a device
	KindMemory   Kind = "memory"   // memfd_create(2): an anonymous file that holds bytes
	KindStandard Kind = "standard" // a descriptor that weir itself was started with

	KindRegion     Kind = "shm"        // shm_open(3): memory that several processes map
	KindRing       Kind = "ring"       // a bounded buffer of messages in a region
	KindQueue      Kind = "queue"      // mq_open(3): a POSIX message queue
	KindMailslot   Kind = "mailslot"   // CreateMailslot: one server reads, many clients write
	KindMailbox    Kind = "mailbox"    // messages with their sender, in a ring
	KindUnix       Kind = "unix"       // unix(7), SOCK_STREAM
	KindUnixgram   Kind = "unixgram"   // unix(7), SOCK_DGRAM
	KindUnixpacket Kind = "unixpacket" // unix(7), SOCK_SEQPACKET
	KindTCP        Kind = "tcp"        // tcp(7)
	KindUDP        Kind = "udp"        // udp(7)

	KindSemaphore Kind = "semaphore" // sem_open(3)
	KindMutex     Kind = "mutex"     // futex(2)
	KindCondition Kind = "condition" // futex(2)
	KindBarrier   Kind = "barrier"   // futex(2)
	KindEvent     Kind = "event"     // futex(2), with CreateEvent's semantics
)

var kinds = []Kind{KindPipe, KindFIFO, KindFile, KindMemory, KindStandard,
	KindRegion, KindRing, KindQueue, KindMailslot, KindMailbox,
	KindUnix, KindUnixgram, KindUnixpacket, KindTCP, KindUDP,
	KindSemaphore, KindMutex, KindCondition, KindBarrier, KindEvent}

// Addr is the name of one channel: its mechanism and its name there. A channel
// without a name is private to its run.
type Addr struct {
	Kind Kind
	Name string
}

// String writes the address as "kind:name".
func (a Addr) String() string { return string(a.Kind) + ":" + a.Name }

// ParseAddr reads what String writes. An unknown kind is an error.
func ParseAddr(s string) (Addr, error) {
	kind, name, found := strings.Cut(s, ":")
	if !found {
		return Addr{}, fmt.Errorf("address %q: must be KIND:NAME", s)
	}
	for _, k := range kinds {
		if string(k) == kind {
			return Addr{k, name}, nil
		}
	}
	return Addr{}, fmt.Errorf("address %q: unknown kind %q", s, kind)
}

// Mode says which way bytes go through an end, and how a file is opened for it.
type Mode uint8

// The modes of an end.
const (
	Read   Mode = iota // the stage reads
	Write              // the stage writes; a file is created or truncated
	Append             // the stage writes; a file is created, each write goes to its end
	Both               // the stage reads and writes: a region, a queue, a socket
)

// String names the mode as fopen(3) does.
func (m Mode) String() string {
	switch m {
	case Read:
		return "r"
	case Write:
		return "w"
	case Append:
		return "a"
	case Both:
		return "r+"
	}
	return fmt.Sprintf("mode(%d)", uint8(m))
}

// Writes tells whether bytes go from the stage into the channel.
func (m Mode) Writes() bool { return m != Read }

// Error is the one error type of this package: the operation, the channel it
// was for, and the cause.
type Error struct {
	Op   string
	Addr Addr
	Err  error
}

func (e *Error) Error() string {
	if e.Addr.Name == "" {
		return fmt.Sprintf("%s %s: %v", e.Op, e.Addr.Kind, e.Err)
	}
	return fmt.Sprintf("%s %s %s: %v", e.Op, e.Addr.Kind, e.Addr.Name, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
