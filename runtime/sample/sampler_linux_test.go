package sample

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/runtime/signals"
)

// chain starts commands joined by pipes p1, p2, ... The last one writes to "out", which the
// caller has.
func chain(t *testing.T, argvs ...[]string) (*runtime.Run, *os.File) {
	t.Helper()
	return chainOf(t, nil, argvs...)
}

// chainOf is chain with a stage s2 that is started again when it fails.
func chainOf(t *testing.T, again *plan.Restart, argvs ...[]string) (*runtime.Run, *os.File) {
	t.Helper()
	top := &plan.Topology{Channels: []plan.Channel{{Name: "out", Kind: ipc.KindPipe}}}
	for i, argv := range argvs {
		name := fmt.Sprint("s", i+1)
		top.Stages = append(top.Stages, plan.Stage{Name: name, Argv: argv})
		if i == 1 {
			top.Stages[i].Restart = again
		}
		if i > 0 {
			c := fmt.Sprint("p", i)
			top.Channels = append(top.Channels, plan.Channel{Name: c, Kind: ipc.KindPipe})
			top.Ends = append(top.Ends, plan.End{Stage: fmt.Sprint("s", i), Channel: c, Mode: ipc.Write, FD: 1},
				plan.End{Stage: name, Channel: c, Mode: ipc.Read, FD: 0})
		}
	}
	top.Ends = append(top.Ends, plan.End{Stage: fmt.Sprint("s", len(argvs)), Channel: "out", Mode: ipc.Write, FD: 1},
		plan.End{Channel: "out", Mode: ipc.Read, FD: -1})
	p, err := plan.Compile(top, runtime.ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	r, err := runtime.Start(context.Background(), p, runtime.Options{Background: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = r.Kill(syscall.SIGKILL)
		_, _ = r.Wait()
	})
	return r, r.File("out", ipc.Read)
}

// until looks until a frame is as wanted.
func until(t *testing.T, s *Sampler, what string, ok func(*Frame) bool) *Frame {
	t.Helper()
	for end := time.Now().Add(leak.Patience); ; time.Sleep(time.Millisecond) {
		for range 5 {
			s.Look()
		}
		f := s.Frame()
		if ok(f) {
			return f
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %+v", what, f)
		}
	}
}

// TestStates has a stage in each state, and what it waits for.
func TestStates(t *testing.T) {
	rows := []struct {
		argv  []string // before a reader that never reads, behind a writer that writes nothing
		state State
		on    string
	}{
		{[]string{"cat"}, Reads, "p1"},
		{[]string{"cat", "/dev/zero"}, Writes, "p2"},
		{[]string{"sleep", "100"}, Sleeps, ""},
		{[]string{"sh", "-c", "sleep 100; true"}, Sleeps, ""},
		{[]string{"sh", "-c", "cat; true"}, Reads, "p1"},
		{[]string{"sh", "-c", "kill -STOP $$"}, Stopped, ""},
		{[]string{"sh", "-c", "while :; do :; done"}, Runs, ""},
		{[]string{"true"}, Ended, ""},
	}
	for _, row := range rows {
		t.Run(row.argv[len(row.argv)-1], func(t *testing.T) {
			r, out := chain(t, []string{"sleep", "100"}, row.argv, []string{"sleep", "100"})
			defer out.Close()
			s := New(r)
			defer s.Close()
			until(t, s, string(row.state), func(f *Frame) bool { return f.Stages[1].State == row.state && f.Stages[1].On == row.on })
		})
	}
}

// TestRests: a stage that rests before its restart holds the others up, and is said to.
func TestRests(t *testing.T) {
	r, out := chainOf(t, &plan.Restart{Backoff: time.Hour}, []string{"yes"}, []string{"sh", "-c", "exit 3"}, []string{"cat"})
	defer out.Close()
	s := New(r)
	defer s.Close()
	f := until(t, s, "no verdict", func(f *Frame) bool { return Judge(f).Why == rests && f.Stages[1].State == Rests })
	if v := Judge(f); v.Stage != "s2" || v.Why != rests || !strings.Contains(v.Advice, "has ended 1 time, the last one with exit 3") {
		t.Errorf("%+v", v)
	}
	if st := f.Stages[1]; st.State != Rests || st.End != "exit 3" || st.PID != 0 || !strings.Contains(st.doing(f), "rests") {
		t.Errorf("%+v", st)
	}
}

// TestOpening: who waits to open a FIFO says at which.
func TestOpening(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "f")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		code  string
		state State
		words string
	}{
		{`exec cat "$0"`, Reads, "waits to open " + fifo + " for reading, which nobody writes"},
		{`echo x > "$0"`, Writes, "waits to open " + fifo + " for writing, which nobody reads"},
		{`cd "${0%f}"; exec 3< f`, Reads, "waits to open f for reading, which nobody writes"},
	} {
		t.Run(row.code, func(t *testing.T) {
			r, out := chain(t, []string{"sleep", "100"}, []string{"sh", "-c", row.code, fifo}, []string{"sleep", "100"})
			defer out.Close()
			s := New(r)
			defer s.Close()
			until(t, s, row.words, func(f *Frame) bool { return f.Stages[1].State == row.state && f.Stages[1].Opening() == row.words })
		})
	}
}

// TestFill compares what a pipe holds with what the kernel says of it.
func TestFill(t *testing.T) {
	for _, n := range []int{0, 1, 4096, 10000, 1 << 20} {
		r, out := chain(t, []string{"sh", "-c", fmt.Sprintf("head -c %d /dev/zero; sleep 100", n)}, []string{"sleep", "100"})
		s := New(r)
		f := until(t, s, fmt.Sprint(n, " bytes"), func(f *Frame) bool {
			c := channelOf(f, "p1")
			return c.Cap > 0 && c.Fill == min(int64(n), c.Cap)
		})
		c := channelOf(f, "p1")
		fill, size := ask(t, f.Stages[1].PID)
		if int(c.Fill) != fill || int(c.Cap) != size {
			t.Errorf("%d bytes: got %d of %d, the kernel says %d of %d", n, c.Fill, c.Cap, fill, size)
		}
		s.Close()
		out.Close()
		_ = r.Kill(syscall.SIGKILL)
		_, _ = r.Wait()
	}
}

func channelOf(f *Frame, name string) *ChannelNow {
	for i := range f.Channels {
		if f.Channels[i].Channel == name {
			return &f.Channels[i]
		}
	}
	return &ChannelNow{}
}

// ask is what the kernel says of the pipe that a process reads.
func ask(t *testing.T, pid int) (fill, size int) {
	t.Helper()
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/fd/0", pid), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	fill, _ = unix.IoctlGetInt(fd, unix.TIOCINQ)
	size, _ = unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0)
	return fill, size
}

// TestNoEndIsLate looks all the time at writers whose readers leave, and at readers whose
// writers end: each writer gets SIGPIPE, and each reader its end of file.
func TestNoEndIsLate(t *testing.T) {
	for range 40 {
		r, out := chain(t, []string{"yes"}, []string{"head", "-c", "100000"}, []string{"cat"})
		s := New(r)
		read := make(chan int64)
		go func() {
			n, _ := io.Copy(io.Discard, out)
			out.Close()
			read <- n
		}()
		for over := false; !over; {
			select {
			case <-r.Done():
				over = true
			default:
				s.Look()
				s.Frame()
			}
		}
		s.Close()
		res, err := r.Wait()
		if n := <-read; err != nil || n != 100000 {
			t.Fatalf("%d bytes, %v", n, err)
		}
		if sig := res.Stages[0].Signal; sig != "SIGPIPE" {
			t.Fatalf("yes ended by %q", sig)
		}
	}
}

// TestManyEnds looks at four hundred writers, a hundred at a time, as fast as can be: each gets SIGPIPE when its
// reader has left, and the end of file comes to whoever reads what those have written.
func TestManyEnds(t *testing.T) {
	const writers, each = 100, 70000 // more than a pipe holds
	rounds := 4
	if testing.Short() || leak.RaceDetector {
		rounds = 1
	}
	for range rounds {
		top := &plan.Topology{Channels: []plan.Channel{{Name: "out", Kind: ipc.KindPipe}}}
		for i := range writers {
			w, h, c := fmt.Sprint("w", i), fmt.Sprint("h", i), fmt.Sprint("p", i)
			top.Stages = append(top.Stages, plan.Stage{Name: w, Argv: []string{"yes"}},
				plan.Stage{Name: h, Argv: []string{"head", "-c", fmt.Sprint(each)}})
			top.Channels = append(top.Channels, plan.Channel{Name: c, Kind: ipc.KindPipe})
			top.Ends = append(top.Ends, plan.End{Stage: w, Channel: c, Mode: ipc.Write, FD: 1},
				plan.End{Stage: h, Channel: c, Mode: ipc.Read, FD: 0}, plan.End{Stage: h, Channel: "out", Mode: ipc.Write, FD: 1})
		}
		top.Ends = append(top.Ends, plan.End{Channel: "out", Mode: ipc.Read, FD: -1})
		p, err := plan.Compile(top, runtime.ThisHost())
		if err != nil {
			t.Fatal(err)
		}
		r, err := runtime.Start(t.Context(), p, runtime.Options{Background: true})
		if err != nil {
			t.Fatal(err)
		}
		out := r.File("out", ipc.Read)
		read := make(chan int64)
		go func() {
			n, _ := io.Copy(io.Discard, out)
			out.Close()
			read <- n
		}()
		s, looks, n := New(r), 0, int64(-1)
		for over := false; !over; looks++ {
			select {
			case n = <-read:
			case <-r.Done():
				over = true
			default:
				s.Look()
				s.Frame()
			}
		}
		s.Close()
		if n < 0 {
			n = <-read
		}
		res, err := r.Wait()
		if err != nil || n != writers*each {
			t.Fatalf("%d bytes, %v", n, err)
		}
		for _, st := range res.Stages {
			if st.Name[0] == 'w' && st.Signal != "SIGPIPE" {
				t.Errorf("%s ended by %q, after %d looks", st.Name, st.Signal, looks)
			}
		}
	}
}

// TestFeedSkips has a reader that takes no frame for a while: it gets the newest, and is told
// how many it missed; the last one has the run's end.
func TestFeedSkips(t *testing.T) {
	r, out := chain(t, []string{"sleep", "100"})
	defer out.Close()
	feed := NewFeed()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go feed.Run(ctx, func() *runtime.Run { return r })
	first := feed.Next()
	for end := time.Now().Add(leak.Patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		feed.mu.Lock()
		skipped := feed.skipped
		feed.mu.Unlock()
		if skipped >= 3 {
			break
		}
	}
	next := feed.Next()
	if next.Seq < first.Seq+4 || next.Skipped < 3 {
		t.Errorf("frame %d, then %d, %d skipped", first.Seq, next.Seq, next.Skipped)
	}
	_ = r.Kill(syscall.SIGTERM)
	for next = feed.Next(); next.Ended == ""; {
		next = feed.Next()
	}
	if st := next.Stages[0]; st.State != Ended || st.End != "SIGTERM" {
		t.Errorf("the last frame: %+v", st)
	}
}

// TestMoved: what goes through a pipe is counted once, also where a stage is a shell whose programs write it, be
// they waited for at once or later, and what a shell's programs read besides is not among it, nor is what execve(2)
// reads.
func TestMoved(t *testing.T) {
	const again = "i=0; while [ $i -lt 50 ]; do i=$((i+1)); "
	for _, row := range []struct {
		writer []string // after each of these it stops
		reader string
		want   []int64 // what has gone through by then, at least
	}{
		{[]string{again + "echo 12345; /bin/true; done"}, "while read line; do /bin/true; done", []int64{300}},
		{[]string{"echo 12345"}, "read line; exec sh -c 'while read line; do :; done'", []int64{6}},
		{[]string{"head -c 1000000 /dev/zero; head -c 1000000 /dev/zero; /bin/true"}, "cat > /dev/null", []int64{2_000_000}},
		{[]string{again + "head -c 10000 /dev/zero; done"}, "cat > /dev/null", []int64{500_000}},
		{[]string{"head -c 10000 /dev/zero & echo 12345", "wait; echo 12345"}, "cat > /dev/null", []int64{6, 10_012}},
	} {
		stop := "; kill -STOP $$; "
		code := "kill -STOP $$; " + strings.Join(row.writer, stop) + stop
		r, out := chain(t, []string{"sh", "-c", code}, []string{"sh", "-c", row.reader})
		s := New(r)
		stopped := func(f *Frame) bool { return f.Stages[0].State == Stopped && f.Stages[1].State == Reads }
		until(t, s, "s1 does not stop", stopped)
		for i := range row.writer {
			if err := r.KillStage("s1", signals.Continue); err != nil {
				t.Fatal(err)
			}
			until(t, s, "not all goes through", func(f *Frame) bool {
				return stopped(f) && channelOf(f, "p1").Total >= row.want[i]
			})
			for range 2 * longFallen {
				s.Frame()
			}
		}
		want := row.want[len(row.want)-1]
		if c := channelOf(s.Frame(), "p1"); c.Total > want+want/20 {
			t.Errorf("%s | %s: %d, want %d", code, row.reader, c.Total, want)
		}
		s.Close()
		_ = r.Kill(syscall.SIGKILL)
		_, _ = r.Wait()
		out.Close()
	}
}

// TestCounts: what a relay has counted is exact, in the first frame too.
func TestCounts(t *testing.T) {
	top := &plan.Topology{Stages: []plan.Stage{{Name: "tee", Relay: func() plan.Relay {
		x := &relay.Crossing{Ins: 1, Outs: 2, Ports: make([]relay.Port, 3)}
		return plan.Relay{Ports: x.Ports, Waits: x.Waits,
			Move: func(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
				return x.Tee(ctx, files)
			}}
	}}}}
	for i, c := range []string{"in", "a", "b"} {
		mode, other := ipc.Write, ipc.Read
		if i == 0 {
			mode, other = other, mode
		}
		top.Channels = append(top.Channels, plan.Channel{Name: c, Kind: ipc.KindPipe})
		top.Ends = append(top.Ends, plan.End{Stage: "tee", Channel: c, Mode: mode, FD: i}, plan.End{Channel: c, Mode: other, FD: -1})
	}
	p, err := plan.Compile(top, runtime.ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	r, err := runtime.Start(t.Context(), p, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, a, b := r.File("in", ipc.Write), r.File("a", ipc.Read), r.File("b", ipc.Read)
	defer func() {
		in.Close()
		a.Close()
		b.Close()
		_, _ = r.Wait()
	}()
	s := New(r)
	defer s.Close()
	for round := range int64(3) {
		_, _ = in.WriteString("twelve bytes")
		for _, f := range []*os.File{a, b} {
			_, _ = io.ReadFull(f, make([]byte, 12))
		}
		f := until(t, s, "twelve bytes", func(f *Frame) bool { return channelOf(f, "b").Total == 12*(round+1) })
		for _, name := range []string{"in", "a"} {
			if c := channelOf(f, name); !c.Exact || c.Total != 12*(round+1) || c.Rate < 0 || c.Source != "" {
				t.Errorf("round %d: %+v", round, *c)
			}
		}
	}
}
