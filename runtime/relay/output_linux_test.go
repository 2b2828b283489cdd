package relay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// failingOutputs take so many bytes, and then their writes fail.
var failingOutputs = []struct {
	name string
	make func(t *testing.T, room int) *os.File
	err  error // nil where it is no fault: the reader has left
	none bool  // there is never room

	portable error // of the portable system, which does not ask poll(2)
}{
	{"a full device", func(t *testing.T, _ int) *os.File {
		f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}, unix.ENOSPC, true, nil},
	{"a file that may not grow", func(t *testing.T, room int) *os.File {
		fd, err := unix.MemfdCreate("sealed", unix.MFD_ALLOW_SEALING|unix.MFD_CLOEXEC)
		if err != nil {
			t.Fatal(err)
		}
		f := os.NewFile(uintptr(fd), "sealed")
		if err := errors.Join(f.Truncate(int64(room)), seal(f)); err != nil {
			t.Fatal(err)
		}
		return f
	}, unix.EPERM, false, nil},
	{"a terminal that hung up", func(t *testing.T, _ int) *os.File {
		ptm, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			t.Skip(err)
		}
		defer ptm.Close()
		n, err := unix.IoctlGetInt(int(ptm.Fd()), unix.TIOCGPTN)
		err = errors.Join(err, unix.IoctlSetPointerInt(int(ptm.Fd()), unix.TIOCSPTLCK, 0))
		pts, openErr := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
		if err = errors.Join(err, openErr); err != nil {
			t.Skip(err)
		}
		return pts
	}, nil, true, unix.EIO},
	{"a socket whose peer left", func(t *testing.T, _ int) *os.File {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		unix.Close(fds[1])
		return os.NewFile(uintptr(fds[0]), "socket")
	}, nil, true, nil},
}

func seal(f *os.File) error {
	_, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_GROW)
	return err
}

// TestOutputFails: an output at which a write fails, at whatever byte, is left out. The others
// get all that is theirs, and the relay's error names the output.
func TestOutputFails(t *testing.T) {
	data := []byte(strings.Repeat("0123456789\n", 20_000))
	for _, r := range relays {
		if r.name == "deal in order" || r.name == "look" {
			continue // their other outputs are pipes of weir's own
		}
		for _, out := range failingOutputs {
			want := out.err
			if forcePortable && out.portable != nil {
				want = out.portable
			}
			for bad := range r.outs {
				for _, room := range []int{0, 1, 11, 5000, len(data)/r.outs/3 + 5} {
					if out.none && room > 0 {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/%d/%d", r.name, out.name, bad, room), func(t *testing.T) {
						testOutputFails(t, r.name, r.ins, r.outs, r.move, out.make(t, room), want, bad, room, data)
					})
				}
			}
		}
	}
}

func testOutputFails(t *testing.T, name string, ins, outs int, move moveFunc, failing *os.File, want error, bad, room int, data []byte) {
	x := &Crossing{Ins: ins, Outs: outs}
	b := newPipes(t, x, 0)
	b.files[ins+bad].Close()
	b.files[ins+bad] = failing
	b.start(move(x))
	for i := range b.in {
		switch {
		case name == "order" && i == 0:
			b.feed(i, bytes.Repeat([]byte("\x01\x00\x00\x00\x00\x00\x00\x00"), bytes.Count(data, []byte("\n"))))
		default:
			b.feed(i, data)
		}
	}
	got := make([][]byte, outs)
	var all sync.WaitGroup
	for i, f := range b.out {
		if i != bad {
			all.Go(func() { got[i], _ = io.ReadAll(f) })
		}
	}
	all.Wait()
	err := <-b.over
	var lost OutputError
	isShard := name == "shard" && bad != 10%outs // all lines have one length
	switch {
	case name == "deal" && err == nil && room > 0: // it took less than it has room for
		if n := len(bytes.Join(got, nil)); n+room < len(data) {
			t.Errorf("they got %d bytes of %d", n, len(data))
		}
	case want == nil || isShard:
		if err != nil {
			t.Errorf("the relay: %v", err)
		}
	case !errors.As(err, &lost) || len(lost) != 1 || lost[0].FD != ins+bad || !errors.Is(err, want):
		t.Errorf("the relay: %v", err)
	}
	all0 := bytes.Join(got, nil)
	switch {
	case outs == 1:
	case name == "tee":
		for i, text := range got {
			if i != bad && !bytes.Equal(text, data) {
				t.Errorf("output %d got %d bytes, not %d", i, len(text), len(data))
			}
		}
	case name == "shard" && isShard && !bytes.Equal(all0, data):
		t.Errorf("they got %d bytes, not %d", len(all0), len(data))
	case name == "deal":
		// The failing one may have taken lines, but part of one only is lost with it.
		if len(all0)%11 != 0 || want != nil && outs > 1 && len(all0) < len(data)/3 {
			t.Errorf("they got %d bytes of %d", len(all0), len(data))
		}
	}
}

// TestOutputToldAtOnce: of an output that fails Lost is told once, while the input goes on.
func TestOutputToldAtOnce(t *testing.T) {
	for _, r := range relays {
		if r.name == "deal in order" || r.name == "look" {
			continue // their other outputs are pipes of weir's own
		}
		for _, out := range failingOutputs {
			if out.err == nil {
				continue
			}
			for bad := range r.outs {
				t.Run(fmt.Sprintf("%s/%s/%d", r.name, out.name, bad), func(t *testing.T) {
					told := make(chan *Fault, 10)
					x := &Crossing{Ins: r.ins, Outs: r.outs, Lost: func(f *Fault) { told <- f }}
					b := newPipes(t, x, 0)
					b.files[r.ins+bad].Close()
					b.files[r.ins+bad] = out.make(t, 20)
					if r.name == "shard" {
						b.start(func(ctx context.Context, files map[int]*os.File) error {
							n := 0
							return x.Shard(ctx, files, func([]byte) (int, error) { n++; return n % r.outs, nil })
						})
					} else {
						b.start(r.move(x))
					}
					var all sync.WaitGroup
					leave := make(chan bool)
					for i := range b.in {
						all.Go(func() { _ = b.endless(r.name, i) })
					}
					for i, f := range b.out {
						if i != bad {
							all.Go(func() { readUntil(f, leave) })
						}
					}
					if f := <-told; f.FD != r.ins+bad || !errors.Is(f, out.err) {
						t.Errorf("told is %v", f)
					}
					close(leave)
					var lost OutputError
					if err := <-b.over; !errors.As(err, &lost) {
						t.Errorf("the relay: %v", err)
					}
					all.Wait()
					if len(told) > 0 {
						t.Errorf("told again is %v", <-told)
					}
				})
			}
		}
	}
}

// readUntil reads until leave is closed, and closes f.
func readUntil(f *os.File, leave chan bool) {
	defer f.Close()
	for buf := make([]byte, 1000); ; {
		select {
		case <-leave:
			return
		default:
		}
		if _, err := f.Read(buf); err != nil {
			return
		}
	}
}

// TestOrderWithoutReaders: whether the readers leave before the first record or after it,
// a record that nobody answers is missed; an input without records is not.
func TestOrderWithoutReaders(t *testing.T) {
	for _, input := range []string{"", "x", "x\n", "x\ny\n", strings.Repeat("long", blockSize)} {
		for _, before := range []bool{true, false} {
			give := &Crossing{Ins: 1, Outs: 4}
			b := newPipes(t, give, 0)
			b.start(give.DealInOrder)
			leave := func() {
				for _, out := range b.out[:3] {
					out.Close()
				}
			}
			if before {
				leave()
			}
			b.feed(0, []byte(input))
			if !before {
				if input != "" {
					b.out[3].Read(make([]byte, 0))
				}
				leave()
			}
			take := &Crossing{Ins: 4, Outs: 1, Names: []string{"a", "b", "c"}}
			c := newBench(t, take, 0, take.Order)
			for _, in := range c.in[1:] {
				in.Close()
			}
			io.Copy(c.in[0], b.out[3])
			c.in[0].Close()
			if err := <-b.over; err != nil {
				t.Errorf("%.9q: the deal: %v", input, err)
			}
			err := <-c.over
			if (err == nil) != (input == "") || err != nil && !strings.Contains(err.Error(), "ordered needs one line out") {
				t.Errorf("%.9q, the readers left before: %v: %v", input, before, err)
			}
		}
	}
}

// TestNames: an error names the stages, and not too many.
func TestNames(t *testing.T) {
	for want, names := range map[string][]string{"the stages": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b, c and d": {"a", "b", "c", "d"},
		"x, x, x and 197 more": slices.Repeat([]string{"x"}, 200)} {
		if got := (&Crossing{Names: names}).allNames(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

type moveFunc = func(x *Crossing) func(context.Context, map[int]*os.File) error
