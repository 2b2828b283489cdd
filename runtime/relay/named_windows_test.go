package relay

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"weir/ipc"
	"weir/ipc/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// serveNamed begins Named. It gives the path, the other end of the file, and what ends Named as its program would.
func serveNamed(t *testing.T, into bool) (path string, other *os.File, end func()) {
	name := fmt.Sprintf("weir-test-named.%d.%t", os.Getpid(), into)
	path, err := ipc.PathOf(ipc.Addr{Kind: ipc.KindFIFO, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	servers, err := ipc.ListenOwn(name, NamedClients)
	if err != nil {
		t.Fatal(err)
	}
	alive, hold, err := ipc.Pipe(0)
	if err != nil {
		t.Fatal(err)
	}
	file, other, err := ipc.Pipe(0)
	if err != nil {
		t.Fatal(err)
	}
	if into {
		file, other = other, file
	}
	done := make(chan error)
	go func() { done <- Named(context.Background(), servers, alive, file, into, make([]Port, 2)) }()
	return path, other, func() {
		hold.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func openNamed(t *testing.T, path string, flag int) *os.File {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestNamedInto: what a program writes stays in order, also if it opens the name anew for each line.
func TestNamedInto(t *testing.T) {
	path, r, end := serveNamed(t, true)
	want := ""
	for i := range 20 {
		f := openNamed(t, path, os.O_WRONLY)
		fmt.Fprintln(f, i)
		f.Close()
		want += fmt.Sprintln(i)
	}
	end()
	got, err := io.ReadAll(r)
	r.Close()
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestNamedLook: a client that only looks at the file takes nothing from the next.
func TestNamedLook(t *testing.T) {
	path, w, end := serveNamed(t, false)
	openNamed(t, path, os.O_RDONLY).Close()
	openNamed(t, path, os.O_RDONLY).Close()
	fmt.Fprint(w, "abc\n")
	w.Close()
	for _, want := range []string{"abc\n", ""} {
		f := openNamed(t, path, os.O_RDONLY)
		got, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(got) != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	end()
}
