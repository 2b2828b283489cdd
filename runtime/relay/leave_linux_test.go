package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// relays are all that move bytes between pipes.
var relays = []struct {
	name      string
	ins, outs int
	move      func(x *Crossing) func(context.Context, map[int]*os.File) error
}{
	{"tee", 1, 3, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.Tee }},
	{"deal", 1, 3, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.Deal }},
	{"deal in order", 1, 4, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.DealInOrder }},
	{"shard", 1, 3, func(x *Crossing) func(context.Context, map[int]*os.File) error {
		return func(ctx context.Context, files map[int]*os.File) error {
			return x.Shard(ctx, files, func(record []byte) (int, error) { return len(record) % 3, nil })
		}
	}},
	{"merge", 3, 1, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.Merge }},
	{"concat", 3, 1, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.Concat }},
	{"order", 4, 1, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.Order }},
	{"measure", 1, 1, func(x *Crossing) func(context.Context, map[int]*os.File) error { return x.Measure }},
	{"spill", 1, 1, func(x *Crossing) func(context.Context, map[int]*os.File) error {
		return func(ctx context.Context, files map[int]*os.File) error { return x.Spill(ctx, files, "", 0) }
	}},
	{"look", 1, 2, func(x *Crossing) func(context.Context, map[int]*os.File) error {
		return func(ctx context.Context, files map[int]*os.File) error {
			return x.Look(ctx, files, func([]byte) bool { return false })
		}
	}},
}

// endless writes lines to an input until nobody can read them. Those of order's
// first input say that stage 0 was given one.
func (b *bench) endless(name string, i int) error {
	line := strings.Repeat("line\n", 50)
	if name == "order" && i == 0 {
		line = "\x01\x00\x00\x00\x00\x00\x00\x00"
	}
	for {
		if _, err := b.in[i].WriteString(line); err != nil {
			return err
		}
	}
}

// TestAllReadersLeave: when the last reader leaves, before the start or at any
// byte, the relay ends and its writers get EPIPE, whatever they are doing.
func TestAllReadersLeave(t *testing.T) {
	frames := []Frame{FrameLine, FrameBytes}
	for _, r := range relays {
		for _, frame := range frames {
			if r.name == "order" && frame != FrameLine {
				continue
			}
			x := &Crossing{Ins: r.ins, Outs: r.outs, Frame: frame}
			// The writers have written this and write no more.
			for _, written := range []string{"", "half a li", "one\ntwo\nthree\nfour\n", "one\ntwo\nhalf a l"} {
				for _, before := range []bool{true, false} {
					b := newPipes(t, x, 0)
					for i, in := range b.in {
						if r.name == "order" && i == 0 {
							in.WriteString("\x01\x00\x00\x00\x00\x00\x00\x00"[:min(8, len(written))])
							continue
						}
						in.WriteString(written)
					}
					if !before {
						b.start(r.move(x))
					}
					for _, i := range rand.Perm(len(b.out)) {
						b.out[i].Close()
					}
					if before {
						b.start(r.move(x))
					}
					if err := <-b.over; err != nil {
						t.Errorf("%s: %q was written, the readers left, before the start: %v: %v", r.name, written, before, err)
					}
					for _, in := range b.in {
						if _, err := in.WriteString("x"); !errors.Is(err, syscall.EPIPE) {
							t.Errorf("%s: a writer without readers: %v", r.name, err)
						}
					}
				}
			}
			// The writers never end. Each reader leaves at a byte of its own, or all at one.
			for at := range 40 {
				b := newBench(t, x, 0, r.move(x))
				var all sync.WaitGroup
				for i := range b.in {
					all.Go(func() {
						if err := b.endless(r.name, i); !errors.Is(err, syscall.EPIPE) {
							t.Errorf("%s: a writer without readers: %v", r.name, err)
						}
					})
				}
				for i, out := range b.out {
					n := at
					if at >= 20 {
						n = rand.IntN(1 << rand.IntN(18))
					}
					if r.name == "look" && i == 1 {
						n = 0 // nothing comes before a line matches
					}
					all.Go(func() {
						if r.name == "shard" && i != 1 && frame == FrameLine {
							n = 0 // all lines have one length
						}
						io.CopyN(io.Discard, out, int64(n))
						out.Close()
					})
				}
				if err := <-b.over; err != nil {
					t.Errorf("%s: readers that leave at %d: %v", r.name, at, err)
				}
				all.Wait()
			}
		}
	}
}

// TestReadersThatStay: whatever bytes the others leave at, readers that stay get
// all that is theirs.
func TestReadersThatStay(t *testing.T) {
	for _, r := range relays {
		if r.outs == 1 || r.name == "look" || r.name == "deal in order" {
			continue
		}
		for round := range 40 {
			n := 1 + rand.IntN(20_000)
			var data strings.Builder
			for i := range n {
				fmt.Fprintf(&data, "%d %s\n", i, strings.Repeat("x", rand.IntN(30)))
				if round%5 == 4 && rand.IntN(4000) == 0 {
					data.WriteString(strings.Repeat("long ", rand.IntN(100_000)))
				}
			}
			x := &Crossing{Ins: 1, Outs: r.outs}
			stays := rand.IntN(r.outs)
			b := newPipes(t, x, 0)
			leave := make([]int, r.outs)
			for i, out := range b.out {
				leave[i] = round // at each of the first bytes
				if round >= 20 {
					leave[i] = rand.IntN(1 + data.Len()/3)
				}
				if round%10 == 9 && i != stays {
					leave[i] = 0
					out.Close() // before the start
				}
			}
			b.start(r.move(x))
			b.feed(0, []byte(data.String()))
			got := make([]string, r.outs)
			var all sync.WaitGroup
			for i, out := range b.out {
				all.Go(func() {
					var in io.Reader = out
					if i != stays {
						in = io.LimitReader(out, int64(leave[i]))
					}
					text, _ := io.ReadAll(in)
					got[i] = string(text)
					out.Close()
				})
			}
			all.Wait()
			if err := <-b.over; err != nil {
				t.Errorf("%s: %v", r.name, err)
			}
			where := fmt.Sprintf("%s: %d stays, the others leave at %v of %d bytes", r.name, stays, leave, data.Len())
			switch r.name {
			case "tee":
				for i, text := range got {
					if i == stays && text != data.String() || !strings.HasPrefix(data.String(), text) {
						t.Errorf("%s: %d got %d bytes", where, i, len(text))
					}
				}
			case "shard":
				var want strings.Builder
				for l := range strings.Lines(data.String()) {
					if (len(l)-1)%3 == stays {
						want.WriteString(l)
					}
				}
				if got[stays] != want.String() {
					t.Errorf("%s: it got %d bytes, not %d", where, len(got[stays]), want.Len())
				}
			case "deal":
				if fault := lost(data.String(), got); fault != "" {
					t.Errorf("%s: %s", where, fault)
				}
			}
		}
	}
}

// lost reports a line of data that no reader has, or that two have. A reader that
// left in the middle of a line has all of it.
func lost(data string, got []string) string {
	missing := map[string]bool{}
	for l := range strings.Lines(data) {
		missing[strings.TrimSuffix(l, "\n")] = true
	}
	var parts []string
	for _, text := range got {
		for l := range strings.Lines(text) {
			whole, ended := strings.CutSuffix(l, "\n")
			switch {
			case missing[whole]:
				delete(missing, whole)
			case ended:
				return fmt.Sprintf("%.50q came twice, or torn", l)
			default:
				parts = append(parts, l)
			}
		}
	}
	if len(missing) != len(parts) {
		return fmt.Sprintf("%d lines are nowhere, and %d readers left in the middle of one", len(missing), len(parts))
	}
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	for _, l := range parts {
		for m := range missing {
			if strings.HasPrefix(m, l) {
				delete(missing, m)
				break
			}
		}
	}
	if len(missing) > 0 {
		return fmt.Sprintf("%d lines are nowhere", len(missing))
	}
	return ""
}
