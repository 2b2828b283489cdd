package guard

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// TestGuardEnded: what guards left is taken only from one that is proved to have ended.
func TestGuardEnded(t *testing.T) {
	own, pid := guardMark(), os.Getpid()
	start := ipc.StartOf(pid)
	for mark, want := range map[string]bool{
		own: false,
		fmt.Sprintf("%s.%d.%d", processSpace(), pid, start-1): true,
		fmt.Sprintf("%s.%d.0", processSpace(), pid):           false,
		fmt.Sprintf("1.%d.%d", pid, start-1):                  false,
		strings.Replace(own, ".", "-", 1):                     false,
		"":                                                    false,
	} {
		if got := guardEnded(mark); got != want {
			t.Errorf("%q: %t", mark, got)
		}
		blind(t, func() {
			if guardEnded(mark) {
				t.Errorf("%q: ended, though nothing can be looked at", mark)
			}
			if killed, done := killMarked(mark); done || len(killed) > 0 {
				t.Errorf("%q: %v are killed, and nothing more is to be done, though nothing can be looked at", mark, killed)
			}
		})
	}
}

// blind calls do while this process may open no file.
func blind(t *testing.T, do func()) {
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
