package ipc

import (
	"bytes"
	"errors"
	"sync/atomic"
)

// Peeker is a channel of messages that shows what it holds. Peek gives the next messages, at
// most so many, and leaves them there. It waits for nobody. errors.ErrUnsupported is a
// mechanism that shows a message only to who takes it.
type Peeker interface {
	Peek(most int) ([][]byte, error)
}

// span gives the indices of what the ring held at one moment.
func (r *Ring) span() (head, tail uint64, err error) {
	head = atomic.LoadUint64(r.head)
	for {
		tail = atomic.LoadUint64(r.tail)
		now := atomic.LoadUint64(r.head)
		if now == head {
			break
		}
		head = now
	}
	if tail-head > r.slots {
		return head, tail, errRingCorrupt
	}
	return head, tail, nil
}

// Peek copies messages out of their slots. It takes no lock: a message that is received
// meanwhile, whose slot may hold another by then, is left out.
func (r *Ring) Peek(most int) (list [][]byte, err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "look into", r.region.addr, &err)
	}
	if err := r.read.enter(); err != nil {
		return nil, r.fault("look into", err)
	}
	defer r.read.leave()
	head, tail, err := r.span()
	if err != nil {
		return nil, r.fault("look into", err)
	}
	for i := head; i < tail && len(list) < most; i++ {
		n := min(atomic.LoadUint32(r.length(i)), uint32(r.size))
		msg := bytes.Clone(r.slotOf(i)[8 : 8+n])
		if atomic.LoadUint64(r.head) <= i && (!r.rendezvous || atomic.LoadUint32(r.state(i)) != withdrawn) {
			list = append(list, msg)
		}
	}
	return list, nil
}

// Peek gives messages without their senders.
func (m *Mailbox) Peek(most int) ([][]byte, error) {
	list, err := m.Ring.Peek(most)
	for i, whole := range list {
		msg := make([]byte, m.size)
		n, _, _, err := openMail(whole, msg)
		if err != nil {
			return nil, m.fault("look into", err)
		}
		list[i] = msg[:n]
	}
	return list, err
}

// PeekMessages is the Peek of a channel, if it has one.
func PeekMessages(ch Messages, most int) ([][]byte, error) {
	if p, ok := ch.(Peeker); ok {
		return p.Peek(most)
	}
	return nil, &Error{"look into", ch.Addr(), errors.ErrUnsupported}
}
