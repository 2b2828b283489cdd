package ipc

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// Mailbox is a ring whose messages tell who sent them: indirect communication
// with the sender known. A message in the ring is
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

const mailFront = 5

// CreateMailbox makes a mailbox for slots messages of up to size bytes. Without
// a name it is private.
func CreateMailbox(name string, slots, size int, o NameOptions) (*Mailbox, error) {
	if size < 0 || size > ringLimit-mailFront-maxSender {
		return nil, &Error{"create", Addr{KindMailbox, name}, fmt.Errorf("size=%d: must be from 0 to %d", size, ringLimit-mailFront-maxSender)}
	}
	return newMailbox(createRing(KindMailbox, name, slots, size+mailFront+maxSender, o))
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
	return &Mailbox{r, max(r.size-mailFront-maxSender, 0)}, nil
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

// SendBatch sends messages without a name, in this order.
func (m *Mailbox) SendBatch(msgs [][]byte) (int, error) {
	for i, msg := range msgs {
		if err := m.SendFrom("", msg); err != nil {
			return i, err
		}
	}
	return len(msgs), nil
}

// SendFrom sends under a name of up to 64 bytes.
func (m *Mailbox) SendFrom(sender string, msg []byte) error {
	if len(msg) > m.size || len(sender) > maxSender {
		return m.fault("send to", ErrMessageSize)
	}
	front := binary.LittleEndian.AppendUint32(make([]byte, 0, mailFront+maxSender), uint32(os.Getpid()))
	front = append(append(front, byte(len(sender))), sender...)
	one := [1][]byte{msg}
	_, err := m.Ring.send(front, one[:])
	return err
}

// Receive takes the next message.
func (m *Mailbox) Receive(buf []byte) (int, error) {
	n, _, _, err := m.ReceiveFrom(buf)
	return n, err
}

// ReceiveFrom takes the next message and tells who sent it: the name it gave,
// and its process number.
func (m *Mailbox) ReceiveFrom(buf []byte) (n int, sender string, pid int, err error) {
	whole := make([]byte, m.Ring.size)
	if len(buf) < m.size {
		return 0, "", 0, m.fault("receive from", io.ErrShortBuffer)
	}
	got, err := m.Ring.Receive(whole)
	if err != nil {
		return 0, "", 0, err
	}
	whole = whole[:got]
	if got < mailFront || got < mailFront+int(whole[4]) {
		return 0, "", 0, m.fault("receive from", errRingCorrupt)
	}
	name := whole[mailFront : mailFront+int(whole[4])]
	n = copy(buf, whole[mailFront+len(name):])
	return n, string(name), int(binary.LittleEndian.Uint32(whole)), nil
}
