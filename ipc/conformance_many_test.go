package ipc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"weir/ipc/leak"
)

// numbered is a message of the conformance suite: its producer, its number
// there, bytes to vary its length, and the CRC of all of it.
func numbered(buf []byte, producer, number, size int) []byte {
	n := 12 + (number*7+producer)%(min(size, 4096)-11)
	msg := buf[:n]
	binary.LittleEndian.PutUint32(msg, uint32(producer))
	binary.LittleEndian.PutUint32(msg[4:], uint32(number))
	for i := 8; i < n-4; i++ {
		msg[i] = byte(number + i)
	}
	binary.LittleEndian.PutUint32(msg[n-4:], crc32.ChecksumIEEE(msg[:n-4]))
	return msg
}

// readNumbered says what a message is, or how it was damaged.
func readNumbered(msg []byte, size int) (producer, number int, err error) {
	if len(msg) < 12 {
		return 0, 0, fmt.Errorf("torn: %d bytes", len(msg))
	}
	if binary.LittleEndian.Uint32(msg[len(msg)-4:]) != crc32.ChecksumIEEE(msg[:len(msg)-4]) {
		return 0, 0, fmt.Errorf("torn: %x", msg)
	}
	producer, number = int(binary.LittleEndian.Uint32(msg)), int(binary.LittleEndian.Uint32(msg[4:]))
	if want := 12 + (number*7+producer)%(min(size, 4096)-11); len(msg) != want {
		return 0, 0, fmt.Errorf("message %d of producer %d has %d bytes, and had %d", number, producer, len(msg), want)
	}
	return producer, number, nil
}

func sendNumbered(to Sender, producer, count, size int) error {
	buf := make([]byte, size)
	for i := range count {
		if err := to.Send(numbered(buf, producer, i, size)); err != nil {
			return fmt.Errorf("producer %d, message %d: %w", producer, i, err)
		}
	}
	return nil
}

// tally is what has come, of all producers and by all consumers.
type tally struct {
	mu  sync.Mutex
	got map[[2]int]int
}

func (y *tally) add(producer, number int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.got == nil {
		y.got = map[[2]int]int{}
	}
	y.got[[2]int{producer, number}]++
}

// check wants each message once.
func (y *tally) check(t *testing.T, producers, count int) {
	t.Helper()
	faults := 0
	for p := range producers {
		for n := range count {
			if times := y.got[[2]int{p, n}]; times != 1 && faults < 10 {
				t.Errorf("message %d of producer %d came %d times", n, p, times)
				faults++
			}
		}
	}
	if len(y.got) > producers*count {
		t.Errorf("%d messages came, of %d", len(y.got), producers*count)
	}
}

// receiveNumbered receives until the end, and hands on what came: of each
// producer in its order.
func receiveNumbered(from Receiver, size int, add func(producer, number int)) error {
	buf, last := make([]byte, size), map[int]int{}
	for {
		n, err := from.Receive(buf)
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		producer, number, err := readNumbered(buf[:n], size)
		if err != nil {
			return err
		}
		if before, some := last[producer]; some && number <= before {
			return fmt.Errorf("message %d of producer %d came after %d", number, producer, before)
		}
		last[producer] = number
		add(producer, number)
	}
}

// eachLossless runs a test on both sides of each channel that loses nothing. r and w are a pipe
// that tells of the writers.
func eachLossless(t *testing.T, test func(t *testing.T, i *implementation, to Receiver, from Sender, r, w *os.File)) {
	each(t, func(t *testing.T, i *implementation) {
		if i.lossy {
			t.Skip("it may lose messages")
		}
		to, from := i.link(t, false)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		test(t, i, to, from, r, w)
	})
}

// TestConformanceGoroutines has many goroutines at both sides of one handle.
func TestConformanceGoroutines(t *testing.T) {
	eachLossless(t, func(t *testing.T, i *implementation, to Receiver, from Sender, r, w *os.File) {
		to.(Messages).SetEnd(&End{Pipe: r})
		const producers, consumers, count = 4, 4, 500
		var writers, readers sync.WaitGroup
		var got tally
		for range consumers {
			readers.Go(func() {
				if err := receiveNumbered(to, i.size, got.add); err != nil {
					t.Error(err)
				}
			})
		}
		for p := range producers {
			writers.Go(func() {
				if err := sendNumbered(from, p, count, i.size); err != nil {
					t.Error(err)
				}
			})
		}
		writers.Wait()
		w.Close()
		readers.Wait()
		got.check(t, producers, count)
	})
}

func init() {
	players["send-numbered"] = func(args []string) error {
		ch, _, size, err := joinAsChild(args)
		if err != nil {
			return err
		}
		defer ch.Close()
		producer, _ := strconv.Atoi(args[4])
		count, _ := strconv.Atoi(args[5])
		return sendNumbered(ch, producer, count, size)
	}
	players["receive-numbered"] = func(args []string) error {
		ch, end, size, err := joinAsChild(args)
		if err != nil {
			return err
		}
		defer ch.Close()
		ch.SetEnd(&End{Pipe: end})
		return receiveNumbered(ch, size, func(producer, number int) { fmt.Println(producer, number) })
	}
}

// joinAsChild joins a channel: KIND NAME SIZE FILES; after its descriptors
// comes an end of the pipe that tells of the writers.
func joinAsChild(args []string) (ch Messages, end *os.File, size int, err error) {
	size, err = strconv.Atoi(args[2])
	count, err2 := strconv.Atoi(args[3])
	if err = errors.Join(err, err2); err != nil {
		return nil, nil, 0, err
	}
	var files []*os.File
	for i := range count {
		files = append(files, passed(i))
	}
	ch, err = JoinMessages(Addr{Kind(args[0]), args[1]}, files)
	return ch, passed(count), size, err
}

// player starts a child at one side of a channel.
func (i *implementation) player(t *testing.T, name string, ch Messages, end *os.File, more ...string) *leak.Child {
	t.Helper()
	files := ch.Files()
	args := append([]string{string(ch.Addr().Kind), ch.Addr().Name, strconv.Itoa(i.size), strconv.Itoa(len(files))}, more...)
	return play(t, name, append(files[:len(files):len(files)], end), args...)
}

// TestConformanceProcesses has several processes at both sides.
func TestConformanceProcesses(t *testing.T) {
	eachLossless(t, func(t *testing.T, i *implementation, to Receiver, from Sender, r, w *os.File) {
		const producers, consumers, count = 3, 2, 400
		var got tally
		var readers, writers sync.WaitGroup
		for range consumers {
			c := i.player(t, "receive-numbered", to.(Messages), r)
			readers.Go(func() { hearNumbered(t, c, got.add) })
		}
		var children []*leak.Child
		for p := range producers {
			children = append(children, i.player(t, "send-numbered", from.(Messages), w, strconv.Itoa(p), strconv.Itoa(count)))
		}
		w.Close() // the producers have it
		for _, c := range children {
			writers.Go(func() { c.End(t) })
		}
		writers.Wait()
		readers.Wait()
		got.check(t, producers, count)
	})
}

// hearNumbered reads what a consumer received, to its end.
func hearNumbered(t *testing.T, c *leak.Child, add func(producer, number int)) {
	for {
		var p, n int
		if _, err := fmt.Fscanln(c.Out, &p, &n); err == io.EOF {
			break
		} else if err != nil {
			t.Error(err)
			break
		}
		add(p, n)
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

// TestConformanceProducerKilled kills producers at random moments: what came of
// each is whole, in order, with no gap, and the next one's comes, too.
func TestConformanceProducerKilled(t *testing.T) {
	eachLossless(t, func(t *testing.T, i *implementation, to Receiver, from Sender, r, w *os.File) {
		kills := 10
		if testing.Short() {
			kills = 5
		}
		buf, next := make([]byte, i.size), make([]int, kills+1)
		receive := func(deadline time.Time) bool {
			to.SetReadDeadline(deadline)
			n, err := to.Receive(buf)
			if errors.Is(err, os.ErrDeadlineExceeded) || i.name == "unixpacket" && errors.Is(err, io.EOF) {
				return false
			}
			if err != nil {
				t.Fatal(err)
			}
			p, number, err := readNumbered(buf[:n], i.size)
			if err != nil || number != next[p] {
				t.Fatalf("message %d of producer %d, %v; the next was %d", number, p, err, next[p])
			}
			next[p]++
			return true
		}
		for k := range kills {
			c := i.player(t, "send-numbered", from.(Messages), w, strconv.Itoa(k), "1000000000")
			for range k * 37 % 101 {
				receive(time.Time{})
			}
			receive(time.Time{}) // it has begun
			dead := make(chan struct{})
			go func() {
				defer close(dead)
				c.Process.Kill() // while it sends
				c.Wait()
			}()
			for alive := true; alive; {
				receive(soon())
				select {
				case <-dead:
					alive = false
				default:
				}
			}
			for receive(over) {
			}
		}
		done := make(chan error, 1)
		go func() { done <- sendNumbered(from, kills, 100, i.size) }()
		for next[kills] < 100 {
			receive(time.Time{})
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if st, err := to.(Messages).Stat(); err != nil || st.Skipped > uint64(kills) {
			t.Errorf("%+v, %v after %d kills", st, err, kills)
		} else {
			t.Logf("%d of %d were killed half-way", st.Skipped, kills)
		}
	})
}

// TestConformanceConsumerKilled kills consumers at random moments: what comes
// after that is whole, and nobody hangs. What a consumer had in hand goes with it.
func TestConformanceConsumerKilled(t *testing.T) {
	eachLossless(t, func(t *testing.T, i *implementation, to Receiver, from Sender, r, w *os.File) {
		producer := i.player(t, "send-numbered", from.(Messages), w, "0", "1000000000")
		w.Close()
		kills := 10
		if testing.Short() {
			kills = 5
		}
		for k := range kills {
			c := i.player(t, "receive-numbered", to.(Messages), r)
			for range 1 + k*37%101 {
				var p, n int
				if _, err := fmt.Fscanln(c.Out, &p, &n); err != nil {
					t.Fatal(err)
				}
			}
			c.Process.Kill()
			c.Wait()
		}
		buf := make([]byte, i.size)
		for range 100 {
			n, err := to.Receive(buf)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := readNumbered(buf[:n], i.size); err != nil {
				t.Fatal(err)
			}
		}
		producer.Process.Kill()
		producer.Wait()
		to.(Messages).SetEnd(&End{Pipe: r})
		if err := receiveNumbered(to, i.size, func(int, int) {}); err != nil {
			t.Error(err)
		}
	})
}
