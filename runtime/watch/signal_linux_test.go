package watch

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestWhichSignalsWake(t *testing.T) {
	rows := []struct {
		program string
		caught  signals // as proc_pid_status(5) of it says
		want    bool
	}{
		{"cat", 0, false},
		{"bash", 0x10000, false},
		{"bash that waits for a child", 0x10002, false},
		{"bash with trap USR1", 0x10200, true},
		{"bash with trap TERM", 0x14000, true},
		{"bash with trap HUP", 0x10001, true},
		{"dash", 0x10002, false},
		{"dash with trap TERM", 0x14002, true},
		{"bash with trap EXIT, and USR1 perhaps", 0x43817ef9, true},
		{"zsh, but for forItself", 0x8010001, true},
		{"sort", 0x17807001, false},
		{"awk", 0x4c0, false},
		{"python3", 0x2, false},
		{"python3 with SIGUSR2", 0x802, true},
		{"alarm(2)", signalsOf(unix.SIGALRM), true},
		{"SIGRTMIN", 1 << 33, true},
		{"SIGIO", signalsOf(unix.SIGIO), true},
		{"pthread_cancel(3)", 1<<31 | 1<<32, false},
	}
	for _, row := range rows {
		if got := row.caught.wakes(); got != row.want {
			t.Errorf("%s: %v", row.program, got)
		}
		if row.caught.all() {
			t.Errorf("%s is taken for a Go program", row.program)
		}
	}
	if goes := signals(0xfffffffd7fc1fefd); !goes.all() {
		t.Error("a Go program is not seen")
	}
}
