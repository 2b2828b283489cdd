package ipc

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// ringSpin is how often a side looks for what it waits for before it sleeps.
var ringSpin = spins(200)

// enter keeps the region mapped until leave.
func (s *ringSide) enter() error {
	s.users.Add(1)
	if s.closed.Load() {
		s.users.Add(-1)
		return os.ErrClosed
	}
	return nil
}

func (s *ringSide) leave() { s.users.Add(-1) }

// Send puts a message into the ring.
func (r *Ring) Send(msg []byte) error {
	one := [1][]byte{msg}
	_, err := r.SendBatch(one[:])
	return err
}

// SendBatch puts messages into the ring in this order, others' not between
// those that find room at once. It says how many were sent, also with an error.
func (r *Ring) SendBatch(msgs [][]byte) (sent int, err error) {
	for _, m := range msgs {
		if len(m) > r.size {
			return 0, r.fault("send to", ErrMessageSize)
		}
	}
	return r.send(nil, msgs)
}

// send puts messages into the ring, each with head before it.
func (r *Ring) send(front []byte, msgs [][]byte) (sent int, err error) {
	if err := r.write.enter(); err != nil {
		return 0, r.fault("send to", err)
	}
	defer r.write.leave()
	for sent < len(msgs) {
		if err := r.lockSend(); err != nil {
			return sent, r.fault("send to", err)
		}
		n, err := r.put(front, msgs[sent:])
		if r.meet && n > 0 {
			err = r.meeting() // under the lock: one at a time meets its receiver
			if err != nil {
				n = 0
			}
		}
		r.sendLock.unlock()
		sent += n
		if err == nil && n == 0 {
			err = r.awaitSpace()
		}
		if err != nil {
			return sent, r.fault("send to", err)
		}
	}
	return sent, nil
}

// lockSend takes the producers' lock. A producer that died with it had not
// stored the tail: what it began is skipped.
func (r *Ring) lockSend() error {
	err := r.sendLock.lock(r.write.patience)
	if !errors.Is(err, ErrAbandoned) {
		return err
	}
	if atomic.SwapUint64(r.writing, 0) > atomic.LoadUint64(r.tail) {
		atomic.AddUint64(r.skipped, 1)
	}
	return nil
}

// publishEvery is how many messages are written before the other side is told of
// them: a cache line goes from core to core once for that many.
const publishEvery = 32

// put writes as many messages as there is room for. The caller has the lock.
func (r *Ring) put(front []byte, msgs [][]byte) (int, error) {
	first := atomic.LoadUint64(r.tail)
	tail := first
	knownHead := r.knownHead.Load()
	*r.writing = tail + 1
	at := int(tail%r.slots) * r.stride
	b := r.region.data[ringSlots:]
	for _, msg := range msgs {
		if tail-knownHead >= r.slots {
			knownHead = atomic.LoadUint64(r.head)
			r.knownHead.Store(knownHead)
			if used := tail - knownHead; used > r.slots {
				return 0, errRingCorrupt
			} else if used == r.slots {
				break
			}
		}
		place := b[at : at+r.stride : at+r.stride]
		*word32(place, 0) = uint32(len(front) + len(msg))
		n := 8 + copy(place[8:], front)
		copy(place[n:], msg)
		if at += r.stride; at == int(r.slots)*r.stride {
			at = 0
		}
		if tail++; (tail-first)%publishEvery == 0 {
			r.publish(tail)
			*r.writing = tail + 1
		}
	}
	if (tail-first)%publishEvery != 0 {
		r.publish(tail)
	}
	*r.writing = 0
	return int(tail - first), nil
}

func (r *Ring) publish(tail uint64) {
	atomic.StoreUint64(r.tail, tail)
	r.items.tell(1)
}

// awaitSpace waits until there is room, or may be.
func (r *Ring) awaitSpace() error {
	full := func() bool { return atomic.LoadUint64(r.tail)-atomic.LoadUint64(r.head) >= r.slots }
	return r.await(&r.write, r.space, func() bool { return !full() }, nil)
}

// meeting waits until the message that was just put was taken; where that does
// not happen it is taken back.
func (r *Ring) meeting() error {
	mine := atomic.LoadUint64(r.tail)
	taken := func() bool { return atomic.LoadUint64(r.head) >= mine }
	err := r.await(&r.write, r.space, taken, nil)
	if err == nil {
		return nil
	}
	if locked := r.receiveLock.lock(func() (time.Duration, error) { return forever, nil }); locked != nil && !errors.Is(locked, ErrAbandoned) {
		return locked
	}
	defer r.receiveLock.unlock()
	if taken() {
		return nil
	}
	atomic.StoreUint64(r.tail, mine-1)
	return err
}

// await waits until ready gives true. ended, if any, gives the error that ends
// the wait.
func (r *Ring) await(side *ringSide, b *bell, ready func() bool, ended func() error) error {
	for range ringSpin {
		if ready() {
			return nil
		}
	}
	for !ready() {
		if ended != nil {
			if err := ended(); err != nil {
				return err
			}
		}
		left, err := side.patience()
		if err != nil {
			return err
		}
		b.sleep(min(left, endPoll), ready)
	}
	return nil
}

// Receive takes the next message.
func (r *Ring) Receive(buf []byte) (int, error) {
	var length [1]int
	if _, err := r.ReceiveBatch(buf, length[:]); err != nil {
		return 0, err
	}
	return length[0], nil
}

// ReceiveBatch waits for one message and takes as many as are there, as fit into
// buf one after the other, and as lengths has room for: it gives their lengths
// and says how many these are.
func (r *Ring) ReceiveBatch(buf []byte, lengths []int) (n int, err error) {
	if len(lengths) == 0 {
		return 0, nil
	}
	if err := r.read.enter(); err != nil {
		return 0, r.fault("receive from", err)
	}
	defer r.read.leave()
	for {
		if err := r.receiveLock.lock(r.read.patience); err != nil && !errors.Is(err, ErrAbandoned) {
			return 0, r.fault("receive from", err)
		}
		n, err := r.get(buf, lengths)
		r.receiveLock.unlock()
		if n > 0 || err != nil {
			return n, r.fault("receive from", err)
		}
		if err := r.awaitItems(); err != nil {
			return 0, r.fault("receive from", err)
		}
	}
}

// awaitItems waits for a message, or for the end.
func (r *Ring) awaitItems() error {
	some := func() bool { return atomic.LoadUint64(r.tail) != atomic.LoadUint64(r.head) }
	return r.await(&r.read, r.items, some, func() error {
		// What was sent before the last writer left comes first.
		if r.ended() && !some() {
			return io.EOF
		}
		return nil
	})
}

// get copies messages out. The caller has the lock. A consumer that dies before
// it has stored the head leaves its messages to the next.
func (r *Ring) get(buf []byte, lengths []int) (int, error) {
	first := atomic.LoadUint64(r.head)
	head := first
	at := int(head%r.slots) * r.stride
	b := r.region.data[ringSlots:]
	knownTail, release := r.knownTail.Load(), max(r.slots/4, 1)
	for int(head-first) < len(lengths) {
		if knownTail-head-1 >= r.slots { // none, or one that is behind
			knownTail = atomic.LoadUint64(r.tail)
			r.knownTail.Store(knownTail)
			if there := knownTail - head; there > r.slots {
				return 0, errRingCorrupt
			} else if there == 0 {
				break
			}
		}
		place := b[at : at+r.stride : at+r.stride]
		length := int(atomic.LoadUint32(word32(place, 0)))
		if length > r.size {
			return 0, errRingCorrupt
		}
		if length > len(buf) {
			if head == first {
				return 0, io.ErrShortBuffer
			}
			break
		}
		copy(buf, place[8:8+length])
		buf = buf[length:]
		lengths[head-first] = length
		if at += r.stride; at == int(r.slots)*r.stride {
			at = 0
		}
		if head++; (head-first)%release == 0 {
			r.release(head)
		}
	}
	if (head-first)%release != 0 {
		r.release(head)
	}
	return int(head - first), nil
}

func (r *Ring) release(head uint64) {
	atomic.StoreUint64(r.head, head)
	r.space.tell(1)
}
