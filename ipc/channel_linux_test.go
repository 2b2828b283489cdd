package ipc

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

func TestPipe(t *testing.T) {
	for _, capacity := range []int{0, 4096, 65536, 1 << 18} {
		r, w, err := Pipe(capacity)
		if err != nil {
			t.Fatal(err)
		}
		size, err := unix.FcntlInt(w.Fd(), unix.F_GETPIPE_SZ, 0)
		if want := max(capacity, 4096); err != nil || size < want || capacity > 0 && size != want {
			t.Errorf("capacity %d gives %d, %v", capacity, size, err)
		}
		for _, f := range []*os.File{r, w} {
			if flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
				t.Errorf("%s is inherited: flags %#x, %v", f.Name(), flags, err)
			}
		}
		w.Close()
		if data, err := io.ReadAll(r); len(data) > 0 || err != nil {
			t.Errorf("an empty pipe holds %q, %v", data, err)
		}
		r.Close()
	}
}

func TestMemory(t *testing.T) {
	f, err := Memory("text", []byte("one\ntwo\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := (&exec.Cmd{Path: "/bin/cat", Args: []string{"cat"}, Stdin: f}).Output()
	if err != nil || string(out) != "one\ntwo\n" {
		t.Errorf("cat reads %q, %v", out, err)
	}
}

// TestFIFO meets programs outside at the name.
func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := MakeFIFO(path, 0o600, NameOptions{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != fs.ModeNamedPipe|0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	if err := MakeFIFO(path, 0o600, NameOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	writer := exec.Command("sh", "-c", "echo outside > "+path)
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFIFO(context.Background(), path, Read)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	f.Close()
	if err != nil || string(data) != "outside\n" {
		t.Errorf("%q, %v", data, err)
	}
	if err := writer.Wait(); err != nil {
		t.Error(err)
	}
}

// opening waits until a process is blocked in open(2).
func opening(t *testing.T, pid int) {
	t.Helper()
	for {
		task, err := kernel.OpenTask(pid, pid)
		if err != nil {
			t.Fatal(err)
		}
		c, asleep, err := task.Call()
		task.Close()
		if err != nil {
			t.Fatal(err)
		}
		if _, opens := c.Opening(pid); asleep && opens {
			return
		}
		goruntime.Gosched()
	}
}

// TestFIFOGivenUp opens a FIFO whose other side never comes, where a stranger waits for that side,
// too: who gives up does not let the stranger through.
func TestFIFOGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := MakeFIFO(path, 0o600, NameOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		mode     Mode
		stranger string
		other    Mode
	}{{Read, "cat <" + path, Write}, {Write, "echo stranger >" + path, Read}} {
		var got []byte
		var out bytes.Buffer
		stranger := exec.Command("sh", "-c", row.stranger)
		stranger.Stdout = &out
		if err := stranger.Start(); err != nil {
			t.Fatal(err)
		}
		opening(t, stranger.Process.Pid)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			_, err := OpenFIFO(ctx, path, row.mode)
			done <- err
		}()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("mode %s: %v", row.mode, err)
		}
		ctx, cancel = context.WithCancel(context.Background())
		go func() {
			stranger.Wait()
			cancel()
			done <- nil
		}()
		f, err := OpenFIFO(ctx, path, row.other)
		if err != nil {
			t.Fatalf("mode %s: the stranger does not wait any more: %v", row.mode, err)
		}
		if row.other == Write {
			io.WriteString(f, "stranger\n")
		} else {
			got, _ = io.ReadAll(f)
		}
		f.Close()
		<-done
		if got = append(got, out.Bytes()...); string(got) != "stranger\n" {
			t.Errorf("mode %s: the stranger's data are %q", row.mode, got)
		}
	}
	var wrong *Error
	if _, err := OpenFIFO(context.Background(), path+"x", Read); !errors.As(err, &wrong) || !errors.Is(err, syscall.ENOENT) {
		t.Errorf("a FIFO that is not there: %v", err)
	}
}
