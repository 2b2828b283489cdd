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

// SendBatch puts messages into the ring in this order. Those that find room at once are not
// interleaved with others. It gives how many were sent, also with an error.
func (r *Ring) SendBatch(msgs [][]byte) (sent int, err error) {
	for _, m := range msgs {
		if len(m) > r.size {
			return 0, r.fault("send to", ErrMessageSize)
		}
	}
	return r.send(nil, msgs)
}

// send puts messages into the ring, each with prefix before it. None is too
// long.
func (r *Ring) send(prefix []byte, msgs [][]byte) (sent int, err error) {
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
		n, err := r.put(prefix, msgs[sent:])
		if r.rendezvous && n > 0 {
			if err = r.awaitReceiver(); err != nil { // under the lock: one message at a time
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

// lockSend takes the producers' lock. If the last producer died with it, before it stored
// the tail, its message is skipped.
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

// publishEvery is how many messages are written before the tail is stored. Its cache line
// then goes from core to core once for that many.
const publishEvery = 32

// put writes as many messages as there is room for. The caller has the lock.
func (r *Ring) put(prefix []byte, msgs [][]byte) (sent int, err error) {
	tail := atomic.LoadUint64(r.tail)
	for sent < len(msgs) {
		room, err := r.room(tail)
		if room == 0 || err != nil {
			return sent, err
		}
		at := r.index(tail)
		n := min(len(msgs)-sent, room, publishEvery, int(r.slots)-at)
		*r.writing = tail + 1
		r.fill(at, prefix, msgs[sent:sent+n])
		tail += uint64(n)
		atomic.StoreUint64(r.tail, tail)
		*r.writing = 0
		if sent += n; !r.rendezvous {
			r.items.notify()
		}
	}
	// A producer that was woken by a consumer, and leaves room, wakes the next.
	if tail-r.write.known.Load() < r.slots {
		r.space.notify()
	}
	return sent, nil
}

// room is how many messages can be written at least. It reads the other side's index only
// if that would be none.
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
func (r *Ring) fill(at int, prefix []byte, msgs [][]byte) {
	stride := r.stride
	b := r.region.data[ringSlots+at*stride:]
	for _, msg := range msgs {
		slot := b[:stride]
		*word32(slot, 0), *word32(slot, 4) = uint32(len(prefix)+len(msg)), offered
		if slot = slot[8:]; len(prefix) > 0 {
			slot = slot[copy(slot, prefix):]
		}
		copy(slot, msg)
		b = b[stride:]
	}
}

// awaitSpace waits until there is room, or may be.
func (r *Ring) awaitSpace() error {
	room := func() bool { return atomic.LoadUint64(r.tail)-atomic.LoadUint64(r.head) != r.slots }
	return r.write.await(r.space, room, nil)
}

// The states of a message in a rendezvous. In other rings it is always offered.
const (
	offered = iota
	taken
	withdrawn // by its sender: the next consumer skips it
)

// receiverWakes is how long a sender that must not wait gives a receiver that was asleep.
const receiverWakes = 2 * time.Millisecond

// awaitReceiver waits until the message that was just put is taken. If that does not happen
// in time, it withdraws the message. A sender whose deadline has passed meets only a
// receiver that waits already.
func (r *Ring) awaitReceiver() error {
	end := atomic.LoadUint64(r.tail)
	received := func() bool { return atomic.LoadUint64(r.head) >= end }
	woken := r.items.notify()
	err := r.write.await(r.space, received, nil)
	if woken > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		for until := time.Now().Add(receiverWakes); err != nil && time.Now().Before(until); {
			count := r.space.prepare()
			if received() {
				err = nil
			} else {
				r.space.wait(count, time.Until(until))
			}
		}
	}
	if err != nil && !atomic.CompareAndSwapUint32(r.state(end-1), offered, withdrawn) {
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

// ReceiveBatch waits for one message. It takes as many as are there, fit into buf one after
// the other, and have a place in lengths. It gives how many it took, and their lengths.
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
	return r.read.await(r.items, some, func() error {
		// What was sent before the last writer left comes first.
		if r.end.Load().over() && !some() {
			return io.EOF
		}
		return nil
	})
}

// get copies messages out. The caller has the lock. If it dies before it has stored the head,
// the next consumer receives its messages again.
func (r *Ring) get(buf []byte, lengths []int) (got int, err error) {
	head := atomic.LoadUint64(r.head)
	quarter := max(int(r.slots/4), 1)
	for got < len(lengths) {
		available, err := r.available(head)
		if available == 0 || err != nil {
			return got, err
		}
		at := r.index(head)
		n := min(len(lengths)-got, available, quarter, int(r.slots)-at)
		n, err = r.drain(at, buf, lengths[got:got+n])
		for _, length := range lengths[got : got+n] {
			buf = buf[length:]
		}
		if n > 0 {
			head += uint64(n)
			r.release(head)
		}
		if got += n; err != nil && got > 0 {
			break // the next call finds the error again
		} else if err != nil {
			return 0, err
		}
	}
	// A consumer that was woken by a producer, and leaves messages, wakes the next.
	if r.read.known.Load() != head {
		r.items.notify()
	}
	return got, nil
}

// one has read copy the next message out. If its error is io.ErrShortBuffer the message
// stays.
func (r *Ring) one(read func(msg []byte) error) (int, error) {
	head := atomic.LoadUint64(r.head)
	if n, err := r.available(head); n == 0 || err != nil {
		return 0, err
	}
	length := atomic.LoadUint32(r.length(head))
	if length > uint32(r.size) {
		return 0, errRingCorrupt
	}
	err := read(r.slotOf(head)[8 : 8+length])
	if err == io.ErrShortBuffer {
		return 0, err
	}
	n := 1
	if state := r.state(head); r.rendezvous &&
		!atomic.CompareAndSwapUint32(state, offered, taken) && atomic.LoadUint32(state) == withdrawn {
		n, err = 0, nil
	}
	r.release(head + 1)
	if r.read.known.Load() != head+1 {
		r.items.notify()
	}
	return n, err
}

// available is how many messages wait at least. It reads the other side's index only if that
// would be none.
func (r *Ring) available(head uint64) (int, error) {
	n := r.read.known.Load() - head
	if n-1 >= r.slots { // none, or known is behind head
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
		slot := b[:stride]
		n := atomic.LoadUint32(word32(slot, 0))
		if n > size {
			return i, errRingCorrupt
		}
		if int(n) > len(buf) {
			return i, io.ErrShortBuffer
		}
		copy(buf, slot[8:8+n])
		buf = buf[n:]
		lengths[i] = int(n)
		b = b[stride:]
	}
	return len(lengths), nil
}

// release gives the slots before head back to the producers.
func (r *Ring) release(head uint64) {
	atomic.StoreUint64(r.head, head)
	r.space.notify()
}
