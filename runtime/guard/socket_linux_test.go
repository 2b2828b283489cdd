package guard

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"weir/runtime/scarce"
)

// TestPatiently: a call on the guard's socket is made again after an error that passes,
// not after another, and not for ever.
func TestPatiently(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	for _, row := range []struct {
		err    error
		passes bool
	}{{unix.EINTR, true}, {unix.EAGAIN, true}, {unix.ENOBUFS, true}, {unix.ENOMEM, true}, {unix.ETOOMANYREFS, true},
		{unix.EIO, false}, {unix.EPERM, false}, {unix.EPIPE, false}, {unix.EBADF, false}} {
		calls := 0
		got := patiently(pair[0], unix.POLLOUT, func() error {
			if calls++; calls <= 3 {
				return row.err
			}
			return nil
		})
		if row.passes && (got != nil || calls != 4) || !row.passes && (got != row.err || calls != 1) {
			t.Errorf("%v: %d calls, %v", row.err, calls, got)
		}
	}
	if got := patiently(pair[0], unix.POLLOUT, func() error { return unix.EAGAIN }); got != unix.EAGAIN {
		t.Errorf("one that does not pass: %v", got)
	}
}

// TestCauseOf: a guard's exit status says why it has ended.
func TestCauseOf(t *testing.T) {
	for status, want := range map[unix.WaitStatus]string{
		unix.WaitStatus(unix.SIGKILL):                                          "killed from outside",
		unix.WaitStatus((scarce.GuardFault + int(unix.ENOBUFS)) << 8):          "no buffer space available",
		unix.WaitStatus((scarce.GuardFault + int(errnoOf(errMalformed))) << 8): "input/output error",
		unix.WaitStatus(2 << 8):                                                "ended with status 2",
	} {
		if got := causeOf(status); !strings.Contains(got.Error(), want) {
			t.Errorf("status %#x: %v; want %s", status, got, want)
		}
	}
	if err := causeOf(unix.WaitStatus((scarce.GuardFault + int(unix.ENOBUFS)) << 8)); !errors.Is(err, unix.ENOBUFS) {
		t.Errorf("%v does not unwrap", err)
	}
}
