//go:build linux || windows

package ipc

import "time"

// Addr gives the mailslot's name.
func (m *Mailslot) Addr() Addr { return m.addr }

// MessageSize is the length of the longest message.
func (m *Mailslot) MessageSize() int { return m.size }

// SetEnd is as in Messages.
func (m *Mailslot) SetEnd(end *End) { m.read.end.Store(end); m.read.wakeAll() }

// SetReadDeadline is as in Receiver.
func (m *Mailslot) SetReadDeadline(t time.Time) error { return m.read.setDeadline(t) }

// SetWriteDeadline is as in Sender.
func (m *Mailslot) SetWriteDeadline(t time.Time) error { return m.write.setDeadline(t) }

// SetTimeout is SetMailslotInfo: it sets how long a read without a deadline waits.
func (m *Mailslot) SetTimeout(d time.Duration) { m.timeout.Store(int64(d)) }

// Stat gives what Info gives.
func (m *Mailslot) Stat() (Stat, error) {
	if m.server == nil {
		return Stat{Messages: -1, Capacity: -1, Size: m.size, Next: -1, Received: -1}, nil
	}
	i, err := m.Info()
	return Stat{Messages: i.Count, Capacity: -1, Size: i.MaxMessage, Next: i.Next, Received: -1}, err
}
