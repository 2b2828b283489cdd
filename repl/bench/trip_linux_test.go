package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"weir/ipc"
)

// tripComparisons are of round trips from Go, by the system's own mechanisms, with
// a C program that makes the same calls (testdata/trip.c).
func tripComparisons(t *testing.T, dir string) []comparison {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	trip := filepath.Join(dir, "trip")
	build(t, "gcc", "-O2", "-o", trip, "testdata/trip.c", "-lrt")
	var list []comparison
	for _, kind := range []string{"pipe", "unix", "tcp", "queue"} {
		for _, where := range []struct{ name, core, count string }{{"on one core", "0", "30000"}, {"across cores", "1", "8000"}} {
			args := []string{kind, where.count, "0", where.core}
			list = append(list, comparison{name: kind + ", round trip " + where.name, limit: "1.1 of C", rounds: 7, count: number(where.count),
				weir: append([]string{exe, "trip"}, args...), others: map[string][]string{"C": append([]string{trip}, args...)}})
		}
	}
	return list
}

// trip is trip.c: KIND COUNT CPU0 CPU1 [echo].
func trip(args []string) error {
	kind, count := args[0], number(args[1])
	echo := len(args) > 4
	var files []*os.File
	var err error
	if echo {
		files = []*os.File{os.NewFile(3, kind)}
		if kind == "pipe" || kind == "queue" {
			files = append(files, os.NewFile(4, kind))
		}
	} else if files, err = tripFiles(kind); err != nil {
		return err
	}
	ours, theirs := files, files
	if !echo {
		half := len(files) / 2
		ours, theirs = files[:half], files[half:]
		c := exec.Command("/proc/self/exe", append(append([]string{"trip"}, args...), "echo")...)
		c.Stderr, c.ExtraFiles = os.Stderr, theirs
		if err := c.Start(); err != nil {
			return err
		}
		defer c.Wait()
	}
	put, get, err := tripEnds(kind, ours)
	if err != nil {
		return err
	}
	buf := make([]byte, 64)
	if echo {
		pin(number(args[3]))
		for range count {
			if err := get(buf); err != nil {
				return err
			}
			if err := put(buf); err != nil {
				return err
			}
		}
		return nil
	}
	pin(number(args[2]))
	for i := range count {
		binary.LittleEndian.PutUint64(buf, uint64(i))
		if err := put(buf); err != nil {
			return err
		}
		if err := get(buf); err != nil || binary.LittleEndian.Uint64(buf) != uint64(i) {
			return fmt.Errorf("message %d came back as %d, %v", i, binary.LittleEndian.Uint64(buf), err)
		}
	}
	return nil
}

// tripFiles makes a channel for each way, the first half of it ours: what to write
// to, and what to read from.
func tripFiles(kind string) ([]*os.File, error) {
	switch kind {
	case "pipe":
		thereR, thereW, err := ipc.Pipe(0)
		if err != nil {
			return nil, err
		}
		backR, backW, err := ipc.Pipe(0)
		return []*os.File{thereW, backR, backW, thereR}, err
	case "queue":
		there, err := ipc.CreateQueue("", 8, 64, ipc.NameOptions{})
		if err != nil {
			return nil, err
		}
		back, err := ipc.CreateQueue("", 8, 64, ipc.NameOptions{})
		if err != nil {
			return nil, err
		}
		a, b := there.Files()[0], back.Files()[0]
		return []*os.File{a, b, b, a}, nil
	}
	addr := ipc.Addr{Kind: ipc.Kind(kind), Name: "127.0.0.1:0"}
	if kind == "unix" {
		dir, err := os.MkdirTemp("", "weir-bench-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		addr.Name = filepath.Join(dir, "socket")
	}
	l, err := ipc.ListenStream(addr, ipc.NameOptions{})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	ours, err := ipc.DialStream(context.Background(), l.Addr())
	if err != nil {
		return nil, err
	}
	theirs, _, err := l.Accept(context.Background())
	return []*os.File{ours, theirs}, err
}

// tripEnds gives what writes a message and what reads one.
func tripEnds(kind string, files []*os.File) (put, get func([]byte) error, err error) {
	out, in := files[0], files[len(files)-1]
	if kind != "queue" {
		put = func(b []byte) error { _, err := out.Write(b); return err }
		get = func(b []byte) error { _, err := io.ReadFull(in, b); return err }
		return put, get, nil
	}
	there, err := ipc.QueueFromFile(out, "")
	if err != nil {
		return nil, nil, err
	}
	back, err := ipc.QueueFromFile(in, "")
	if err != nil {
		return nil, nil, err
	}
	put = there.Send
	get = func(b []byte) error { _, err := back.Receive(b); return err }
	return put, get, nil
}
