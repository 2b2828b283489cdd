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
//	 644  u32  whether consumers may sleep there: 0 none, 1 one, 2 more
//	 768  u32  changes when producers must look again, futex(2)
//	 772  u32  the same of producers
//	1024       the slots: u32 length, u32 state, the message
//
// The state is 0, and in a rendezvous 1 when the message is being taken, or 2 when
// its sender has waited long enough and it is nobody's.
//
// Each side's words have cache lines of their own, 128 bytes since processors
// fetch them in pairs. Message i is in slot i mod slots. A producer that dies
// before it has stored the tail leaves nothing behind but its lock; a consumer that
// dies before it has stored the head leaves the message it took to the next. One
// that is stopped in between, or says in the lock that it is, is waited for as long
// as the deadline allows. What else another process writes here is an error, and
// so is a file that it makes smaller.
type Ring struct {
	region     *Region
	slots      uint64
	size       int
	stride     int
	rendezvous bool   // a rendezvous
	own        uint64 // the word of a lock that this process holds

	shrinkable bool // another process can make the region smaller

	sendLock, receiveLock *lockWord
	writing, skipped      *uint64
	tail, head            *uint64
	items, space          *eventcount

	end   atomic.Pointer[os.File]
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

// CreateRing makes a ring for slots messages of up to size bytes; slots=0 is a
// rendezvous, where Send returns when the message was taken. Without a name it is
// private.
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

// NewRing lays a ring over a region, which it takes over, and which nobody else
// must use yet.
func NewRing(r *Region, slots, size int) (*Ring, error) {
	err := checkRingSize(slots, size)
	if err == nil && RingBytes(slots, size) > r.Size() {
		err = fmt.Errorf("slots=%d, size=%d take %d bytes; the region has %d", slots, size, RingBytes(slots, size), r.Size())
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
	*word32(b, 8), *word32(b, 12), *word32(b, 16), *word32(b, 20) = ringVersion, uint32(slots), uint32(size), uint32(8+(size+7)&^7)
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
func AttachRing(region *Region) (ring *Ring, err error) {
	defer func() {
		if err != nil {
			region.Close()
		}
	}()
	cuttable := canShrink(region)
	if cuttable {
		defer recoverFault(catchFaults(), "open", region.Addr(), &err)
	}
	b := region.Bytes()
	slots, size, stride, err := checkRing(b)
	if err != nil {
		return nil, &Error{"open", region.Addr(), err}
	}
	r := &Ring{region: region, slots: max(slots, 1), size: size, stride: stride, rendezvous: slots == 0, own: ownWord(), shrinkable: cuttable,
		sendLock: lockWordAt(b, 128), writing: word64(b, 136), skipped: word64(b, 144), tail: word64(b, 256),
		receiveLock: lockWordAt(b, 384), head: word64(b, 512), items: eventcountAt(b, 640), space: eventcountAt(b, 768)}
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
	if slots > ringLimit || length > ringLimit || step != 8+(length+7)&^7 || ringSlots+max(slots, 1)*step > uint64(len(b)) {
		return 0, 0, 0, errRingCorrupt
	}
	return slots, int(length), int(step), nil
}

// length gives the place of the length of message i, and state that of what a
// rendezvous knows of it.
func (r *Ring) length(i uint64) *uint32 {
	return word32(r.place(i), 0)
}

func (r *Ring) state(i uint64) *uint32 {
	return word32(r.place(i), 4)
}

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
	head, tail := atomic.LoadUint64(r.head), atomic.LoadUint64(r.tail)
	if tail-head > r.slots {
		return Stat{}, r.fault("stat", errRingCorrupt)
	}
	s := Stat{Messages: int(tail - head), Capacity: int(r.slots), Size: r.size, Next: -1, Skipped: atomic.LoadUint64(r.skipped)}
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

// SetEnd is as in Messages. Sleepers look at it every 20 ms, and when Nudge
// wakes them.
func (r *Ring) SetEnd(f *os.File) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "", r.region.addr, nil)
	}
	if r.end.Swap(f) != f && r.read.enter() == nil {
		r.items.notifyAll()
		r.read.leave()
	}
}

// Nudge has those that sleep, in all processes, look again: a writer calls it
// that has left.
func (r *Ring) Nudge() {
	if r.read.enter() == nil {
		r.call()
		r.read.leave()
	}
}

func (r *Ring) call() {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "", r.region.addr, nil)
	}
	r.items.notifyAll()
	r.space.notifyAll()
}

// Close ends what blocks in the ring here. The ring stays, by its name.
func (r *Ring) Close() error {
	if r.read.closed.Swap(true) {
		return nil
	}
	r.write.closed.Store(true)
	for r.read.users.Load()+r.write.users.Load() > 0 {
		r.call()
		r.sendLock.wake() // an address is enough for it
		r.receiveLock.wake()
		time.Sleep(50 * time.Microsecond) // they are on their way out
	}
	return r.region.Close()
}
