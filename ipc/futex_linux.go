//go:build !polled

package ipc

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The operations of futex(2) that are used here. Without FUTEX_PRIVATE_FLAG the
// word may be in memory that several processes map.
const (
	futexOpWait = 0
	futexOpWake = 1
)

// futexWait blocks while *addr is val:
//
//	long syscall(SYS_futex, uint32_t *uaddr, FUTEX_WAIT, uint32_t val,
//	             const struct timespec *timeout, ...);
//
// It gives nil if it was woken, EAGAIN if *addr has another value already, ETIMEDOUT or
// EINTR. A timeout below zero is none; it counts monotonic time.
func futexWait(addr *uint32, val uint32, timeout time.Duration) error {
	var ts *unix.Timespec
	if timeout >= 0 {
		t := unix.NsecToTimespec(int64(timeout))
		ts = &t
	}
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), futexOpWait, uintptr(val),
		uintptr(unsafe.Pointer(ts)), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// futexWake wakes up to n waiters at addr, and gives how many it woke:
//
//	long syscall(SYS_futex, uint32_t *uaddr, FUTEX_WAKE, uint32_t val);
//
// It never blocks, so Go's scheduler need not know of the call.
func futexWake(addr *uint32, n int) int {
	woken, _, _ := unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), futexOpWake, uintptr(n), 0, 0, 0)
	return int(woken)
}
