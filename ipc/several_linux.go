package ipc

import (
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// readFD is that of a server's end.
func (m *Mailslot) readFD() int { return int(m.server.Fd()) }

// readFD is that of a socket, or of a server's until its client has come.
func (s *Socket) readFD() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return int(s.listener.Fd())
	}
	return int(s.file.Fd())
}

// alarm is what ends a wait at descriptors.
type alarm = wakeup

func newAlarm() (alarm, error) { return newWakeup() }

// futexWaiter is struct futex_waitv.
type futexWaiter struct {
	value   uint64
	address uint64
	flags   uint32
	_       uint32
}

const (
	futexWord32 = 2   // FUTEX2_SIZE_U32, shared between processes
	futexMost   = 128 // FUTEX_WAITV_MAX
)

// sleep is Wait. Descriptors are waited for by ppoll(2), words by futex_waitv(2); where there are both, the
// words have threads of their own, which wake the first.
func (s *Several) sleep(limit time.Duration) error {
	fds := []unix.PollFd{{Fd: int32(s.alarm), Events: unix.POLLIN}}
	words := []futexWaiter{{value: uint64(s.armed), address: uint64(uintptr(unsafe.Pointer(&s.word))), flags: futexWord32}}
	for _, p := range s.places {
		if p.word == nil {
			fds = append(fds, unix.PollFd{Fd: int32(p.fd), Events: unix.POLLIN})
		} else {
			address := uint64(uintptr(unsafe.Pointer(p.word)))
			words = append(words, futexWaiter{value: uint64(p.value), address: address, flags: futexWord32})
		}
	}
	if len(fds) == 1 && len(words) <= futexMost {
		waitWords(words, limit)
		return nil
	}
	var others sync.WaitGroup
	for rest := range slices.Chunk(words[1:], futexMost-1) {
		part := append([]futexWaiter{words[0]}, rest...)
		others.Go(func() {
			waitWords(part, limit)
			s.alarm.wake()
		})
	}
	if atomic.LoadUint32(&s.word) != s.armed {
		limit = 0
	}
	timeout := unix.NsecToTimespec(int64(limit))
	_, err := unix.Ppoll(fds, &timeout, nil)
	s.Wake()
	others.Wait()
	s.alarm.drain()
	if err != nil && err != unix.EINTR {
		return os.NewSyscallError("ppoll", err)
	}
	return nil
}

// Wake ends a wait, or the next one of what is armed.
func (s *Several) Wake() {
	atomic.AddUint32(&s.word, 1)
	futexWake(&s.word, 1<<30)
	s.alarm.wake()
}

// waitWords sleeps until one of the words may have changed:
//
//	long syscall(SYS_futex_waitv, struct futex_waitv *waiters, unsigned nr_futexes,
//	             unsigned flags, struct timespec *timeout, clockid_t clockid);
//
// A system before 5.16 has none: the caller looks again soon.
func waitWords(words []futexWaiter, limit time.Duration) {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) != nil {
		return
	}
	until := unix.NsecToTimespec(now.Nano() + int64(limit))
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX_WAITV, uintptr(unsafe.Pointer(&words[0])), uintptr(len(words)), 0,
		uintptr(unsafe.Pointer(&until)), unix.CLOCK_MONOTONIC, 0)
	if errno == unix.ENOSYS {
		time.Sleep(min(limit, time.Millisecond))
	}
}
