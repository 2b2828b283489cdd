package bench

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// ringComparisons are of the ring from Go with the C ring (testdata/ringc.c), and
// from Lua with Go.
func ringComparisons(t *testing.T, dir, weir string) []comparison {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ringc := filepath.Join(dir, "ringc")
	build(t, "gcc", "-O2", "-o", ringc, "testdata/ringc.c")
	const many, trips, fromLua = "20000000", "1000000", "1000000"
	return []comparison{
		{name: "ring, 64 bytes, in bulk", limit: "1.11 of C (0.9 of its rate), 120 million a second", rounds: 7, count: 20_000_000,
			weir:   []string{exe, "ring-through", "64", many, "256", "0", "1"},
			others: map[string][]string{"C, published by 32": {ringc, "thr", "200", "64", many, "32", "1048576", "0", "1"}}},
		{name: "ring, 64 bytes, one by one", limit: "none", rounds: 7, count: 20_000_000,
			weir:   []string{exe, "ring-through", "64", many, "1", "0", "1"},
			others: map[string][]string{"C, published one by one": {ringc, "thr", "200", "64", many, "1", "1048576", "0", "1"}}},
		{name: "ring, round trip across cores", limit: "300 ns", rounds: 7, count: 1_000_000,
			weir:   []string{exe, "ring-trip", "64", trips, "0", "1"},
			others: map[string][]string{"C, spinning 200": {ringc, "lat", "200", "64", trips, "0", "1"}}},
		{name: "ring, round trip asleep on one core", limit: "5000 ns", rounds: 5, count: 100_000,
			weir:   []string{exe, "ring-trip", "64", "100000", "0", "0"},
			others: map[string][]string{"C, no spinning": {ringc, "lat", "0", "64", "100000", "0", "0"}}},
		{name: "ring between threads, in bulk", limit: "4 ns", rounds: 7, count: 20_000_000,
			weir:   []string{exe, "ring-threads", "64", many, "256"},
			others: map[string][]string{"a Go channel": {exe, "go-channel", many}}},
		{name: "ring from Lua, one by one", limit: "none", rounds: 5, count: 1_000_000,
			weir:   []string{weir, "-e", luaRing(`for i = 1, n do r:send(m) end`, `for i = 1, n do assert(#r:receive() == 64) end`), fromLua},
			others: map[string][]string{"Go": {exe, "ring-through", "64", fromLua, "1", "-1", "-1"}}},
		{name: "ring from Lua, in bulk", limit: "none", rounds: 5, count: 1_000_000,
			weir: []string{weir, "-e", luaRing(`local t = {} for i = 1, 256 do t[i] = m end for i = 1, n, 256 do r:send_all(t) end`,
				`local got = 0 while got < n do got = got + #r:receive_all(256) end`), fromLua},
			others: map[string][]string{"Go": {exe, "ring-through", "64", fromLua, "256", "-1", "-1"}}},
	}
}

// luaRing is a script of two processes that pass n messages, its argument.
func luaRing(send, receive string) string {
	return `local r, n, m = ring{slots = 16384, size = 64}, tonumber(arg[1]), ("x"):rep(64)
		run(proc(function() ` + send + ` end), proc(function() ` + receive + ` end))`
}

// ringThreads is ringThrough between two threads: SIZE COUNT BATCH.
func ringThreads(args []string) error {
	size, count, batch := number(args[0]), number(args[1]), number(args[2])
	r, err := ipc.CreateRing("", 1<<12, size, ipc.NameOptions{})
	if err != nil {
		return err
	}
	defer r.Close()
	received := make(chan error, 1)
	go func() { received <- consume(r, size, count, batch) }()
	return errors.Join(produce(r, size, count, batch), <-received)
}

// goChannel passes COUNT messages through a Go channel.
func goChannel(args []string) error {
	count := number(args[0])
	ch := make(chan []byte, 1<<12)
	go func() {
		msg := make([]byte, 64)
		for range count {
			ch <- msg
		}
		close(ch)
	}()
	for range ch {
		count--
	}
	if count != 0 {
		return fmt.Errorf("%d messages are missing", count)
	}
	return nil
}

// ringThrough is ringc thr: SIZE COUNT BATCH CPU0 CPU1 [consumer]. The first
// process sends, a second one receives and checks number and length of each.
func ringThrough(args []string) error {
	size, count, batch := number(args[0]), number(args[1]), number(args[2])
	if len(args) > 5 {
		pin(number(args[4]))
		r, err := ipc.RingFromFile(os.NewFile(3, "ring"), "")
		if err != nil {
			return err
		}
		return errors.Join(consume(r, size, count, batch), r.Close())
	}
	r, err := ipc.CreateRing("", 1<<14, size, ipc.NameOptions{})
	if err != nil {
		return err
	}
	defer r.Close()
	other, err := again("ring-through", append(args, "consumer"), r)
	if err != nil {
		return err
	}
	pin(number(args[3]))
	return errors.Join(produce(r, size, count, batch), other.Wait())
}

func produce(r *ipc.Ring, size, count, batch int) error {
	msgs := make([][]byte, batch)
	for i := range msgs {
		msgs[i] = make([]byte, size)
	}
	for i := 0; i < count; i += batch {
		now := msgs[:min(batch, count-i)]
		for j, m := range now {
			binary.LittleEndian.PutUint64(m, uint64(i+j))
		}
		var err error
		if batch == 1 {
			err = r.Send(now[0])
		} else {
			_, err = r.SendBatch(now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func consume(r *ipc.Ring, size, count, batch int) error {
	buf, lengths := make([]byte, batch*size), make([]int, batch)
	for i := 0; i < count; {
		n, err := 1, error(nil)
		if batch == 1 {
			lengths[0], err = r.Receive(buf)
		} else {
			n, err = r.ReceiveBatch(buf, lengths)
		}
		if err != nil {
			return err
		}
		rest := buf
		for _, length := range lengths[:n] {
			if length != size || binary.LittleEndian.Uint64(rest) != uint64(i) {
				return fmt.Errorf("message %d has %d bytes and number %d", i, length, binary.LittleEndian.Uint64(rest))
			}
			rest = rest[length:]
			i++
		}
	}
	return nil
}

// ringTrip is ringc lat: SIZE COUNT CPU0 CPU1 [echo], a message there and back.
func ringTrip(args []string) error {
	size, count := number(args[0]), number(args[1])
	rings := make([]*ipc.Ring, 2)
	for i := range rings {
		var err error
		if len(args) > 4 {
			rings[i], err = ipc.RingFromFile(os.NewFile(uintptr(3+i), "ring"), "")
		} else {
			rings[i], err = ipc.CreateRing("", 1<<10, size, ipc.NameOptions{})
		}
		if err != nil {
			return err
		}
		defer rings[i].Close()
	}
	buf := make([]byte, size)
	if len(args) > 4 {
		pin(number(args[3]))
		for range count {
			n, err := rings[0].Receive(buf)
			if err == nil {
				err = rings[1].Send(buf[:n])
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	other, err := again("ring-trip", append(args, "echo"), rings...)
	if err != nil {
		return err
	}
	pin(number(args[2]))
	for i := range count {
		binary.LittleEndian.PutUint64(buf, uint64(i))
		if err := rings[0].Send(buf); err != nil {
			return err
		}
		if _, err := rings[1].Receive(buf); err != nil || binary.LittleEndian.Uint64(buf) != uint64(i) {
			return fmt.Errorf("message %d came back as %d, %v", i, binary.LittleEndian.Uint64(buf), err)
		}
	}
	return other.Wait()
}

// again starts this program a second time, with the rings from descriptor 3 on.
func again(play string, args []string, rings ...*ipc.Ring) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(exe, append([]string{play}, args...)...)
	c.Stderr = os.Stderr
	for _, r := range rings {
		c.ExtraFiles = append(c.ExtraFiles, r.Files()...)
	}
	return c, c.Start()
}

// pin puts this goroutine's thread on one core; -1 leaves it to the system.
func pin(core int) {
	goruntime.LockOSThread()
	if core >= 0 {
		var set unix.CPUSet
		set.Set(core)
		_ = unix.SchedSetaffinity(0, &set)
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
