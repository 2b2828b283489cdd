package relay

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/leak"
)

// TestWaitFails: a wait that fails is an error of every relay, and no end of its
// input. poll(2) refuses more descriptors than a process may have.
func TestWaitFails(t *testing.T) {
	for _, r := range relays {
		x := &Crossing{Ins: r.ins, Outs: r.outs}
		b := newBench(t, x, 0, r.move(x))
		for end := time.Now().Add(leak.Patience); x.Waits() == nil && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		withoutDescriptors(t, func() {
			for i := range b.in {
				b.in[i].WriteString("x\n")
			}
			if err := <-b.over; !errors.Is(err, unix.EINVAL) {
				t.Errorf("%s, whose wait fails: %v", r.name, err)
			}
		})
	}
}

// TestStartFails: a relay that finds no descriptor for its own use says so.
func TestStartFails(t *testing.T) {
	for _, r := range relays {
		x := &Crossing{Ins: r.ins, Outs: r.outs}
		b := newPipes(t, x, 0)
		withoutDescriptors(t, func() {
			b.start(r.move(x))
			if err := <-b.over; !errors.Is(err, unix.EMFILE) {
				t.Errorf("%s without a descriptor to be had: %v", r.name, err)
			}
		})
	}
	r, w, err := ipc.Pipe(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	withoutDescriptors(t, func() {
		if _, err := watch(w, nil, func() {}); !errors.Is(err, unix.EMFILE) {
			t.Errorf("watch without a descriptor to be had: %v", err)
		}
	})
}

// withoutDescriptors calls do while this process may open no file.
func withoutDescriptors(t *testing.T, do func()) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prlimit(0, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 0, Max: before.Max}, nil); err != nil {
		t.Fatal(err)
	}
	defer unix.Prlimit(0, unix.RLIMIT_NOFILE, &before, nil)
	do()
}
