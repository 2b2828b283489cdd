package runtime

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
)

func TestJournalOrderAndLoss(t *testing.T) {
	j := NewJournal(4)
	c := j.Cursor()
	if _, ok := c.TryNext(); ok {
		t.Fatal("an event out of nowhere")
	}
	for i := 1; i <= 10; i++ {
		j.Publish(Event{Kind: EventSpawn, PID: i})
	}
	j.Close()
	for want := 7; want <= 10; want++ {
		if e, err := c.Next(context.Background()); err != nil || e.PID != want || e.Seq != uint64(want) {
			t.Fatalf("got %+v %v, want %d", e, err, want)
		}
	}
	if c.Lost() != 6 {
		t.Errorf("lost %d, want 6", c.Lost())
	}
	if _, err := c.Next(context.Background()); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
}

// TestJournalReaders has readers of their own pace see one order.
func TestJournalReaders(t *testing.T) {
	j := NewJournal(1 << 12)
	var readers, writers sync.WaitGroup
	for range 3 {
		c := j.Cursor()
		readers.Go(func() {
			var last uint64
			for {
				e, err := c.Next(context.Background())
				if err == io.EOF {
					break
				}
				if e.Seq <= last {
					t.Errorf("%d after %d", e.Seq, last)
				}
				last = e.Seq
			}
			if last != 1000 || c.Lost() != 0 {
				t.Errorf("read up to %d, lost %d", last, c.Lost())
			}
		})
	}
	for range 4 {
		writers.Go(func() {
			for range 250 {
				j.Publish(Event{Kind: EventOpen})
			}
		})
	}
	writers.Wait()
	j.Close()
	readers.Wait()
}

func TestJournalSnapshot(t *testing.T) {
	j := NewJournal(2)
	j.Publish(Event{Kind: EventSpawn, Run: 1, Stage: "a", PID: 10})
	j.Publish(Event{Kind: EventSpawn, Run: 1, Stage: "b", PID: 11})
	j.Publish(Event{Kind: EventExit, Run: 1, Stage: "a", PID: 10})
	live, c := j.Snapshot()
	if len(live) != 1 || live[0].Stage != "b" {
		t.Errorf("snapshot %+v", live)
	}
	j.Publish(Event{Kind: EventExit, Run: 1, Stage: "b", PID: 11})
	if e, ok := c.TryNext(); !ok || e.Stage != "b" || e.Kind != EventExit {
		t.Errorf("after the snapshot: %+v", e)
	}
}

func TestWriteJSON(t *testing.T) {
	j := NewJournal(2)
	c := j.Cursor()
	for range 3 {
		j.Publish(Event{Kind: EventExit, Run: 1, Stage: "a", PID: 10})
	}
	j.Publish(Event{Kind: EventExit, Run: 1, Stage: "a", PID: 10, Signal: "SIGTERM"})
	j.Close()
	var out bytes.Buffer
	if err := WriteJSON(context.Background(), &out, c); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || lines[0] != `{"kind":"lost","count":2}` || !strings.Contains(lines[1], `"code":0`) ||
		strings.Contains(lines[2], `"code"`) || !strings.Contains(lines[2], `"signal":"SIGTERM"`) {
		t.Errorf("got %s", out.String())
	}
}

func BenchmarkPublish(b *testing.B) {
	j := NewJournal(1 << 12)
	for b.Loop() {
		j.Publish(Event{Kind: EventOpen})
	}
}
