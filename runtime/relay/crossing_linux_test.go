package relay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/leak"
)

// bench is a relay between pipes whose other ends the test has.
type bench struct {
	t     *testing.T
	in    []*os.File // the writing ends of its inputs
	out   []*os.File // the reading ends of its outputs
	files map[int]*os.File
	over  chan error
}

func newBench(t *testing.T, x *Crossing, capacity int, move func(ctx context.Context, files map[int]*os.File) error) *bench {
	t.Helper()
	b := newPipes(t, x, capacity)
	b.start(move)
	return b
}

// newPipes makes the pipes of a bench, and starts nothing.
func newPipes(t *testing.T, x *Crossing, capacity int) *bench {
	t.Helper()
	b := &bench{t: t, files: map[int]*os.File{}, over: make(chan error, 1)}
	for i := range x.Ins + x.Outs {
		r, w, err := ipc.Pipe(capacity)
		if err != nil {
			t.Fatal(err)
		}
		mine, theirs := w, r
		if i >= x.Ins {
			mine, theirs = r, w
		}
		// As a run gives it to a relay.
		fd, err := unix.FcntlInt(theirs.Fd(), unix.F_DUPFD_CLOEXEC, 3)
		if err != nil {
			t.Fatal(err)
		}
		theirs.Close()
		unix.SetNonblock(fd, true)
		b.files[i] = os.NewFile(uintptr(fd), "pipe")
		if i < x.Ins {
			b.in = append(b.in, mine)
		} else {
			b.out = append(b.out, mine)
		}
		t.Cleanup(func() { mine.Close() })
	}
	return b
}

func (b *bench) start(move func(ctx context.Context, files map[int]*os.File) error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), leak.Patience)
	go func() {
		err := move(ctx, b.files)
		if ctx.Err() == context.DeadlineExceeded {
			err = fmt.Errorf("it hangs: %v", err)
		}
		b.over <- err
		cancel()
	}()
}

// feed writes data to an input and closes it.
func (b *bench) feed(i int, data []byte) {
	go func() {
		for len(data) > 0 {
			n := min(len(data), 1+rand.IntN(100_000))
			if _, err := b.in[i].Write(data[:n]); err != nil {
				break
			}
			data = data[n:]
		}
		b.in[i].Close()
	}()
}

// collect reads every output to its end.
func (b *bench) collect() [][]byte {
	got := make([][]byte, len(b.out))
	var all sync.WaitGroup
	for i, f := range b.out {
		all.Go(func() { got[i], _ = io.ReadAll(f) })
	}
	all.Wait()
	if err := <-b.over; err != nil {
		b.t.Errorf("the relay: %v", err)
	}
	return got
}

// lines makes n lines of random lengths; every hundredth is long.
func lines(n int, tag string) []byte {
	var buf bytes.Buffer
	for i := range n {
		fill := rand.IntN(60)
		if i%100 == 99 {
			fill = rand.IntN(300_000)
		}
		fmt.Fprintf(&buf, "%s %d %s\n", tag, i, strings.Repeat("x", fill))
	}
	return buf.Bytes()
}

func TestTee(t *testing.T) {
	for _, outs := range []int{1, 2, 3, 8} {
		for _, size := range []int{0, 1, 4096, 65537, 5 << 20} {
			data := make([]byte, size)
			for i := range data {
				data[i] = byte(rand.Uint32())
			}
			x := &Crossing{Ins: 1, Outs: outs}
			b := newBench(t, x, 0, x.Tee)
			b.feed(0, data)
			for i, got := range b.collect() {
				if !bytes.Equal(got, data) {
					t.Errorf("%d outputs, %d bytes: output %d got %d", outs, size, i, len(got))
				}
			}
		}
	}
}

// TestTeeLeavers: readers that leave after some bytes neither starve their
// siblings nor end the writer; when the last has left the writer is told.
func TestTeeLeavers(t *testing.T) {
	for range 20 {
		data := make([]byte, 1<<20)
		for i := range data {
			data[i] = byte(rand.Uint32())
		}
		x := &Crossing{Ins: 1, Outs: 5}
		b := newBench(t, x, 0, x.Tee)
		b.feed(0, data)
		var all sync.WaitGroup
		stays := rand.IntN(5)
		for i, f := range b.out {
			all.Go(func() {
				if i == stays {
					got, _ := io.ReadAll(f)
					if !bytes.Equal(got, data) {
						t.Errorf("who stayed got %d bytes", len(got))
					}
					return
				}
				buf := make([]byte, rand.IntN(len(data)))
				io.ReadFull(f, buf)
				f.Close()
				if !bytes.Equal(buf, data[:len(buf)]) {
					t.Error("who left had got something else")
				}
			})
		}
		all.Wait()
		if err := <-b.over; err != nil {
			t.Error(err)
		}
	}
	x := &Crossing{Ins: 1, Outs: 2}
	b := newBench(t, x, 0, x.Tee)
	b.out[0].Close()
	b.out[1].Close()
	if err := <-b.over; err != nil {
		t.Error(err)
	}
	if _, err := b.in[0].Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("a writer without readers: %v", err)
	}
}

func TestMerge(t *testing.T) {
	x := &Crossing{Ins: 4, Outs: 1}
	b := newBench(t, x, 0, x.Merge)
	var want []string
	for i := range 4 {
		data := lines(3000, fmt.Sprint(i))
		if i == 1 {
			data = data[:len(data)-1] // no newline at its end
		}
		want = append(want, strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")...)
		b.feed(i, data)
	}
	got := strings.Split(strings.TrimSuffix(string(b.collect()[0]), "\n"), "\n")
	next := map[byte]int{}
	for _, l := range got {
		n := 0
		fmt.Sscanf(l[2:], "%d", &n)
		if n != next[l[0]] {
			t.Fatalf("of %c came %d, not %d", l[0], n, next[l[0]])
		}
		next[l[0]]++
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d lines, not %d", len(got), len(want))
	}
}

func TestMergeEnds(t *testing.T) {
	x := &Crossing{Ins: 2, Outs: 1}
	b := newBench(t, x, 0, x.Merge)
	b.in[0].WriteString("a\nb")
	b.in[0].Close()
	if line := make([]byte, 3); true {
		io.ReadFull(b.out[0], line)
		if string(line) != "a\nb" {
			t.Errorf("%q", line)
		}
	}
	b.in[1].WriteString("c\nd")
	b.in[1].Close()
	if rest := b.collect()[0]; string(rest) != "\nc\nd" {
		t.Errorf("%q", rest)
	}
}

func TestConcat(t *testing.T) {
	x := &Crossing{Ins: 3, Outs: 1}
	b := newBench(t, x, 0, x.Concat)
	var want []byte
	for i := range 3 {
		data := lines(2000, fmt.Sprint(i))
		want = append(want, data[:len(data)-1]...)
		b.feed(i, data[:len(data)-1])
	}
	if got := b.collect()[0]; !bytes.Equal(got, want) {
		t.Errorf("%d bytes, not %d", len(got), len(want))
	}
}

func TestDeal(t *testing.T) {
	for _, outs := range []int{1, 3, 8} {
		x := &Crossing{Ins: 1, Outs: outs}
		b := newBench(t, x, 0, x.Deal)
		data := lines(20_000, "l")
		b.feed(0, data[:len(data)-1])
		var got []string
		for i, part := range b.collect() {
			if len(part) == 0 {
				t.Errorf("output %d of %d got nothing", i, outs)
			}
			got = append(got, strings.Split(strings.TrimSuffix(string(part), "\n"), "\n")...)
		}
		want := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d outputs: %d lines, not %d", outs, len(got), len(want))
		}
	}
}

// TestDealToWhoIsFree: a reader that takes nothing has one line in its pipe, and
// all others go to who is free; what it leaves goes to them too.
func TestDealToWhoIsFree(t *testing.T) {
	x := &Crossing{Ins: 1, Outs: 3}
	b := newBench(t, x, 0, x.Deal)
	b.feed(0, []byte(strings.Repeat("0123456789\n", 10_000)))
	var count atomic.Int64
	var all sync.WaitGroup
	for _, f := range b.out[1:] {
		all.Go(func() {
			buf := make([]byte, 11)
			for {
				if _, err := io.ReadFull(f, buf); err != nil {
					return
				}
				if count.Add(1) == 5000 {
					b.out[0].Close() // it never read
				}
			}
		})
	}
	all.Wait()
	if count.Load() != 10_000 {
		t.Errorf("%d lines", count.Load())
	}
	if err := <-b.over; err != nil {
		t.Error(err)
	}
}

// TestDealAfterTheLast: the input's last line, which has no newline, and a line that another reader left do not
// become one.
func TestDealAfterTheLast(t *testing.T) {
	x := &Crossing{Ins: 1, Outs: 2}
	b := newBench(t, x, 0, x.Deal)
	b.feed(0, []byte("left\nlast"))
	buf := make([]byte, 4)
	if _, err := io.ReadFull(b.out[1], buf); err != nil || string(buf) != "last" {
		t.Fatalf("%q, %v", buf, err)
	}
	b.out[0].Close() // it never read
	if rest, err := io.ReadAll(b.out[1]); err != nil || string(rest) != "\nleft\n" {
		t.Errorf("%q, %v", rest, err)
	}
	if err := <-b.over; err != nil {
		t.Error(err)
	}
}

func TestShard(t *testing.T) {
	x := &Crossing{Ins: 1, Outs: 4}
	b := newBench(t, x, 0, func(ctx context.Context, files map[int]*os.File) error {
		return x.Shard(ctx, files, func(record []byte) (int, error) { return len(record) % 4, nil })
	})
	data := lines(10_000, "s")
	b.feed(0, data)
	var got []string
	for i, part := range b.collect() {
		for l := range strings.Lines(string(part)) {
			if (len(l)-1)%4 != i {
				t.Fatalf("a line of %d bytes at %d", len(l)-1, i)
			}
			got = append(got, l)
		}
	}
	want := slices.Collect(strings.Lines(string(data)))
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d lines, not %d", len(got), len(want))
	}
	b = newBench(t, x, 0, func(ctx context.Context, files map[int]*os.File) error {
		return x.Shard(ctx, files, func(record []byte) (int, error) { return 0, io.ErrNoProgress })
	})
	b.feed(0, []byte("x\n"))
	if err := <-b.over; err != io.ErrNoProgress {
		t.Error(err)
	}
}

// ordered joins a deal and its order with copiers that are slow at random.
func ordered(t *testing.T, data []byte, copier func(i int, in io.Reader, out io.WriteCloser)) ([]byte, error) {
	const n = 4
	give, take := &Crossing{Ins: 1, Outs: n + 1}, &Crossing{Ins: n + 1, Outs: 1}
	b := newBench(t, give, 0, give.DealInOrder)
	c := newBench(t, take, 0, take.Order)
	b.feed(0, data)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			copier(i, b.out[i], c.in[i+1])
			b.out[i].Close()
			c.in[i+1].Close()
		})
	}
	all.Go(func() {
		io.Copy(c.in[0], b.out[n])
		c.in[0].Close()
	})
	got, _ := io.ReadAll(c.out[0])
	all.Wait()
	<-b.over
	return got, <-c.over
}

type discard struct{ io.Writer }

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }

func TestOrder(t *testing.T) {
	data := lines(20_000, "o")
	data = data[:len(data)-1]
	got, err := ordered(t, data, func(i int, in io.Reader, out io.WriteCloser) {
		buf := make([]byte, 1<<16)
		for {
			n, err := in.Read(buf[:1+rand.IntN(len(buf))])
			if err != nil {
				return
			}
			out.Write(buf[:n])
		}
	})
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, not %d: %v", len(got), len(data), err)
	}
	_, err = ordered(t, []byte(strings.Repeat("line\n", 50_000)), func(i int, in io.Reader, out io.WriteCloser) {
		if i == 2 {
			out = discard{}
		}
		io.Copy(out, in)
	})
	if err == nil || !strings.Contains(err.Error(), "fewer") {
		t.Errorf("one that gives nothing: %v", err)
	}
	_, err = ordered(t, []byte("a\nb\n"), func(i int, in io.Reader, out io.WriteCloser) {
		io.Copy(out, in)
		out.Write([]byte("more\n"))
	})
	if err == nil || !strings.Contains(err.Error(), "more") {
		t.Errorf("one that gives too much: %v", err)
	}
}

func TestMeasureAndSpill(t *testing.T) {
	data := lines(20_000, "m")
	x := &Crossing{Ins: 1, Outs: 1}
	b := newBench(t, x, 0, x.Measure)
	b.feed(0, data)
	if got := b.collect()[0]; !bytes.Equal(got, data) {
		t.Errorf("%d bytes, not %d", len(got), len(data))
	}
	// All is taken before the reader begins.
	for range 3 {
		b = newBench(t, x, 0, func(ctx context.Context, files map[int]*os.File) error { return x.Spill(ctx, files, t.TempDir(), 0) })
		if _, err := b.in[0].Write(data); err != nil {
			t.Fatal(err)
		}
		b.feed(0, data)
		if got := b.collect()[0]; !bytes.Equal(got, append(bytes.Clone(data), data...)) {
			t.Errorf("%d bytes, not %d", len(got), 2*len(data))
		}
	}
	b = newBench(t, x, 0, func(ctx context.Context, files map[int]*os.File) error { return x.Spill(ctx, files, "", 1<<20) })
	b.feed(0, bytes.Repeat(data, 4))
	if err := <-b.over; err == nil || !strings.Contains(err.Error(), "behind") {
		t.Errorf("above the limit: %v", err)
	}
}

// TestStops: every relay ends when the run does.
func TestStops(t *testing.T) {
	x := &Crossing{Ins: 2, Outs: 2}
	for name, move := range map[string]func(context.Context, map[int]*os.File) error{"tee": x.Tee, "merge": x.Merge, "concat": x.Concat, "deal": x.Deal,
		"order": x.Order, "spill": func(ctx context.Context, f map[int]*os.File) error { return x.Spill(ctx, f, "", 0) }} {
		ctx, cancel := context.WithCancel(t.Context())
		b := newBench(t, x, 0, func(_ context.Context, files map[int]*os.File) error { return move(ctx, files) })
		cancel()
		if err := <-b.over; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
