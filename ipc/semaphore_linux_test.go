package ipc

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"weir/ipc/leak"
)

// TestSemaphoreOfC: a C program and weir have one semaphore, whoever made it, by
// its name and inside a region.
func TestSemaphoreOfC(t *testing.T) {
	program := compiled(t, "semaphore.c")
	name := testName(t)
	other := func(t *testing.T, args ...string) *leak.Child {
		t.Helper()
		c := leak.Begin(t, exec.Command(program, args...))
		c.Expect(t, "ready")
		return c
	}
	rows := []struct {
		what string
		meet func(t *testing.T) (*Semaphore, *leak.Child)
	}{
		{"made by weir", func(t *testing.T) (*Semaphore, *leak.Child) {
			return newSemaphore(t, name, 2), other(t, "open", name)
		}},
		{"made by C", func(t *testing.T) (*Semaphore, *leak.Child) {
			c := other(t, "create", name, "2")
			s, err := OpenSemaphore(name)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close(); _ = Unlink(Addr{KindSemaphore, name}) })
			return s, c
		}},
		{"in a region, by weir", func(t *testing.T) (*Semaphore, *leak.Child) {
			s, err := SemaphoreAt(createRegion(t, name, 4096), 64)
			if err == nil {
				err = s.Init(2)
			}
			if err != nil {
				t.Fatal(err)
			}
			return s, other(t, "at", name, "64")
		}},
		{"in a region, by C", func(t *testing.T) (*Semaphore, *leak.Child) {
			r := createRegion(t, name, 4096)
			c := other(t, "init", name, "64", "2")
			s, err := SemaphoreAt(r, 64)
			if err != nil {
				t.Fatal(err)
			}
			return s, c
		}},
	}
	for _, row := range rows {
		t.Run(row.what, func(t *testing.T) {
			s, c := row.meet(t)
			converse(t, s, c)
		})
	}
}

// converse has both sides of a semaphore of two tell the same.
func converse(t *testing.T, s *Semaphore, c *leak.Child) {
	t.Helper()
	lies := word64(s.region.data, s.offset)
	if got := c.Ask(t, "bytes"); got != hex.EncodeToString(s.region.data[s.offset:s.offset+SemaphoreSize]) {
		t.Errorf("its memory is %s there, %#x here", got, *lies)
	}
	if v := c.Ask(t, "value"); v != "2" || valueOf(t, s) != 2 {
		t.Errorf("its value is %s there, %d here", v, valueOf(t, s))
	}
	if err := s.Wait(always); err != nil {
		t.Error(err)
	}
	if got := c.Ask(t, "try"); got != "done" {
		t.Error(got)
	}
	if s.TryWait() {
		t.Error("there was a third")
	}
	if got := c.Ask(t, "try"); got != "Resource temporarily unavailable" {
		t.Error(got)
	}
	if got := c.Ask(t, "timed"); got != "Connection timed out" {
		t.Error(got)
	}
	if err := s.Wait(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	// One that sleeps there is woken here.
	c.Say(t, "wait")
	waiting(s, 1)
	if err := s.Post(); err != nil {
		t.Error(err)
	}
	if got := c.Hear(t); got != "done" {
		t.Error(got)
	}
	// One that sleeps here is woken there.
	done := make(chan error)
	go func() { done <- s.Wait(within(t)) }()
	waiting(s, 1)
	if got := c.Ask(t, "post"); got != "done" {
		t.Error(got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	waiting(s, 0)
	if v := c.Ask(t, "value"); v != "0" || valueOf(t, s) != 0 {
		t.Errorf("in the end its value is %s there, %d here", v, valueOf(t, s))
	}
	c.End(t)
}

// TestSemaphoreCreatedTwice: exclusively, on both sides.
func TestSemaphoreCreatedTwice(t *testing.T) {
	name := testName(t)
	newSemaphore(t, name, 1)
	if _, err := CreateSemaphore(name, 1, NameOptions{}); !errors.Is(err, os.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	c := leak.Begin(t, exec.Command(compiled(t, "semaphore.c"), "create", name, "1"))
	if line := c.Hear(t); line != "File exists" {
		t.Errorf("a C program makes it once more: %s", line)
	}
	c.End(t)
	if info, err := os.Stat("/dev/shm/sem." + name[1:]); err != nil || info.Mode() != 0o600 || info.Size() != SemaphoreSize {
		t.Errorf("its file: %v, %v", info, err)
	}
	if err := Unlink(Addr{KindSemaphore, name}); err != nil {
		t.Error(err)
	}
	if _, err := OpenSemaphore(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after unlink: %v", err)
	}
}

// TestSemaphoreGuardsACounter of C programs, processes and threads.
func TestSemaphoreGuardsACounter(t *testing.T) {
	const each = 20_000
	name := testName(t)
	r := createRegion(t, name, 4096)
	c := leak.Begin(t, exec.Command(compiled(t, "semaphore.c"), "init", name, "64", "1"))
	c.Hear(t)
	c.Say(t, fmt.Sprintf("count %d %d", semaphoreCounter, each))
	kids := []*leak.Child{play(t, "semaphore-counter", []*os.File{r.File()}, strconv.Itoa(each)),
		play(t, "semaphore-counter", []*os.File{r.File()}, strconv.Itoa(each))}
	if err := countWithSemaphore(r, each); err != nil {
		t.Error(err)
	}
	c.Hear(t)
	for _, kid := range append(kids, c) {
		kid.End(t)
	}
	if got := *word64(r.data, semaphoreCounter); got != 4*each {
		t.Errorf("%d were counted of %d", got, 4*each)
	}
}
