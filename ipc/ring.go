package ipc

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// Ring is a bounded buffer of messages in a region, for any number of producers
// and consumers. One lock excludes producers from each other, and another one consumers.
// The two sides share only two indices. The region:
//
//	   0  u64  magic, "weirring"
//	   8  u32  version, 1
//	  12  u32  slots; 0 is a rendezvous, which has one slot
//	  16  u32  size of the longest message in bytes
//	  20  u32  bytes from one slot to the next: 8 + size, rounded up to 8
//	 128  u64  the producers' lock (lockWord)
//	 136  u64  index + 1 of the message that a producer writes now, or 0
//	 144  u64  messages that were skipped: their producers died half-way
//	 256  u64  tail: messages ever sent; stored by producers
//	 384  u64  the consumers' lock (lockWord)
//	 512  u64  head: messages ever received; stored by consumers
//	 640  2 × u32  where consumers wait (eventcount)
//	 768  2 × u32  where producers wait
//	1024       the slots: u32 length, u32 state, the message
//
// The state is 0. In a rendezvous it is 1 once the message is being taken, and 2 once its
// sender has given up.
//
// The words of each side have cache lines of their own, 128 bytes since processors fetch
// lines in pairs. Message i is in slot i mod slots. A producer that dies before it has
// stored the tail leaves nothing but its lock. A consumer that dies before it has stored the
// head leaves its message to the next. A process that is stopped with a lock is waited for
// as long as the deadline allows. It is an error if another process writes anything else
// here, or makes the file smaller.
type Ring struct {
	region     *Region
	slots      uint64
	size       int
	stride     int
	rendezvous bool
	shrinkable bool   // another process can make the region smaller
	own        uint64 // the word of a lock that this process holds

	sendLock, receiveLock *lockWord
	writing, skipped      *uint64
	tail, head            *uint64
	items, space          *eventcount

	end   atomic.Pointer[End]
	_     cacheLine
	read  ringSide
	_     cacheLine
	write ringSide
}

const (
	ringSlots   = 1024               // where the slots begin, after the header
	ringMagic   = 0x676e697272696577 // "weirring", little-endian
	ringVersion = 1
	ringLimit   = 1 << 30 // slots, and bytes of a message
)

var errRingCorrupt = errors.New("the ring's header is damaged: another process has written over it")

func init() {
	implement(KindRing, operations{open: opener(OpenRing), join: joiner(RingFromFile), trial: Spec{Slots: 256},
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateRing(a.Name, s.Slots, s.Size, o))
		}})
}

// RingBytes is how large a region must be to hold a ring.
func RingBytes(slots, size int) int { return ringSlots + max(slots, 1)*(8+(size+7)&^7) }

// CreateRing makes a ring for slots messages of up to size bytes. slots=0 is a rendezvous:
// Send returns when the message was taken. Without a name the ring is private.
func CreateRing(name string, slots, size int, o NameOptions) (*Ring, error) {
	return createRing(KindRing, name, slots, size, o)
}

func createRing(kind Kind, name string, slots, size int, o NameOptions) (*Ring, error) {
	if err := checkRingSize(slots, size); err != nil {
		return nil, &Error{"create", Addr{kind, name}, err}
	}
	r, err := createNamed(kind, name, RingBytes(slots, size), func(r *Region) error {
		writeRing(r.data, slots, size)
		return nil
	}, o)
	if err != nil {
		return nil, err
	}
	return AttachRing(r)
}

// NewRing lays a ring over a region, which it takes over. Nobody else may use the region
// yet.
func NewRing(r *Region, slots, size int) (*Ring, error) {
	err := checkRingSize(slots, size)
	if need := RingBytes(slots, size); err == nil && need > r.Size() {
		err = fmt.Errorf("slots=%d, size=%d take %d bytes; the region has %d", slots, size, need, r.Size())
	}
	if err != nil {
		r.Close()
		return nil, &Error{"create", Addr{KindRing, r.addr.Name}, err}
	}
	clear(r.data[:ringSlots])
	writeRing(r.data, slots, size)
	return AttachRing(r)
}

func checkRingSize(slots, size int) error {
	if slots < 0 || slots > ringLimit || size < 0 || size > ringLimit {
		return fmt.Errorf("slots=%d, size=%d: must be from 0 to %d", slots, size, ringLimit)
	}
	return nil
}

func writeRing(b []byte, slots, size int) {
	*word64(b, 0) = ringMagic
	*word32(b, 8), *word32(b, 12) = ringVersion, uint32(slots)
	*word32(b, 16), *word32(b, 20) = uint32(size), uint32(8+(size+7)&^7)
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

// AttachRing takes over a region that holds a ring. Its header is read and checked once;
// later changes there have no effect.
func AttachRing(region *Region) (ring *Ring, err error) {
	defer func() {
		if err != nil {
			region.Close()
		}
	}()
	shrinkable := canShrink(region)
	if shrinkable {
		defer recoverFault(catchFaults(), "open", region.Addr(), &err)
	}
	b := region.Bytes()
	slots, size, stride, err := checkRing(b)
	if err != nil {
		return nil, &Error{"open", region.Addr(), err}
	}
	r := &Ring{region: region, slots: max(slots, 1), size: size, stride: stride, rendezvous: slots == 0,
		own: ownWord(), shrinkable: shrinkable,
		sendLock: lockWordAt(b, 128), writing: word64(b, 136), skipped: word64(b, 144), tail: word64(b, 256),
		receiveLock: lockWordAt(b, 384), head: word64(b, 512),
		items: eventcountAt(b, 640), space: eventcountAt(b, 768)}
	r.write.known.Store(atomic.LoadUint64(r.head))
	r.read.known.Store(atomic.LoadUint64(r.tail))
	return r, nil
}

func checkRing(b []byte) (slots uint64, size, stride int, err error) {
	if len(b) < ringSlots || *word64(b, 0) != ringMagic {
		return 0, 0, 0, errors.New("the region holds no ring")
	}
	if v := *word32(b, 8); v != ringVersion {
		return 0, 0, 0, fmt.Errorf("the ring has version %d; this program knows %d", v, ringVersion)
	}
	slots, length, step := uint64(*word32(b, 12)), uint64(*word32(b, 16)), uint64(*word32(b, 20))
	if slots > ringLimit || length > ringLimit || step != 8+(length+7)&^7 ||
		ringSlots+max(slots, 1)*step > uint64(len(b)) {
		return 0, 0, 0, errRingCorrupt
	}
	return slots, int(length), int(step), nil
}

// length and state are the words of message i.
func (r *Ring) length(i uint64) *uint32 { return word32(r.slotOf(i), 0) }
func (r *Ring) state(i uint64) *uint32  { return word32(r.slotOf(i), 4) }

// Addr gives the ring's name.
func (r *Ring) Addr() Addr { return r.region.addr }

// MessageSize is the length of the longest message.
func (r *Ring) MessageSize() int { return r.size }

// Files gives the region's descriptor.
func (r *Ring) Files() []*os.File { return []*os.File{r.region.file} }

// Stat counts what is in the ring.
func (r *Ring) Stat() (st Stat, err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "stat", r.region.addr, &err)
	}
	if err := r.read.enter(); err != nil {
		return Stat{}, r.fault("stat", err)
	}
	defer r.read.leave()
	head, tail, err := r.span()
	if err != nil {
		return Stat{}, r.fault("stat", err)
	}
	s := Stat{Messages: int(tail - head), Capacity: int(r.slots), Size: r.size, Next: -1,
		Received: int64(head), Skipped: atomic.LoadUint64(r.skipped)}
	if r.rendezvous {
		s.Capacity = 0
	}
	if r.rendezvous && tail != head && atomic.LoadUint32(r.state(head)) == withdrawn {
		s.Messages = 0
	}
	if s.Messages > 0 {
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

// SetEnd is as in Messages. Waiters look at it every 20 ms, and after Nudge.
func (r *Ring) SetEnd(end *End) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "", r.region.addr, nil)
	}
	if r.end.Swap(end) != end && r.read.enter() == nil {
		defer r.read.leave()
		r.items.notifyAll()
	}
}

// Nudge makes the waiters in all processes look again. A writer that has left calls it.
func (r *Ring) Nudge() {
	if r.read.enter() == nil {
		defer r.read.leave()
		r.wakeAll()
	}
}

// wakeAll wakes the waiters of both sides, and those of their locks.
func (r *Ring) wakeAll() {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "", r.region.addr, nil)
	}
	r.items.notifyAll()
	r.space.notifyAll()
	r.sendLock.wake()
	r.receiveLock.wake()
}

// Close ends the calls of this handle that wait. A ring with a name stays.
func (r *Ring) Close() error {
	if r.read.closed.Swap(true) {
		return nil
	}
	r.write.closed.Store(true)
	for r.read.users.Load()+r.write.users.Load() > 0 {
		r.wakeAll()
		time.Sleep(50 * time.Microsecond) // the calls are ending
	}
	return r.region.Close()
}
