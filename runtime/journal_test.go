package runtime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
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

// TestJournalLoss has writers outrun a reader: what it reads and what it lost
// add up to all.
func TestJournalLoss(t *testing.T) {
	const writers, each = 4, 5000
	j := NewJournal(8)
	c := j.Cursor()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				j.Publish(Event{Kind: EventOpen, Run: uint64(w), PID: i})
			}
		})
	}
	go func() { all.Wait(); j.Close() }()
	var read, last uint64
	next := [writers]int{}
	for {
		e, err := c.Next(context.Background())
		if err == io.EOF {
			break
		}
		if e.Seq <= last || e.PID < next[e.Run] {
			t.Fatalf("out of order: %+v after %d", e, last)
		}
		last, next[e.Run] = e.Seq, e.PID+1
		read++
	}
	if read+c.Lost() != writers*each || last != writers*each {
		t.Errorf("read %d, lost %d, of %d; last %d", read, c.Lost(), writers*each, last)
	}
}

func TestJournalCursors(t *testing.T) {
	j := NewJournal(3)
	for i := 1; i <= 5; i++ {
		j.Publish(Event{Kind: EventOpen})
	}
	rows := []struct {
		name        string
		c           *Cursor
		first, lost uint64
	}{
		{"from the oldest kept", j.Cursor(), 3, 0},
		{"at one that is kept", j.CursorAt(4), 4, 0},
		{"at one written over", j.CursorAt(2), 3, 1},
		{"at 0", j.CursorAt(0), 3, 2},
	}
	for _, row := range rows {
		if e, ok := row.c.TryNext(); !ok || e.Seq != row.first || row.c.Lost() != row.lost {
			t.Errorf("%s: event %d, lost %d; want %d, %d", row.name, e.Seq, row.c.Lost(), row.first, row.lost)
		}
	}
	later := j.CursorAt(7)
	for range 2 {
		if e, ok := later.TryNext(); ok {
			t.Errorf("an event before the cursor's: %d", e.Seq)
		}
		j.Publish(Event{Kind: EventOpen})
	}
	if e, ok := later.TryNext(); !ok || e.Seq != 7 {
		t.Errorf("got %d, want 7", e.Seq)
	}
}

func TestJournalContext(t *testing.T) {
	j := NewJournal(1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := j.Cursor().Next(ctx); err != context.Canceled {
		t.Errorf("got %v", err)
	}
	j.Publish(Event{Kind: EventOpen})
	if _, err := j.Cursor().Next(ctx); err != nil {
		t.Errorf("an event that is there: %v", err)
	}
	j.Close()
	j.Close()
	j.Publish(Event{Kind: EventOpen})
	if c := j.CursorAt(2); c != nil {
		if _, err := c.Next(context.Background()); err != io.EOF {
			t.Errorf("published after the end: %v", err)
		}
	}
}

func TestJournalNil(t *testing.T) {
	var j *Journal
	j.Publish(Event{Kind: EventRun})
	j.Close()
	states, after := j.Snapshot()
	if len(states) != 0 {
		t.Errorf("states %v", states)
	}
	for _, c := range []*Cursor{j.Cursor(), j.CursorAt(3), after} {
		if _, ok := c.TryNext(); ok {
			t.Error("an event out of nothing")
		}
		if _, err := c.Next(context.Background()); err != io.EOF {
			t.Errorf("got %v", err)
		}
	}
}

func TestJournalSnapshot(t *testing.T) {
	j := NewJournal(2)
	j.Publish(Event{Kind: EventSpawn, Run: 2, Stage: "a", PID: 12})
	j.Publish(Event{Kind: EventSpawn, Run: 1, Stage: "a", PID: 10})
	j.Publish(Event{Kind: EventSpawn, Run: 1, Stage: "b", PID: 11})
	j.Publish(Event{Kind: EventExit, Run: 1, Stage: "a", PID: 10, Signal: "SIGTERM"})
	states, c := j.Snapshot()
	var got []string
	for _, s := range states {
		got = append(got, fmt.Sprintf("%d %s %d %v %s", s.Run, s.Stage, s.PID, s.Running, s.Signal))
		if s.Since.IsZero() || s.Running != s.Ended.IsZero() {
			t.Errorf("times of %+v", s)
		}
	}
	if want := []string{"1 a 10 false SIGTERM", "1 b 11 true ", "2 a 12 true "}; !slices.Equal(got, want) {
		t.Errorf("snapshot %v", got)
	}
	j.Publish(Event{Kind: EventExit, Run: 1, Stage: "b", PID: 11})
	if e, ok := c.TryNext(); !ok || e.Stage != "b" || e.Kind != EventExit {
		t.Errorf("after the snapshot: %+v", e)
	}
	j.Publish(Event{Kind: EventEnd, Run: 1})
	if states, _ := j.Snapshot(); len(states) != 1 || states[0].Run != 2 {
		t.Errorf("after the run's end: %+v", states)
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

// TestEventJSON keeps a zero where it means something, and nowhere else.
func TestEventJSON(t *testing.T) {
	at := time.Date(2024, 2, 3, 4, 5, 6, 7000, time.UTC)
	rows := []struct {
		e    Event
		want string
	}{
		{Event{Kind: EventRun}, `{"seq":9,"time":"2024-02-03T04:05:06.000007Z","kind":"run","run":1}`},
		{Event{Kind: EventOpen, Stage: "s", Channel: "f", Mode: "r", Text: "/a&b"},
			`{"seq":9,"time":"2024-02-03T04:05:06.000007Z","kind":"open","run":1,"stage":"s","channel":"f","mode":"r","fd":0,"text":"/a&b"}`},
		{Event{Kind: EventOpen, Channel: "f", Text: "/f"},
			`{"seq":9,"time":"2024-02-03T04:05:06.000007Z","kind":"open","run":1,"channel":"f","text":"/f"}`},
		{Event{Kind: EventSpawn, Stage: "s", PID: 5, Text: "/bin/s"},
			`{"seq":9,"time":"2024-02-03T04:05:06.000007Z","kind":"spawn","run":1,"stage":"s","pid":5,"text":"/bin/s"}`},
		{Event{Kind: EventExit, Stage: "s", PID: 5, User: 1500 * time.Microsecond, MaxRSS: 4096},
			`{"seq":9,"time":"2024-02-03T04:05:06.000007Z","kind":"exit","run":1,"stage":"s","pid":5,"code":0,"user_us":1500,"sys_us":0,"maxrss_bytes":4096}`},
		{Event{Kind: EventExit, Stage: "s", PID: 5, Signal: "SIGPIPE", Sys: time.Second},
			`{"seq":9,"time":"2024-02-03T04:05:06.000007Z","kind":"exit","run":1,"stage":"s","pid":5,"signal":"SIGPIPE","user_us":0,"sys_us":1000000}`},
	}
	for _, row := range rows {
		row.e.Seq, row.e.Time, row.e.Run = 9, at, 1
		got, err := row.e.MarshalJSON()
		if err != nil || string(got) != row.want || !json.Valid(got) {
			t.Errorf("got  %s %v\nwant %s", got, err, row.want)
		}
	}
}

// shutWriter fails as a pipe whose reader has left.
type shutWriter struct{ err error }

func (w shutWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteJSONFails(t *testing.T) {
	j := NewJournal(4)
	j.Publish(Event{Kind: EventRun})
	want := errors.New("broken pipe")
	if err := WriteJSON(context.Background(), shutWriter{want}, j.Cursor()); err != want {
		t.Errorf("got %v", err)
	}
}

// TestWriteJSONAtOnce reads a line while the journal is open.
func TestWriteJSONAtOnce(t *testing.T) {
	j := NewJournal(4)
	r, w := io.Pipe()
	done := make(chan error)
	go func() { done <- WriteJSON(context.Background(), w, j.Cursor()) }()
	lines := json.NewDecoder(r)
	for want := 1.0; want <= 3; want++ {
		j.Publish(Event{Kind: EventRun})
		var line map[string]any
		if err := lines.Decode(&line); err != nil || line["seq"] != want {
			t.Fatalf("got %v %v, want %v", line, err, want)
		}
	}
	j.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func BenchmarkPublishSpawnExit(b *testing.B) {
	j := NewJournal(1 << 12)
	for b.Loop() {
		j.Publish(Event{Kind: EventSpawn, Run: 1, Stage: "a", PID: 1})
		j.Publish(Event{Kind: EventExit, Run: 1, Stage: "a", PID: 1})
	}
}

func BenchmarkPublish(b *testing.B) {
	j := NewJournal(1 << 12)
	for b.Loop() {
		j.Publish(Event{Kind: EventOpen})
	}
}
