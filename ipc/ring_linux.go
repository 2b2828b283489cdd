package ipc

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Ring is a bounded buffer of messages in a region, for any number of producers
// and consumers. A lock keeps producers apart and another one consumers; between
// the two sides there are two indices only. The region:
//
//	   0  u64  magic, "weirring"
//	   8  u32  version, 1
//	  12  u32  slots; 0 is a rendezvous, which has one slot
//	  16  u32  size of the longest message in bytes
//	  20  u32  bytes from one slot to the next: 8 + size, rounded up to 8
//	 128  u64  the producers' lock (lockWord)
//	 136  u64  what a producer writes now: its index + 1, or 0
//	 144  u64  messages that were begun by producers that died, and skipped
//	 256  u64  tail: messages ever sent; stored by producers
//	 384  u64  the consumers' lock (lockWord)
//	 512  u64  head: messages ever received; stored by consumers
//	 640  u32  changes when consumers must look again, futex(2)
//	 644  u32  1 where a consumer may sleep there
//	 768  u32  changes when producers must look again, futex(2)
//	 772  u32  1 where a producer may sleep there
//	1024       the slots: u32 length, u32 zero, the message
//
// Each side's words have cache lines of their own, 128 bytes since processors
// fetch them in pairs. Message i is in slot i mod slots. A producer that dies
// before it has stored the tail leaves nothing behind but its lock.
type Ring struct {
	region *Region
	slots  uint64
	size   int
	stride int
	meet   bool // a rendezvous

	sendLock, receiveLock *lockWord
	writing, skipped      *uint64
	tail, head            *uint64
	items, space          *bell

	// What this handle knows of the other side's index, under the side's lock.
	knownHead, knownTail atomic.Uint64

	read, write ringSide
	end         atomic.Pointer[os.File]
}

// ringSide is what calls away those that wait on one side.
type ringSide struct {
	deadline atomic.Int64 // nanoseconds since 1970; 0 is none
	closed   atomic.Bool
	users    atomic.Int32 // calls that use the region now
}

const (
	ringMagic   = 0x676e697272696577 // "weirring", little-endian
	ringVersion = 1
	ringSlots   = 1024
	ringLimit   = 1 << 30 // slots, and bytes of a message

	// endPoll bounds how long it is not noticed that the writers have left.
	endPoll = 20 * time.Millisecond
)

var errRingCorrupt = errors.New("the ring's header is damaged: another process has written over it")

// CreateRing makes a ring for slots messages of up to size bytes; slots=0 is a
// rendezvous, where Send returns when the message was taken. Without a name it is
// private.
func CreateRing(name string, slots, size int, o NameOptions) (*Ring, error) {
	return createRing(KindRing, name, slots, size, o)
}

func createRing(kind Kind, name string, slots, size int, o NameOptions) (*Ring, error) {
	if slots < 0 || slots > ringLimit || size < 0 || size > ringLimit {
		return nil, &Error{"create", Addr{kind, name}, fmt.Errorf("slots=%d, size=%d: must be from 0 to %d", slots, size, ringLimit)}
	}
	stride := 8 + (size+7)&^7
	r, err := createNamed(kind, name, ringSlots+max(slots, 1)*stride, func(r *Region) error {
		b := r.data
		*word64(b, 0) = ringMagic
		*word32(b, 8), *word32(b, 12), *word32(b, 16), *word32(b, 20) = ringVersion, uint32(slots), uint32(size), uint32(stride)
		return nil
	}, o)
	if err != nil {
		return nil, err
	}
	return AttachRing(r)
}

// OpenRing joins the ring that has the name.
func OpenRing(name string) (*Ring, error) {
	r, err := openNamed(KindRing, name)
	if err != nil {
		return nil, err
	}
	return AttachRing(r)
}

// RingFromFile takes over the descriptor of a ring's region.
func RingFromFile(f *os.File, name string) (*Ring, error) {
	r, err := mapRegion(Addr{KindRing, name}, f)
	if err != nil {
		return nil, err
	}
	return AttachRing(r)
}

// AttachRing takes over a region that holds a ring. What its header says is
// checked against the region, once: later changes there are not looked at.
func AttachRing(region *Region) (*Ring, error) {
	b := region.Bytes()
	slots, size, stride, err := checkRing(b)
	if err != nil {
		region.Close()
		return nil, &Error{"open", region.Addr(), err}
	}
	r := &Ring{region: region, slots: max(slots, 1), size: size, stride: stride, meet: slots == 0,
		sendLock: lockWordAt(b, 128), writing: word64(b, 136), skipped: word64(b, 144), tail: word64(b, 256),
		receiveLock: lockWordAt(b, 384), head: word64(b, 512), items: bellAt(b, 640), space: bellAt(b, 768)}
	r.knownHead.Store(atomic.LoadUint64(r.head))
	r.knownTail.Store(atomic.LoadUint64(r.tail))
	return r, nil
}

func checkRing(b []byte) (slots uint64, size, stride int, err error) {
	if len(b) < ringSlots || *word64(b, 0) != ringMagic {
		return 0, 0, 0, errors.New("the region holds no ring")
	}
	if v := *word32(b, 8); v != ringVersion {
		return 0, 0, 0, fmt.Errorf("the ring has version %d; this program knows %d", v, ringVersion)
	}
	slots, size, stride = uint64(*word32(b, 12)), int(*word32(b, 16)), int(*word32(b, 20))
	if slots > ringLimit || size > ringLimit || stride != 8+(size+7)&^7 || ringSlots+max(slots, 1)*uint64(stride) > uint64(len(b)) {
		return 0, 0, 0, errRingCorrupt
	}
	return slots, size, stride, nil
}

func word64(b []byte, offset int) *uint64 {
	_ = b[offset+7]
	return (*uint64)(unsafe.Pointer(&b[offset]))
}

func word32(b []byte, offset int) *uint32 {
	_ = b[offset+3]
	return (*uint32)(unsafe.Pointer(&b[offset]))
}

// length gives the place of the length of message i.
func (r *Ring) length(i uint64) *uint32 {
	return word32(r.region.data, ringSlots+int(i%r.slots)*r.stride)
}

// Addr gives the ring's name.
func (r *Ring) Addr() Addr { return r.region.addr }

// MessageSize is the length of the longest message.
func (r *Ring) MessageSize() int { return r.size }

// Files gives the region's descriptor.
func (r *Ring) Files() []*os.File { return []*os.File{r.region.file} }

// Stat counts what is in the ring.
func (r *Ring) Stat() (Stat, error) {
	head, tail := atomic.LoadUint64(r.head), atomic.LoadUint64(r.tail)
	if tail-head > r.slots {
		return Stat{}, r.fault("stat", errRingCorrupt)
	}
	s := Stat{Messages: int(tail - head), Capacity: int(r.slots), Size: r.size, Next: -1, Skipped: atomic.LoadUint64(r.skipped)}
	if r.meet {
		s.Capacity = 0
	}
	if tail != head {
		s.Next = int(min(atomic.LoadUint32(r.length(head)), uint32(r.size)))
	}
	return s, nil
}

func (r *Ring) fault(op string, err error) error {
	if errors.Is(err, io.EOF) || err == nil {
		return err
	}
	return &Error{op, r.region.addr, err}
}

// SetEnd is as in Messages. Sleepers look at it every 20 ms, and when Nudge
// wakes them.
func (r *Ring) SetEnd(f *os.File) {
	if r.end.Swap(f) != f {
		r.items.ring()
	}
}

// Nudge has those that sleep, in all processes, look again: a writer calls it
// that has left.
func (r *Ring) Nudge() {
	r.items.ring()
	r.space.ring()
}

// SetReadDeadline is as in Receiver.
func (r *Ring) SetReadDeadline(t time.Time) error {
	return r.read.setDeadline(t, r.items, r.receiveLock)
}

// SetWriteDeadline is as in Sender.
func (r *Ring) SetWriteDeadline(t time.Time) error {
	return r.write.setDeadline(t, r.space, r.sendLock)
}

func (s *ringSide) setDeadline(t time.Time, b *bell, l *lockWord) error {
	if s.closed.Load() {
		return os.ErrClosed
	}
	var ns int64
	if !t.IsZero() {
		ns = max(t.UnixNano(), 1)
	}
	// Who waits sleeps no longer than the old deadline allows.
	if old := s.deadline.Swap(ns); old == 0 && ns != 0 || ns != 0 && ns < old {
		b.ring()
		l.wake()
	}
	return nil
}

// patience tells how long a side may still wait.
func (s *ringSide) patience() (time.Duration, error) {
	if s.closed.Load() {
		return 0, os.ErrClosed
	}
	d := s.deadline.Load()
	if d == 0 {
		return forever, nil
	}
	left := time.Duration(d - time.Now().UnixNano())
	if left <= 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return left, nil
}

// Close ends what blocks in the ring here. The ring stays, by its name.
func (r *Ring) Close() error {
	if r.read.closed.Swap(true) {
		return nil
	}
	r.write.closed.Store(true)
	for r.read.users.Load()+r.write.users.Load() > 0 {
		r.Nudge()
		r.sendLock.wake()
		r.receiveLock.wake()
		time.Sleep(50 * time.Microsecond) // they are on their way out
	}
	return r.region.Close()
}

// ended tells whether the last writer has left.
func (r *Ring) ended() bool {
	f := r.end.Load()
	if f == nil {
		return false
	}
	fds := [1]unix.PollFd{{Fd: int32(f.Fd())}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
}
