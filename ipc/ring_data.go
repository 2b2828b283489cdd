package ipc

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// Send puts a message into the ring.
func (r *Ring) Send(msg []byte) (err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "send to", r.region.addr, &err, r.sendLock)
	}
	if len(msg) <= r.size && !r.rendezvous && r.trySend(msg) {
		return nil
	}
	one := [1][]byte{msg}
	_, err = r.SendBatch(one[:])
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

// send puts messages into the ring, each with front before it. None is too
// long.
func (r *Ring) send(front []byte, msgs [][]byte) (sent int, err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "send to", r.region.addr, &err, r.sendLock)
	}
	if err := r.write.enter(); err != nil {
		return 0, r.fault("send to", err)
	}
	defer r.write.leave()
	for sent < len(msgs) {
		if err := r.lockSend(); err != nil {
			return sent, r.fault("send to", err)
		}
		n, err := r.put(front, msgs[sent:])
		if r.rendezvous && n > 0 {
			if err = r.awaitReceiver(); err != nil { // under the lock: one at a time meets its receiver
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
	err := r.sendLock.lock(r.write.timeLeft)
	if err == nil || !errors.Is(err, ErrAbandoned) {
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
func (r *Ring) put(front []byte, msgs [][]byte) (sent int, err error) {
	tail := atomic.LoadUint64(r.tail)
	for sent < len(msgs) {
		room, err := r.room(tail)
		if room == 0 || err != nil {
			return sent, err
		}
		at := r.slot(tail)
		n := min(len(msgs)-sent, room, publishEvery, int(r.slots)-at)
		*r.writing = tail + 1
		r.fill(at, front, msgs[sent:sent+n])
		tail += uint64(n)
		atomic.StoreUint64(r.tail, tail)
		*r.writing = 0
		if sent += n; !r.rendezvous {
			r.items.notify()
		}
	}
	// Who was woken by a consumer, and leaves room, wakes the next.
	if tail-r.write.known.Load() < r.slots {
		r.space.notify()
	}
	return sent, nil
}

// room is how many messages can be written, as far as is known here; it looks
// again only where that is none.
func (r *Ring) room(tail uint64) (int, error) {
	used := tail - r.write.known.Load()
	if used >= r.slots {
		head := atomic.LoadUint64(r.head)
		r.write.known.Store(head)
		if used = tail - head; used > r.slots {
			return 0, errRingCorrupt
		}
	}
	return int(r.slots - used), nil
}

// fill writes messages into the slots from at on.
func (r *Ring) fill(at int, front []byte, msgs [][]byte) {
	stride := r.stride
	b := r.region.data[ringSlots+at*stride:]
	for _, msg := range msgs {
		place := b[:stride]
		*word32(place, 0), *word32(place, 4) = uint32(len(front)+len(msg)), offered
		if place = place[8:]; len(front) > 0 {
			place = place[copy(place, front):]
		}
		copy(place, msg)
		b = b[stride:]
	}
}

// awaitSpace waits until there is room, or may be.
func (r *Ring) awaitSpace() error {
	return r.await(&r.write, r.space, func() bool { return atomic.LoadUint64(r.tail)-atomic.LoadUint64(r.head) != r.slots }, nil)
}

// What a message in a rendezvous is; in other rings it is only offered.
const (
	offered = iota
	taken
	withdrawn // by its sender: the next consumer goes over it
)

// receiverWakes is how long a receiver that was asleep is waited for by a sender that
// would not wait.
const receiverWakes = 2 * time.Millisecond

// awaitReceiver waits until the message that was just put is taken; where that does
// not happen it is withdrawn. A sender whose deadline has passed meets nobody but
// a receiver that waits already.
func (r *Ring) awaitReceiver() error {
	mine := atomic.LoadUint64(r.tail)
	met := func() bool { return atomic.LoadUint64(r.head) >= mine }
	woken := r.items.notify()
	err := r.await(&r.write, r.space, met, nil)
	if woken > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		for until := time.Now().Add(receiverWakes); err != nil && time.Now().Before(until); {
			count := r.space.prepare()
			if met() {
				err = nil
			} else {
				r.space.wait(count, time.Until(until))
			}
		}
	}
	if err != nil && !atomic.CompareAndSwapUint32(r.state(mine-1), offered, withdrawn) {
		return nil // it is being taken
	}
	return err
}

// Receive takes the next message.
func (r *Ring) Receive(buf []byte) (n int, err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "receive from", r.region.addr, &err, r.receiveLock)
	}
	if !r.rendezvous {
		if n, ok := r.tryReceive(buf); ok {
			return n, nil
		}
	}
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
	return r.receive(func() (int, error) {
		if !r.rendezvous {
			return r.get(buf, lengths)
		}
		return r.one(func(msg []byte) error {
			if len(msg) > len(buf) {
				return io.ErrShortBuffer
			}
			lengths[0] = copy(buf, msg)
			return nil
		})
	})
}

// receive waits until get, under the consumers' lock, finds messages.
func (r *Ring) receive(get func() (int, error)) (n int, err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "receive from", r.region.addr, &err, r.receiveLock)
	}
	if err := r.read.enter(); err != nil {
		return 0, r.fault("receive from", err)
	}
	defer r.read.leave()
	for {
		if err := r.receiveLock.lock(r.read.timeLeft); err != nil && !errors.Is(err, ErrAbandoned) {
			return 0, r.fault("receive from", err)
		}
		n, err := get()
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
		if writersLeft(r.end.Load()) && !some() {
			return io.EOF
		}
		return nil
	})
}

// get copies messages out. The caller has the lock. A consumer that dies before
// it has stored the head leaves its messages to the next: they are received, at
// most, twice.
func (r *Ring) get(buf []byte, lengths []int) (got int, err error) {
	head := atomic.LoadUint64(r.head)
	quarter := max(int(r.slots/4), 1)
	for got < len(lengths) {
		there, err := r.available(head)
		if there == 0 || err != nil {
			return got, err
		}
		at := r.slot(head)
		n, err := r.drain(at, buf, lengths[got:got+min(len(lengths)-got, there, quarter, int(r.slots)-at)])
		for _, length := range lengths[got : got+n] {
			buf = buf[length:]
		}
		if n > 0 {
			head += uint64(n)
			r.release(head)
		}
		if got += n; err != nil && got > 0 {
			break // the next call meets it
		} else if err != nil {
			return 0, err
		}
	}
	// Who was woken by a producer, and leaves messages, wakes the next.
	if r.read.known.Load() != head {
		r.items.notify()
	}
	return got, nil
}

// one has the next message copied by take, which leaves it with
// io.ErrShortBuffer.
func (r *Ring) one(take func(msg []byte) error) (int, error) {
	head := atomic.LoadUint64(r.head)
	if there, err := r.available(head); there == 0 || err != nil {
		return 0, err
	}
	length := atomic.LoadUint32(r.length(head))
	if length > uint32(r.size) {
		return 0, errRingCorrupt
	}
	err := take(r.place(head)[8 : 8+length])
	if err == io.ErrShortBuffer {
		return 0, err
	}
	n := 1
	if r.rendezvous && !atomic.CompareAndSwapUint32(r.state(head), offered, taken) && atomic.LoadUint32(r.state(head)) == withdrawn {
		n, err = 0, nil
	}
	r.release(head + 1)
	if r.read.known.Load() != head+1 {
		r.items.notify()
	}
	return n, err
}

// available is how many messages wait, as far as is known here; it looks again only
// where that is none.
func (r *Ring) available(head uint64) (int, error) {
	n := r.read.known.Load() - head
	if n-1 >= r.slots { // none, or what is known is behind
		tail := atomic.LoadUint64(r.tail)
		r.read.known.Store(tail)
		if n = tail - head; n > r.slots {
			return 0, errRingCorrupt
		}
	}
	return int(n), nil
}

// drain copies the messages in the slots from at on.
func (r *Ring) drain(at int, buf []byte, lengths []int) (int, error) {
	stride, size := r.stride, uint32(r.size)
	b := r.region.data[ringSlots+at*stride:]
	for i := range lengths {
		place := b[:stride]
		n := atomic.LoadUint32(word32(place, 0))
		if n > size {
			return i, errRingCorrupt
		}
		if int(n) > len(buf) {
			return i, io.ErrShortBuffer
		}
		copy(buf, place[8:8+n])
		buf = buf[n:]
		lengths[i] = int(n)
		b = b[stride:]
	}
	return len(lengths), nil
}

// release gives the slots before head back.
func (r *Ring) release(head uint64) {
	atomic.StoreUint64(r.head, head)
	r.space.notify()
}
