//go:build !linux

package ipc

import (
	"sync/atomic"
	"time"
)

// severalPoll is how often a wait for several is looked at again where the system has no call for all of them.
const severalPoll = time.Millisecond

// alarm is nothing: sleep looks again.
type alarm struct{}

func newAlarm() (alarm, error) { return alarm{}, nil }

func (alarm) close() {}

// sleep is Wait, by looking again.
func (s *Several) sleep(limit time.Duration) error {
	if atomic.LoadUint32(&s.word) == s.armed {
		time.Sleep(min(limit, severalPoll))
	}
	return nil
}

// Wake ends a wait, or the next one of what is armed.
func (s *Several) Wake() { atomic.AddUint32(&s.word, 1) }
