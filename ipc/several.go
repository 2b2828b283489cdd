package ipc

import (
	"os"
	"sync/atomic"
	"time"
)

// place is where a waiter sleeps: at a descriptor until it can be read, or at a word in memory until it
// changes.
type place struct {
	fd     int // -1 is none
	word   *uint32
	value  uint32
	poll   time.Duration // it is looked at again after that time; 0 is never
	disarm func()        // takes the announcement back, and wakes somebody else where that is due
}

// Several waits until one of several channels of messages, locks and files may be ready, to receive from
// it, to take it, or to read it: select(2). It takes nothing: the caller arms it, tries each, and where none is
// ready it waits, disarms it and begins anew.
type Several struct {
	word   uint32 // changes with each Wake, futex(2)
	armed  uint32 // what it was when the objects were armed
	places []place
	alarm  alarm
}

// NewSeveral makes one, which Close ends.
func NewSeveral() (*Several, error) {
	a, err := newAlarm()
	return &Several{alarm: a}, err
}

// Close gives back what it has of the system's.
func (s *Several) Close() { s.alarm.close() }

// Arm announces a waiter at all of them. Disarm follows.
func (s *Several) Arm(objects []Object, files []*os.File) error {
	s.armed = atomic.LoadUint32(&s.word)
	for _, o := range objects {
		p, err := arm(o)
		if err != nil {
			return err
		}
		s.places = append(s.places, p)
	}
	for _, f := range files {
		p := place{fd: -1}
		c, err := f.SyscallConn()
		if err == nil {
			err = c.Control(func(fd uintptr) { p.fd = int(fd) })
		}
		if err != nil {
			return err
		}
		s.places = append(s.places, p)
	}
	return nil
}

// Disarm takes all announcements back.
func (s *Several) Disarm() {
	for _, p := range s.places {
		if p.disarm != nil {
			p.disarm()
		}
	}
	clear(s.places)
	s.places = s.places[:0]
}

// Wait sleeps until one of them may be ready, or Wake was called since they were armed, no longer than
// limit. It may come back for nothing.
func (s *Several) Wait(limit time.Duration) error {
	for _, p := range s.places {
		if p.poll > 0 {
			limit = min(limit, p.poll)
		}
	}
	return s.sleep(max(limit, 0))
}
