//go:build !linux || emulated

package ipc

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// Queue is a message queue as mq_overview(7) has it, in a region: messages of the highest
// priority come first, and the oldest of those. Only users of this package join it. The tag
// emulated has Linux try it. The region:
//
//	  0  u64  magic, "weirmque"
//	  8  u32  version, 1
//	 12  u32  slots
//	 16  u32  size of the longest message in bytes
//	128  u64  the lock (lockWord)
//	136  u64  messages ever sent
//	144  u32  messages that are there
//	256  2 × u32  where receivers wait (eventcount)
//	384  2 × u32  where senders wait
//	512       the slots: u64 number, u32 length, u32 priority, the message
//
// The number is that of the message, counted from 1. It is stored last by who sends, and is 0
// in a slot that is free. So whoever dies with the lock leaves a message whole or not at all,
// and the next to take the lock counts them again.
type Queue struct {
	*handle
	slots, size int
	lock        *lockWord
	sent        *uint64
	count       *uint32

	items, space *eventcount
	end          atomic.Pointer[End]
	read, write  ringSide
}

const (
	queueMagic    = 0x6575716d72696577 // "weirmque", little-endian
	queueVersion  = 1
	queueHead     = 512
	queueSlotHead = 16

	defaultSlots, defaultSize = 10, 8192 // as Linux has it
	maxSlots                  = 1 << 16  // they are looked through
	maxPriority               = 32767    // MQ_PRIO_MAX - 1 of Linux
)

var errQueueCorrupt = errors.New("the queue is damaged: another process has written over it")

func init() {
	implement(KindQueue, operations{open: opener(OpenQueue), join: joiner(QueueFromFile), trial: Spec{Slots: 8},
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateQueue(a.Name, s.Slots, s.Size, o))
		},
		limits: func() string { return fmt.Sprintf("max up to %d, size up to %d", maxSlots, ringLimit) }})
}

// CreateQueue makes a queue for max messages of up to size bytes. 0 is 10 messages, and 8192
// bytes. Without a name it is private.
func CreateQueue(name string, max, size int, o NameOptions) (*Queue, error) {
	a := Addr{KindQueue, name}
	if max < 0 || size < 0 {
		return nil, &Error{"create", a, fmt.Errorf("max=%d, size=%d: must be 1 or more", max, size)}
	}
	if max == 0 {
		max = defaultSlots
	}
	if size == 0 {
		size = defaultSize
	}
	if max > maxSlots || size > ringLimit {
		err := fmt.Errorf("max=%d, size=%d: may be up to %d and %d", max, size, maxSlots, ringLimit)
		return nil, &Error{"create", a, err}
	}
	return queueOf(createNamed(KindQueue, name, queueHead+max*queueStride(size), func(r *Region) error {
		b := r.data
		*word64(b, 0), *word32(b, 8), *word32(b, 12), *word32(b, 16) = queueMagic, queueVersion, uint32(max), uint32(size)
		return nil
	}, o))
}

// queueStride is how many bytes there are from one slot to the next.
func queueStride(size int) int { return queueSlotHead + (size+7)&^7 }

// OpenQueue joins the queue that has the name.
func OpenQueue(name string) (*Queue, error) { return queueOf(openNamed(KindQueue, name)) }

// QueueFromFile takes over the descriptor of a queue's region.
func QueueFromFile(f *os.File, name string) (*Queue, error) {
	return queueOf(mapRegion(Addr{KindQueue, name}, f))
}

// queueOf gives the queue in a region. Its header is read and checked once.
func queueOf(r *Region, err error) (*Queue, error) {
	if err != nil {
		return nil, err
	}
	q := &Queue{handle: &handle{kind: KindQueue, region: r, own: true, shrinkable: canShrink(r)}}
	if err := q.readHeader(); err != nil {
		r.Close()
		return nil, err
	}
	b := r.data
	q.lock, q.sent, q.count = lockWordAt(b, 128), word64(b, 136), word32(b, 144)
	q.items, q.space = eventcountAt(b, 256), eventcountAt(b, 384)
	return q, nil
}

func (q *Queue) readHeader() (err error) {
	use, err := q.enter("open")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	b := q.region.data
	if len(b) < queueHead || *word64(b, 0) != queueMagic {
		return q.fault("open", errors.New("the region holds no queue"))
	}
	if v := *word32(b, 8); v != queueVersion {
		return q.fault("open", fmt.Errorf("the queue has version %d; this program knows %d", v, queueVersion))
	}
	q.slots, q.size = int(*word32(b, 12)), int(*word32(b, 16))
	if q.slots < 1 || q.slots > maxSlots || q.size < 1 || q.size > ringLimit ||
		queueHead+q.slots*queueStride(q.size) > len(b) {
		return q.fault("open", errQueueCorrupt)
	}
	return nil
}

// MessageSize is the length of the longest message.
func (q *Queue) MessageSize() int { return q.size }

// SetEnd is as in Messages. Waiters look at it every 20 ms.
func (q *Queue) SetEnd(end *End) {
	q.end.Store(end)
	q.wakeAll()
}

// wakeAll makes all waiters look again.
func (q *Queue) wakeAll() {
	if use, err := q.enter(""); err == nil {
		defer use.leave(nil)
		q.items.notifyAll()
		q.space.notifyAll()
		q.lock.wake()
	}
}

// SetReadDeadline is as in Receiver.
func (q *Queue) SetReadDeadline(t time.Time) error { return q.setDeadline(&q.read, t, q.items) }

// SetWriteDeadline is as in Sender.
func (q *Queue) SetWriteDeadline(t time.Time) error { return q.setDeadline(&q.write, t, q.space) }

func (q *Queue) setDeadline(side *ringSide, t time.Time, b *eventcount) (err error) {
	use, err := q.enter("set the deadline of")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	return side.setDeadline(t, b, q.lock)
}

// Send sends with priority 0.
func (q *Queue) Send(msg []byte) error { return q.SendPriority(msg, 0) }

// SendPriority sends with a priority, from 0 to 32767.
func (q *Queue) SendPriority(msg []byte, priority uint) (err error) {
	use, err := q.enter("send to")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	switch {
	case len(msg) > q.size:
		return q.fault("send to", ErrMessageSize)
	case priority > maxPriority:
		return q.fault("send to", fmt.Errorf("the priority %d is out of range: 0 to %d", priority, maxPriority))
	}
	for {
		sent, err := q.put(msg, uint32(priority))
		if sent {
			return nil
		}
		if err == nil {
			err = q.write.await(q.space, func() bool { return q.now() < q.slots }, nil)
		}
		if err != nil {
			return q.fault("send to", err)
		}
	}
}

// now is how many messages are there.
func (q *Queue) now() int { return int(atomic.LoadUint32(q.count)) }

// slot gives a slot and its number.
func (q *Queue) slot(i int) (b []byte, number *uint64) {
	stride := queueStride(q.size)
	b = q.region.data[queueHead+i*stride:][:stride]
	return b, word64(b, 0)
}

// take takes the lock. If its last holder died, the messages are counted.
func (q *Queue) take(limit timeLeft) error {
	err := q.lock.lock(limit)
	if !errors.Is(err, ErrAbandoned) {
		return err
	}
	n := uint32(0)
	for i := range q.slots {
		if _, number := q.slot(i); atomic.LoadUint64(number) != 0 {
			n++
		}
	}
	atomic.StoreUint32(q.count, n)
	return nil
}

// put writes a message into a slot, if one is free.
func (q *Queue) put(msg []byte, priority uint32) (sent bool, err error) {
	if err := q.take(q.write.timeLeft); err != nil {
		return false, err
	}
	defer q.lock.unlock()
	if q.now() >= q.slots {
		return false, nil
	}
	for i := range q.slots {
		b, number := q.slot(i)
		if atomic.LoadUint64(number) != 0 {
			continue
		}
		*word32(b, 8), *word32(b, 12) = uint32(len(msg)), priority
		copy(b[queueSlotHead:], msg)
		*q.sent++
		atomic.StoreUint64(number, *q.sent)
		if now := atomic.AddUint32(q.count, 1); int(now) < q.slots {
			q.space.notify() // a sender that was woken, and leaves room, wakes the next
		}
		q.items.notify()
		return true, nil
	}
	return false, errQueueCorrupt
}

// Receive takes the next message.
func (q *Queue) Receive(buf []byte) (int, error) {
	n, _, err := q.ReceivePriority(buf)
	return n, err
}

// ReceivePriority takes the next message, and gives its priority. A buffer smaller than
// MessageSize is io.ErrShortBuffer, whatever the message, as with mq_receive(3).
func (q *Queue) ReceivePriority(buf []byte) (n int, priority uint, err error) {
	use, err := q.enter("receive from")
	if err != nil {
		return 0, 0, err
	}
	defer use.leave(&err)
	if len(buf) < q.size {
		return 0, 0, q.fault("receive from", io.ErrShortBuffer)
	}
	some := func() bool { return q.now() > 0 }
	for {
		n, priority, err := q.get(buf)
		if n >= 0 && err == nil {
			return n, priority, nil
		}
		if err == nil {
			err = q.read.await(q.items, some, func() error {
				// What was sent before the last writer left comes first.
				if q.end.Load().over() && !some() {
					return io.EOF
				}
				return nil
			})
		}
		if err == io.EOF {
			return 0, 0, err
		} else if err != nil {
			return 0, 0, q.fault("receive from", err)
		}
	}
}

// get copies the next message out, and frees its slot. Its length is -1 if there is none.
func (q *Queue) get(buf []byte) (length int, priority uint, err error) {
	if err := q.take(q.read.timeLeft); err != nil {
		return 0, 0, err
	}
	defer q.lock.unlock()
	if q.now() == 0 {
		return -1, 0, nil
	}
	best, oldest, highest := -1, uint64(0), uint32(0)
	for i := range q.slots {
		b, number := q.slot(i)
		at, p := atomic.LoadUint64(number), *word32(b, 12)
		if at != 0 && (best < 0 || p > highest || p == highest && at < oldest) {
			best, oldest, highest = i, at, p
		}
	}
	if best < 0 {
		return 0, 0, errQueueCorrupt
	}
	b, number := q.slot(best)
	n := int(atomic.LoadUint32(word32(b, 8)))
	if n > q.size {
		return 0, 0, errQueueCorrupt
	}
	copy(buf, b[queueSlotHead:][:n])
	atomic.StoreUint64(number, 0)
	if left := atomic.AddUint32(q.count, ^uint32(0)); left > 0 {
		q.items.notify() // a receiver that was woken, and leaves messages, wakes the next
	}
	q.space.notify()
	return n, uint(highest), nil
}

// Stat counts what is in the queue.
func (q *Queue) Stat() (st Stat, err error) {
	use, err := q.enter("stat")
	if err != nil {
		return Stat{}, err
	}
	defer use.leave(&err)
	return Stat{Messages: min(q.now(), q.slots), Capacity: q.slots, Size: q.size, Next: -1, Received: -1}, nil
}

// Close ends the calls of this handle that wait.
func (q *Queue) Close() error {
	if q.read.closed.Swap(true) {
		return nil
	}
	q.write.closed.Store(true)
	q.wakeAll()
	return q.handle.Close()
}

// Peek is refused, as where the system's own queues are used.
func (q *Queue) Peek(int) ([][]byte, error) {
	return nil, &Error{"look into", q.Addr(), fmt.Errorf("%w: a queue shows a message only to who takes it",
		errors.ErrUnsupported)}
}
