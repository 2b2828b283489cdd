package ipc

import "sync/atomic"

// trySend sends one message if the lock is free and there is known to be room. It reports
// whether it did.
func (r *Ring) trySend(msg []byte) (sent bool) {
	s := &r.write
	s.users.Add(1)
	defer s.leave()
	if !s.closed.Load() && atomic.CompareAndSwapUint64(&r.sendLock.v, 0, r.own) {
		if tail := atomic.LoadUint64(r.tail); tail-s.known.Load() < r.slots {
			*r.writing = tail + 1
			slot := r.slotOf(tail)
			*word32(slot, 0), *word32(slot, 4) = uint32(len(msg)), offered
			copy(slot[8:], msg)
			atomic.StoreUint64(r.tail, tail+1)
			*r.writing = 0
			sent = true
		}
		r.sendLock.unlock()
		if sent {
			r.items.notify()
		}
	}
	return sent
}

// tryReceive takes one message if the lock is free, a message is there and it fits.
func (r *Ring) tryReceive(buf []byte) (n int, received bool) {
	s := &r.read
	s.users.Add(1)
	defer s.leave()
	if !s.closed.Load() && atomic.CompareAndSwapUint64(&r.receiveLock.v, 0, r.own) {
		head := atomic.LoadUint64(r.head)
		if available, _ := r.available(head); available > 0 {
			slot := r.slotOf(head)
			length := atomic.LoadUint32(word32(slot, 0))
			if length <= uint32(r.size) && int(length) <= len(buf) {
				n, received = copy(buf, slot[8:8+length]), true
				atomic.StoreUint64(r.head, head+1)
			}
		}
		r.receiveLock.unlock()
		if received {
			r.space.notify()
		}
	}
	return n, received
}

// slotOf is the slot of message i.
func (r *Ring) slotOf(i uint64) []byte {
	at := ringSlots + r.index(i)*r.stride
	return r.region.data[at : at+r.stride : at+r.stride]
}

// index is i mod slots.
func (r *Ring) index(i uint64) int {
	if r.slots&(r.slots-1) == 0 {
		return int(i & (r.slots - 1))
	}
	return int(i % r.slots)
}
