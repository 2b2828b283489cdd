package ipc

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"weir/ipc/oracle"
)

// rule is a sentence of Microsoft's documentation, and what it means here.
type rule struct {
	page, sentence string
	wine           string // why Wine does not keep it, in the table of oracle
	check          func(t *testing.T, name string)
}

// TestRules holds weir and the system to the documentation.
func TestRules(t *testing.T) {
	for _, rules := range [][]rule{mailslotRules, pipeRules, objectRules} {
		for _, r := range rules {
			t.Run(r.page, func(t *testing.T) {
				if r.wine != "" {
					oracle.SkipUnderWine(t, r.wine)
				}
				t.Log(r.sentence)
				r.check(t, "weir-rule-"+bareName(t))
			})
		}
	}
}

// must ends a test with an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants checks that a call of the system fails with an error.
func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, not %v", err, want)
	}
}

// slotAt is a mailslot's server.
func slotAt(t *testing.T, name string, size int, timeout time.Duration) *Mailslot {
	t.Helper()
	m, err := CreateMailslot(name, size, timeout, NameOptions{})
	must(t, err)
	t.Cleanup(func() { m.Close() })
	return m
}

func slotClient(t *testing.T, name string) *Mailslot {
	t.Helper()
	m, err := OpenMailslot(name)
	must(t, err)
	t.Cleanup(func() { m.Close() })
	return m
}

var mailslotRules = []rule{
	{"CreateMailslot", "The name field must be unique. If the mailslot exists, the function fails.", "",
		func(t *testing.T, name string) {
			slotAt(t, name, 0, WaitForever)
			_, err := CreateMailslot(name, 0, WaitForever, NameOptions{})
			wants(t, err, fs.ErrExist)
			_, err = createMailslot(slotFolder+strings.ToUpper(name), 0, 0, nil)
			wants(t, err, windows.ERROR_ALREADY_EXISTS)
		}},
	{"CreateMailslot", "To specify that the message can be of any size, set this value to zero.", "",
		func(t *testing.T, name string) {
			h, err := createMailslot(slotFolder+name, 0, 0, nil)
			must(t, err)
			defer windows.CloseHandle(h)
			must(t, slotClient(t, name).Send(make([]byte, 60_000)))
			if size, next, count, err := getMailslotInfo(h); size != 0 || next != 60_000 || count != 1 || err != nil {
				t.Errorf("%d, %d, %d, %v", size, next, count, err)
			}
		}},
	{"CreateMailslot", "The maximum size of a single message that can be written to the mailslot, in bytes.", "mailslot size",
		func(t *testing.T, name string) {
			slotAt(t, name, 8, WaitForever)
			wants(t, slotClient(t, name).Send(make([]byte, 9)), ErrMessageSize)
		}},
	{"CreateMailslot", "lReadTimeout 0: returns immediately if no message is present.", "",
		func(t *testing.T, name string) {
			_, err := slotAt(t, name, 0, 0).Receive(make([]byte, 8))
			wants(t, err, os.ErrDeadlineExceeded)
		}},
	{"CreateMailslot", "MAILSLOT_WAIT_FOREVER: waits forever for a message.", "",
		func(t *testing.T, name string) {
			m, done := slotAt(t, name, 0, WaitForever), make(chan error)
			go func() { _, err := m.Receive(make([]byte, 8)); done <- err }()
			select {
			case err := <-done:
				t.Error(err)
			case <-time.After(5 * slotPoll):
			}
			must(t, slotClient(t, name).Send([]byte("x")))
			must(t, <-done)
		}},
	{"ReadFile", "If a mailslot's time-out elapses, the read fails with ERROR_SEM_TIMEOUT.", "",
		func(t *testing.T, name string) {
			h, err := createMailslot(slotFolder+name, 0, 5, nil)
			must(t, err)
			defer windows.CloseHandle(h)
			var n uint32
			wants(t, windows.ReadFile(h, make([]byte, 8), &n, nil), windows.ERROR_SEM_TIMEOUT)
		}},
	{"ReadFile", "If the buffer is too small for a mailslot's next message, the read fails with ERROR_INSUFFICIENT_BUFFER; " +
		"the message stays.", "",
		func(t *testing.T, name string) {
			m := slotAt(t, name, 0, WaitForever)
			must(t, slotClient(t, name).Send([]byte("long")))
			_, err := m.Receive(make([]byte, 3))
			wants(t, err, io.ErrShortBuffer)
			n, err := m.Receive(make([]byte, 4))
			if must(t, err); n != 4 {
				t.Error(n)
			}
		}},
	{"GetMailslotInfo", "MAILSLOT_NO_MESSAGE: there is no next message.", "",
		func(t *testing.T, name string) {
			m := slotAt(t, name, 0, WaitForever)
			i, err := m.Info()
			if must(t, err); i.Next != -1 || i.Count != 0 {
				t.Errorf("%+v", i)
			}
			client := slotClient(t, name)
			must(t, errors.Join(client.Send(nil), client.Send([]byte("abc"))))
			if i, err = m.Info(); i.Next != 0 || i.Count != 2 || err != nil {
				t.Errorf("%+v, %v", i, err)
			}
		}},
	{"Mailslots", "The name of a mailslot is free once the last handle to it is closed.", "",
		func(t *testing.T, name string) {
			m := slotAt(t, name, 0, WaitForever)
			client := slotClient(t, name)
			must(t, errors.Join(client.Send(nil), m.Close(), client.Close()))
			_, err := OpenMailslot(name)
			wants(t, err, errNoServer)
			slotAt(t, name, 0, WaitForever)
		}},
	{"Mailslots", "A mailslot exists until all open server handles to the mailslot are closed.", "mailslot end",
		func(t *testing.T, name string) {
			m := slotAt(t, name, 0, WaitForever)
			client := slotClient(t, name)
			must(t, client.Send(nil))
			must(t, m.Close())
			wants(t, client.Send(nil), syscall.EPIPE)
			_, err := OpenMailslot(name)
			wants(t, err, errNoServer)
		}},
	{"Mailslots", "Only the server reads; a client writes.", "",
		func(t *testing.T, name string) {
			slotAt(t, name, 0, WaitForever)
			if _, err := slotClient(t, name).Receive(make([]byte, 8)); err == nil {
				t.Error("a client reads")
			}
		}},
}

// rawPipe is an instance of a named pipe, made by the system's call.
func rawPipe(t *testing.T, name string, most uint32) windows.Handle {
	t.Helper()
	wide, _ := windows.UTF16PtrFromString(pipeFolder + name)
	h, err := windows.CreateNamedPipe(wide, windows.PIPE_ACCESS_DUPLEX,
		windows.PIPE_TYPE_MESSAGE|windows.PIPE_READMODE_MESSAGE, most, 4096, 4096, 0, nil)
	must(t, err)
	t.Cleanup(func() { windows.CloseHandle(h) })
	return h
}

// rawClient opens a pipe by the system's call.
func rawClient(t *testing.T, name string) (h windows.Handle, err error) {
	wide, _ := windows.UTF16PtrFromString(pipeFolder + name)
	h, err = windows.CreateFile(wide, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_EXISTING, 0, 0)
	if err == nil {
		t.Cleanup(func() { windows.CloseHandle(h) })
	}
	return h, err
}

var pipeRules = []rule{
	{"CreateNamedPipe", "FILE_FLAG_FIRST_PIPE_INSTANCE: creation of a second instance fails with ERROR_ACCESS_DENIED.",
		"first instance", func(t *testing.T, name string) {
			rawPipe(t, name, windows.PIPE_UNLIMITED_INSTANCES)
			_, err := ListenStream(Addr{KindFIFO, name}, NameOptions{})
			wants(t, err, fs.ErrExist)
		}},
	{"CreateNamedPipe", "If nMaxInstances are there already, the function fails with ERROR_PIPE_BUSY.", "",
		func(t *testing.T, name string) {
			rawPipe(t, name, 1)
			wide, _ := windows.UTF16PtrFromString(pipeFolder + name)
			_, err := windows.CreateNamedPipe(wide, windows.PIPE_ACCESS_DUPLEX, windows.PIPE_TYPE_MESSAGE, 1, 0, 0, 0, nil)
			wants(t, err, windows.ERROR_PIPE_BUSY)
		}},
	{"CreateNamedPipe", "An instance of a named pipe is always deleted when the last handle to the instance is closed.", "",
		func(t *testing.T, name string) {
			l, err := ListenStream(Addr{KindFIFO, name}, NameOptions{})
			must(t, err)
			must(t, l.Close())
			_, err = DialStream(within(t), l.Addr())
			wants(t, err, fs.ErrNotExist)
		}},
	{"CreateFile", "If all instances of the pipe are busy, CreateFile returns ERROR_PIPE_BUSY.", "",
		func(t *testing.T, name string) {
			rawPipe(t, name, 1)
			_, err := rawClient(t, name)
			must(t, err)
			_, err = rawClient(t, name)
			wants(t, err, windows.ERROR_PIPE_BUSY)
			_, err = DialStream(shortly(t), Addr{KindFIFO, name}) // it waits for an instance
			wants(t, err, context.DeadlineExceeded)
		}},
	{"WaitNamedPipe", "If the time-out elapses before an instance is available, the function fails with ERROR_SEM_TIMEOUT.", "",
		func(t *testing.T, name string) {
			rawPipe(t, name, 1)
			_, err := rawClient(t, name)
			must(t, err)
			wide, _ := windows.UTF16PtrFromString(pipeFolder + name)
			wants(t, waitNamedPipe(wide, 5), windows.ERROR_SEM_TIMEOUT)
		}},
	{"WaitNamedPipe", "If no instances of the pipe exist, the function returns immediately, regardless of the time-out.", "",
		func(t *testing.T, name string) {
			wide, _ := windows.UTF16PtrFromString(pipeFolder + name)
			wants(t, waitNamedPipe(wide, 1<<30), fs.ErrNotExist)
		}},
	{"ReadFile", "If a message is longer than the buffer, ReadFile returns ERROR_MORE_DATA; the rest is read by later calls.", "",
		func(t *testing.T, name string) {
			server := rawPipe(t, name, 1)
			client, err := rawClient(t, name)
			must(t, err)
			var n uint32
			must(t, windows.WriteFile(client, []byte("hello"), &n, nil))
			buf := make([]byte, 3)
			wants(t, windows.ReadFile(server, buf, &n, nil), windows.ERROR_MORE_DATA)
			first := string(buf[:n])
			must(t, windows.ReadFile(server, buf, &n, nil))
			if got := first + string(buf[:n]); got != "hello" {
				t.Error(got)
			}
		}},
	{"Packets", "A message that is longer than the buffer stays whole for the next receive.", "",
		func(t *testing.T, _ string) {
			to, from := packets(t, false)
			must(t, from.Send([]byte("hello")))
			for range 2 {
				_, err := to.Receive(make([]byte, 3))
				wants(t, err, io.ErrShortBuffer)
			}
			buf := make([]byte, 8)
			n, err := to.Receive(buf)
			if must(t, err); string(buf[:n]) != "hello" {
				t.Errorf("%q", buf[:n])
			}
		}},
	{"ReadFile", "When the client closes its handle, a read of the server's fails with ERROR_BROKEN_PIPE.", "",
		func(t *testing.T, name string) {
			server := rawPipe(t, name, 1)
			f, err := DialStream(within(t), Addr{KindFIFO, name})
			must(t, err)
			must(t, f.Close())
			var n uint32
			wants(t, windows.ReadFile(server, make([]byte, 1), &n, nil), windows.ERROR_BROKEN_PIPE)
		}},
	{"WriteFile", "A write to a pipe whose other end is closed fails with ERROR_NO_DATA.", "",
		func(t *testing.T, name string) {
			server := rawPipe(t, name, 1)
			f, err := DialStream(within(t), Addr{KindFIFO, name})
			must(t, err)
			must(t, f.Close())
			var n uint32
			wants(t, windows.WriteFile(server, []byte("x"), &n, nil), windows.ERROR_NO_DATA)
		}},
	{"CreatePipe", "The read end of an anonymous pipe gives ERROR_BROKEN_PIPE once all write handles are closed: the end.", "",
		func(t *testing.T, _ string) {
			r, w, err := Pipe(0)
			must(t, err)
			defer r.Close()
			_, err = w.WriteString("last")
			must(t, errors.Join(err, w.Close()))
			got, err := io.ReadAll(r)
			if must(t, err); string(got) != "last" {
				t.Errorf("%q", got)
			}
		}},
	{"CreatePipe", "A write waits while the buffer is full; a write whose reader is gone fails.", "",
		func(t *testing.T, _ string) {
			r, w, err := Pipe(4096)
			must(t, err)
			defer w.Close()
			must(t, w.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
			_, err = w.Write(make([]byte, 1<<20))
			wants(t, err, os.ErrDeadlineExceeded)
			must(t, errors.Join(r.Close(), w.SetWriteDeadline(time.Time{})))
			if _, err = w.Write([]byte("x")); err == nil {
				t.Error("nobody reads it")
			}
		}},
}

var objectRules = []rule{
	{"CreateMutex", "If the name matches an existing event, semaphore or file mapping, the function fails with ERROR_INVALID_HANDLE.",
		"", func(t *testing.T, name string) {
			newSemaphore(t, "/"+name, 1)
			_, err := CreateMutex(name, NameOptions{})
			wants(t, err, fs.ErrExist)
			if _, err := OpenEvent(name); err == nil || !strings.Contains(err.Error(), "another kind") {
				t.Error(err)
			}
		}},
	{"Object Names", "Object name comparisons are case sensitive.", "",
		func(t *testing.T, name string) {
			newSemaphore(t, "/"+name, 1)
			_, err := OpenSemaphore(strings.ToUpper(name))
			wants(t, err, fs.ErrNotExist)
		}},
	{"Object Namespaces", `The Local\ prefix creates the object in the session namespace, and is case sensitive.`, "",
		func(t *testing.T, name string) {
			s := newSemaphore(t, "/"+name, 1)
			full, err := OpenSemaphore(`Local\` + name)
			must(t, err)
			defer full.Close()
			if must(t, s.Wait(always)); full.TryWait() {
				t.Error("they are two")
			}
		}},
	{"Object Namespaces", `The Global\ prefix creates the object in the global namespace.`, "",
		func(t *testing.T, name string) {
			e, err := CreateEvent(`Global\`+name, true, NameOptions{})
			must(t, err)
			defer e.Close()
			if got := objectNameOf(e.handle()); got != `\BaseNamedObjects\`+name {
				t.Error(got)
			}
		}},
	{"Kernel Object Namespaces", "The system deletes a named object when its last handle is closed.", "",
		func(t *testing.T, name string) {
			r := createRegion(t, "/"+name, 64)
			other, err := OpenRegion(name)
			must(t, errors.Join(err, r.Close()))
			third, err := OpenRegion(name)
			must(t, errors.Join(err, third.Close(), other.Close()))
			_, err = OpenRegion(name)
			wants(t, err, fs.ErrNotExist)
			wants(t, Unlink(Addr{KindRegion, name}), fs.ErrNotExist)
		}},
	{"ReleaseSemaphore", "If the amount would exceed the maximum, the count is not changed and the function returns FALSE.", "",
		func(t *testing.T, _ string) {
			s := newSemaphore(t, "", SemaphoreMax)
			wants(t, s.Post(), syscall.EOVERFLOW)
			if v := valueOf(t, s); v != SemaphoreMax {
				t.Error(v)
			}
		}},
	{"WaitForSingleObject", "WAIT_ABANDONED: the object is a mutex that was not released by the thread that owned it " +
		"before the owning thread terminated. Ownership is granted to the calling thread.", "",
		func(t *testing.T, _ string) {
			m := newMutex(t)
			o := another(t, m)
			must(t, o.Lock(always))
			must(t, o.Close())
			wants(t, m.Lock(within(t)), ErrAbandoned)
			must(t, m.Unlock())
			must(t, m.Lock(within(t)))
		}},
	{"SetEvent", "An auto-reset event stays signaled until a single waiting thread is released.", "",
		func(t *testing.T, _ string) {
			e := newEvent(t, true)
			must(t, errors.Join(e.Set(), e.Set(), e.Wait(within(t))))
			wants(t, e.Wait(shortly(t)), context.DeadlineExceeded)
		}},
}

// TestNamesOfWindows: what is too long, reserved or the other system's is refused in words, and
// only the owner is let in.
func TestNamesOfWindows(t *testing.T) {
	for _, row := range []struct {
		k          Kind
		name, says string
	}{
		{KindSemaphore, strings.Repeat("x", 300), "may have 240"},
		{KindFIFO, strings.Repeat("x", 300), "may have 247"},
		{KindFIFO, "/tmp/x", "lies in no folder"},
		{KindFIFO, `\\.\mailslot\x`, "lies in no folder"},
		{KindMailslot, `\\.\pipe\x`, "no backslash but in"},
		{KindMailslot, `Local\x`, "no backslash but in"},
		{KindRegion, `\\.\mailslot\x`, "the name of a mailslot"},
		{KindRegion, "/dev/shm/x", "no slash but the first"},
		{KindMutex, `Session\1\x`, "no backslash but in"},
		{KindQueue, `Local\`, "no backslash but in"},
		{KindEvent, "a\x00b", "NUL"},
	} {
		path, err := PathOf(Addr{row.k, row.name})
		if err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s %.30q: %s, %v; wanted is %q", row.k, row.name, path, err, row.says)
		}
	}
	for _, k := range []Kind{KindRegion, KindSemaphore, KindMutex, KindEvent, KindRing, KindQueue, KindBarrier} {
		a := Addr{k, bareName(t) + string(k)}
		o, err := Create(a, Spec{Slots: 1, Size: 8, Count: 1}, NameOptions{})
		must(t, err)
		path, err := PathOf(a)
		must(t, err)
		if l, err := LookAtName(k, path); err != nil || l.Mode != 0o600 {
			t.Errorf("%s: %#o, %v", a, l.Mode, err)
		}
		must(t, o.Close())
	}
}
