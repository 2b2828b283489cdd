package relay

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/leak"
)

// counting are the relays that look at records, and how many they see at each port.
var counting = []string{"deal", "deal in order", "shard", "order"}

// TestPorts: the count of every port of every relay is what went through it, while the relay
// works and at its end.
func TestPorts(t *testing.T) {
	for _, r := range relays {
		for _, frame := range []Frame{FrameLine, FrameNUL, FrameBytes} {
			if frame == FrameBytes && (r.name == "order" || r.name == "shard") {
				continue
			}
			t.Run(fmt.Sprint(r.name, frame), func(t *testing.T) {
				x := &Crossing{Ins: r.ins, Outs: r.outs, Frame: frame, Ports: make([]Port, r.ins+r.outs)}
				end, framed := frame.delimiter()
				b := newBench(t, x, 0, r.move(x))
				fed := make([][]byte, r.ins)
				for i := range fed {
					fed[i] = bytes.ReplaceAll(lines(500, "p"), []byte("\n"), []byte{end})
					fed[i] = fed[i][:len(fed[i])-rand.IntN(2)] // the last may have no end
				}
				if r.name == "order" {
					fed[0] = nil
					for i, data := range fed[1:] {
						entry := uint64(i)<<48 | uint64(records(data, end))
						fed[0] = binary.LittleEndian.AppendUint64(fed[0], entry)
					}
				}
				// What is written goes through while the input is still open.
				for i := range b.in {
					b.feedSome(i, fed[i])
				}
				got := b.collect()
				for i := range x.Ports {
					data := append(fed, got...)[i]
					wantRecords := int64(-1)
					if framed && slices.Contains(counting, r.name) && !(r.name == "order" && i == 0) &&
						!(r.name == "deal in order" && i == len(x.Ports)-1) {
						wantRecords = records(data, end)
					}
					if n, rec := x.Ports[i].Count(); n != int64(len(data)) || rec != wantRecords {
						t.Errorf("port %d: %d bytes in %d records were counted, not %d in %d", i, n, rec, len(data), wantRecords)
					}
				}
			})
		}
	}
}

func records(data []byte, end byte) int64 {
	n := bytes.Count(data, []byte{end})
	if len(data) > 0 && data[len(data)-1] != end {
		n++
	}
	return int64(n)
}

// feedSome is feed by small pieces at first.
func (b *bench) feedSome(i int, data []byte) {
	n := min(len(data), 100)
	b.in[i].Write(data[:n])
	b.feed(i, data[n:])
}

// TestPortsWhileItRuns: a count grows as bytes go through, with the input still open.
func TestPortsWhileItRuns(t *testing.T) {
	for _, r := range relays {
		if r.name == "order" || r.name == "concat" {
			continue // they take their inputs in turn
		}
		x := &Crossing{Ins: r.ins, Outs: r.outs, Ports: make([]Port, r.ins+r.outs)}
		b := newBench(t, x, 0, r.move(x))
		out := 0
		if r.name == "shard" {
			out = 1 // 4 % 3
		}
		for round := range 10 {
			b.in[0].WriteString("line\n")
			if _, err := io.ReadFull(b.out[out], make([]byte, 5)); err != nil {
				t.Fatalf("%s: %v", r.name, err)
			}
			if r.name == "deal" || r.name == "deal in order" {
				out = (out + 1) % 3
			}
			// The relay counts after the call that has moved them.
			want := int64(5 * (round + 1))
			n, _ := x.Ports[0].Count()
			for until := time.Now().Add(leak.Patience); n < want && time.Now().Before(until); n, _ = x.Ports[0].Count() {
				runtime.Gosched()
			}
			if n != want {
				t.Errorf("%s: %d bytes of its input were counted, not %d", r.name, n, want)
			}
		}
		for _, in := range b.in {
			in.Close()
		}
		b.collect()
	}
}

// TestPortsOfLeavers: what a reader leaves in its pipe, and another gets, is counted there
// only: the sum of the outputs is the input.
func TestPortsOfLeavers(t *testing.T) {
	for round := range 30 {
		data := []byte(strings.Repeat("0123456789\n", 20_000))
		if round%3 == 2 {
			data = lines(3000, "l")
		}
		x := &Crossing{Ins: 1, Outs: 3, Ports: make([]Port, 4)}
		b := newBench(t, x, 0, x.Deal)
		b.feed(0, data)
		var all sync.WaitGroup
		for i, f := range b.out {
			all.Go(func() {
				if i > 0 {
					io.CopyN(io.Discard, f, rand.Int64N(int64(len(data)/2)))
					f.Close()
					return
				}
				io.Copy(io.Discard, f)
			})
		}
		all.Wait()
		if err := <-b.over; err != nil {
			t.Error(err)
		}
		in, inRecords := x.Ports[0].Count()
		var out, outRecords int64
		for i := range x.Ports[1:] {
			n, rec := x.Ports[i+1].Count()
			out, outRecords = out+n, outRecords+rec
		}
		// A reader that left in the middle of a line has all of that line.
		if in != int64(len(data)) || inRecords != records(data, '\n') || outRecords != inRecords || out > in || in-out > 2*300_100 {
			t.Errorf("%d bytes in %d lines went in, %d in %d out, of %d", in, inRecords, out, outRecords, len(data))
		}
	}
}

// TestPortsOfMessages: the relays between a stream and a channel of messages count at both.
func TestPortsOfMessages(t *testing.T) {
	const n = 1000
	data := []byte(strings.Repeat("a line\n", n))
	for _, tag := range []byte{0, 't'} {
		region, err := ipc.CreateRegion("", ipc.RingBytes(2*n, 100), ipc.NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		ring, err := ipc.NewRing(region, 2*n, 100)
		if err != nil {
			t.Fatal(err)
		}
		fd, err := unix.FcntlInt(ring.Files()[0].Fd(), unix.F_DUPFD_CLOEXEC, 3)
		if err != nil {
			t.Fatal(err)
		}
		same, err := ipc.JoinMessages(ipc.Addr{Kind: ipc.KindRing}, []*os.File{os.NewFile(uintptr(fd), "ring")})
		if err != nil {
			t.Fatal(err)
		}
		for _, move := range []func(context.Context, Joint) error{Send, Receive} {
			r, w, err := ipc.Pipe(1 << 20)
			if err != nil {
				t.Fatal(err)
			}
			ports := make([]Port, 2)
			j := Joint{Stream: r, Channel: ring, Tag: tag, Turns: &Turns{}, Lines: &ports[0], Messages: &ports[1]}
			other := w
			ctx, cancel := context.WithCancel(t.Context())
			over := make(chan error)
			if ring != nil {
				w.Write(data)
				w.Close()
				ring = nil
			} else {
				j.Stream, j.Channel, other = w, same, r
			}
			go func() { over <- move(ctx, j) }()
			if other == r {
				if got := make([]byte, len(data)); true {
					io.ReadFull(r, got)
					if !bytes.Equal(got, data) {
						t.Errorf("%.50q", got)
					}
				}
				cancel()
				r.Close()
			}
			if err := <-over; err != nil {
				t.Error(err)
			}
			cancel()
			messages := int64(len(data) - n)
			if tag != 0 {
				messages += n
			}
			for i, want := range []int64{int64(len(data)), messages} {
				if got, rec := ports[i].Count(); got != want || rec != n {
					t.Errorf("tag %d, port %d: %d bytes in %d, not %d in %d", tag, i, got, rec, want, n)
				}
			}
		}
	}
}

// TestPortsOfBytes: the relay into a connection counts what it read and wrote.
func TestPortsOfBytes(t *testing.T) {
	l, err := net.Listen("unix", t.TempDir()+"/s")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	file, err := conn.(*net.UnixConn).File()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ports := make([]Port, 2)
	over := make(chan error)
	go func() { over <- Bytes(t.Context(), r, file, ports) }()
	data := lines(1000, "b")
	go func() {
		w.Write(data)
		w.Close()
	}()
	got, _ := io.ReadAll(peer)
	if err := <-over; err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes of %d: %v", len(got), len(data), err)
	}
	for i := range ports {
		if n, rec := ports[i].Count(); n != int64(len(data)) || rec != -1 {
			t.Errorf("port %d: %d bytes, %d records, not %d", i, n, rec, len(data))
		}
	}
}
