package ipc

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// TestHasEnded: only what is proved to have ended has. A process that cannot be looked at, as
// without a descriptor, may live.
func TestHasEnded(t *testing.T) {
	own, start := os.Getpid(), StartOf(os.Getpid())
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	gone := ended.Process.Pid
	for _, row := range []struct {
		name  string
		pid   int
		start uint64
		want  bool
		blind bool // want where this process may open no file
	}{
		{"a living one", own, start, false, false},
		{"by the low bits", own, start & (1<<40 - 1), false, false},
		{"an earlier one with the number", own, start - 1, true, false},
		{"a living one of unknown start", own, 0, false, false},
		{"one that has gone", gone, start, true, false},
		{"one of unknown start that has gone", gone, 0, true, false},
	} {
		if got := HasEnded(row.pid, row.start); got != row.want {
			t.Errorf("%s: %t", row.name, got)
		}
		withoutDescriptors(t, func() {
			if got := HasEnded(row.pid, row.start); got != row.blind {
				t.Errorf("%s, without a descriptor: %t", row.name, got)
			}
		})
	}
	withoutDescriptors(t, func() {
		if list, err := kernel.Children(); err == nil {
			t.Errorf("its children are %v, and nothing says that there may be more", list)
		}
	})
}

// withoutDescriptors calls do while this process may open no file.
func withoutDescriptors(t *testing.T, do func()) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Prlimit(0, unix.RLIMIT_NOFILE, nil, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prlimit(0, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 0, Max: before.Max}, nil); err != nil {
		t.Fatal(err)
	}
	defer unix.Prlimit(0, unix.RLIMIT_NOFILE, &before, nil)
	do()
}
