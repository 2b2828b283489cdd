package sample

import (
	"errors"
	"strings"

	"weir/ipc"
)

// peekLimit is how many bytes a view's peek shows, and peekMessages how many messages.
const (
	peekLimit    = 512
	peekMessages = 16
)

// Peek gives the first bytes or messages that a channel holds, and leaves them there.
func (s *Sampler) Peek(channel string) *Peek { return s.PeekAt(channel, 0) }

// PeekAt is Peek of at most so many bytes or messages; 0 is as many as a view shows.
func (s *Sampler) PeekAt(channel string, most int) *Peek {
	k := &Peek{Channel: channel, Absent: "there is no such channel"}
	for _, c := range s.channels {
		switch {
		case c.Name != channel:
		case c.Peek != nil:
			k.peekMessages(c, most)
		case !c.streams():
			k.Absent = "what a " + string(c.Kind) + " holds cannot be seen without taking it"
		default:
			if most == 0 {
				most = peekLimit
			}
			k.Bytes, k.Absent = c.peek(most)
		}
	}
	return k
}

// WhyNoPeek says why a channel shows none of its messages.
func WhyNoPeek(err error) string {
	var e *ipc.Error
	if errors.As(err, &e) {
		err = e.Err
	}
	return strings.TrimPrefix(err.Error(), errors.ErrUnsupported.Error()+": ")
}

func (k *Peek) peekMessages(c *channel, most int) {
	limit := most
	if most == 0 {
		limit = peekMessages
	}
	var err error
	if k.Messages, err = c.Peek(limit); err != nil {
		k.Absent = WhyNoPeek(err)
		return
	}
	k.Absent = ""
	for _, msg := range k.Messages {
		k.Bytes = append(k.Bytes, msg...)
	}
	if most == 0 {
		k.Bytes = k.Bytes[:min(len(k.Bytes), peekLimit)]
	}
}
