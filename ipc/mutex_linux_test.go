package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
)

func TestAStoppedHolderIsNotDead(t *testing.T) {
	m := newMutex(t)
	c := holder(t, m)
	c.Process.Signal(unix.SIGSTOP)
	var status unix.WaitStatus
	if _, err := unix.Wait4(c.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatal(status, err)
	}
	if err := m.Lock(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while it is stopped: %v", err)
	}
	c.Process.Signal(unix.SIGCONT)
	c.End(t)
	if err := m.Lock(within(t)); err != nil {
		t.Errorf("once it went on: %v", err)
	}
}

// TestMutexAsWritten: a C program that knows only the comment above lockWord is
// kept out and keeps out, also when its first thread has ended.
func TestMutexAsWritten(t *testing.T) {
	program := compiled(t, "holder.c")
	name := testName(t)
	r := createRegion(t, name, 4096)
	m, err := MutexAt(r, 128)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{name, "128"}, {name, "128", "thread"}} {
		for _, kill := range []bool{false, true} {
			c := leak.Begin(t, exec.Command(program, args...))
			c.Expect(t, "held")
			if err := m.Lock(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%q: while it is held: %v", args, err)
			}
			got := make(chan error)
			go func() { got <- m.Lock(within(t)) }()
			if kill {
				c.Process.Kill()
			} else {
				c.In.Close()
			}
			if err := <-got; errors.Is(err, ErrAbandoned) != kill || !m.Held() {
				t.Errorf("%q, killed %v: %v", args, kill, err)
			}
			if err := m.Unlock(); err != nil {
				t.Error(err)
			}
			c.Wait()
		}
	}
}

func init() { players["without-descriptors"] = playWithoutDescriptors }

// playWithoutDescriptors waits for a mutex where nothing more can be opened.
func playWithoutDescriptors([]string) error {
	m, err := inheritedMutex()
	if err != nil {
		return err
	}
	self()
	ctx, cancel := context.WithTimeout(always, 30*time.Millisecond) // whose timer opens a descriptor
	defer cancel()
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 3, Max: 3}); err != nil {
		return err
	}
	err = m.Lock(ctx)
	fmt.Println(errors.Is(err, context.DeadlineExceeded), err)
	return nil
}

// TestWhoCannotLookTakesNobodyForDead has a process that has no descriptor left
// to read /proc with.
func TestWhoCannotLookTakesNobodyForDead(t *testing.T) {
	m := newMutex(t)
	if err := m.Lock(always); err != nil {
		t.Fatal(err)
	}
	c := play(t, "without-descriptors", []*os.File{m.File()})
	if line := c.Hear(t); line[:4] != "true" {
		t.Error(line)
	}
	c.End(t)
	if err := m.Unlock(); err != nil {
		t.Error(err)
	}
}
