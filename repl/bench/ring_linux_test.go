package bench

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"strconv"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

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
