package ipc

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// Mailbox is a ring whose messages carry their sender: indirect communication, in which the
// sender is known. A message in the ring is
//
//	u32  process number of the sender
//	u8   n, the length of its name
//	n    its name, and after it the message
type Mailbox struct {
	*Ring
	size int
}

// maxSender is the length of the longest name of a sender.
const maxSender = 64

const mailHeader = 5

func init() {
	implement(KindMailbox, operations{open: opener(OpenMailbox), join: joiner(MailboxFromFile), trial: Spec{Slots: 256},
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateMailbox(a.Name, s.Slots, s.Size, o))
		}})
}

// CreateMailbox makes a mailbox for slots messages of up to size bytes. Without
// a name it is private.
func CreateMailbox(name string, slots, size int, o NameOptions) (*Mailbox, error) {
	if size < 0 || size > ringLimit-mailHeader-maxSender {
		err := fmt.Errorf("size=%d: must be from 0 to %d", size, ringLimit-mailHeader-maxSender)
		return nil, &Error{"create", Addr{KindMailbox, name}, err}
	}
	return newMailbox(createRing(KindMailbox, name, slots, size+mailHeader+maxSender, o))
}

// OpenMailbox joins the mailbox that has the name.
func OpenMailbox(name string) (*Mailbox, error) {
	r, err := openNamed(KindMailbox, name)
	if err != nil {
		return nil, err
	}
	return newMailbox(AttachRing(r))
}

// MailboxFromFile takes over the descriptor of a mailbox's region.
func MailboxFromFile(f *os.File, name string) (*Mailbox, error) {
	r, err := mapRegion(Addr{KindMailbox, name}, f)
	if err != nil {
		return nil, err
	}
	return newMailbox(AttachRing(r))
}

func newMailbox(r *Ring, err error) (*Mailbox, error) {
	if err != nil {
		return nil, err
	}
	return &Mailbox{r, max(r.size-mailHeader-maxSender, 0)}, nil
}

// MessageSize is the length of the longest message.
func (m *Mailbox) MessageSize() int { return m.size }

// Stat counts what is in the mailbox.
func (m *Mailbox) Stat() (Stat, error) {
	s, err := m.Ring.Stat()
	s.Size, s.Next = m.size, -1
	return s, err
}

// Send sends without a name; the process number is known.
func (m *Mailbox) Send(msg []byte) error { return m.SendFrom("", msg) }

// SendBatch sends messages without a name, in this order. It gives how many were
// sent, also with an error.
func (m *Mailbox) SendBatch(msgs [][]byte) (int, error) {
	for _, msg := range msgs {
		if len(msg) > m.size {
			return 0, m.fault("send to", ErrMessageSize)
		}
	}
	return m.Ring.send(mailPrefix(""), msgs)
}

// SendFrom sends under a name of up to 64 bytes.
func (m *Mailbox) SendFrom(sender string, msg []byte) error {
	if len(sender) > maxSender {
		err := fmt.Errorf("the sender's name has %d bytes, and may have %d", len(sender), maxSender)
		return m.fault("send to", err)
	}
	if len(msg) > m.size {
		return m.fault("send to", ErrMessageSize)
	}
	_, err := m.Ring.send(mailPrefix(sender), [][]byte{msg})
	return err
}

// mailPrefix is what stands in the ring before a message.
func mailPrefix(sender string) []byte {
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, mailHeader+maxSender), self().pid)
	return append(append(b, byte(len(sender))), sender...)
}

// Receive takes the next message.
func (m *Mailbox) Receive(buf []byte) (int, error) {
	n, _, _, err := m.ReceiveFrom(buf)
	return n, err
}

// ReceiveFrom takes the next message, and gives the name and the process number of its
// sender.
func (m *Mailbox) ReceiveFrom(buf []byte) (n int, sender string, pid int, err error) {
	_, err = m.Ring.receive(func() (int, error) {
		return m.Ring.one(func(whole []byte) (err error) {
			n, sender, pid, err = openMail(whole, buf)
			return err
		})
	})
	if err != nil {
		return 0, "", 0, err
	}
	return n, sender, pid, nil
}

// ReceiveBatch is as Ring's. It does not give the senders.
func (m *Mailbox) ReceiveBatch(buf []byte, lengths []int) (int, error) {
	if len(lengths) == 0 {
		return 0, nil
	}
	return m.Ring.receive(func() (n int, err error) {
		for n < len(lengths) {
			got, err := m.Ring.one(func(whole []byte) (err error) {
				lengths[n], _, _, err = openMail(whole, buf)
				return err
			})
			if got == 0 && n > 0 {
				break
			} else if got == 0 || err != nil {
				return got, err
			}
			buf = buf[lengths[n]:]
			n++
		}
		return n, nil
	})
}

// openMail copies a message out of the ring. Another process may change it meanwhile, so each
// length is read once.
func openMail(whole, buf []byte) (n int, sender string, pid int, err error) {
	if len(whole) < mailHeader {
		return 0, "", 0, errRingCorrupt
	}
	name := int(whole[4])
	if name > maxSender || mailHeader+name > len(whole) {
		return 0, "", 0, errRingCorrupt
	}
	msg := whole[mailHeader+name:]
	if len(msg) > len(buf) {
		return 0, "", 0, io.ErrShortBuffer
	}
	return copy(buf, msg), string(whole[mailHeader : mailHeader+name]), int(binary.LittleEndian.Uint32(whole)), nil
}
