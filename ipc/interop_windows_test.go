package ipc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/ipc/leak"
	"weir/ipc/oracle"
)

// compiled gives the program of a file in testdata/windows: the other end, which never heard of
// weir. It is beside its source where the tests run under Wine; on Windows gcc makes it.
func compiled(t *testing.T, name string) string {
	t.Helper()
	program := filepath.Join("testdata", "windows", name+".exe")
	if _, err := os.Stat(program); err == nil {
		program, _ = filepath.Abs(program)
		return program
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		oracle.Missing(t, "there is no C compiler, and no %s; on Debian: apt-get install gcc-mingw-w64-x86-64", program)
	}
	source := filepath.Join("testdata", "windows", name+".c")
	program = filepath.Join(t.TempDir(), name+".exe")
	if out, err := exec.Command("gcc", "-O2", "-Wall", "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("gcc %s: %v\n%s", source, err, out)
	}
	return program
}

func bareName(t *testing.T) string { return strings.TrimPrefix(testName(t), "/") }

// hear gives the next line of a program in C.
func hear(t *testing.T, c *leak.Child) string {
	t.Helper()
	return strings.TrimSuffix(c.Hear(t), "\r")
}

func TestMailslotWithC(t *testing.T) {
	name := bareName(t)
	server, err := CreateMailslot(name, 0, WaitForever, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	client := leak.Begin(t, exec.Command(compiled(t, "mailslot"), "client", name, "one", "three"))
	buf := make([]byte, 1024)
	for _, want := range []string{"one", "three", ""} {
		if n, err := server.Receive(buf); err != nil || string(buf[:n]) != want {
			t.Errorf("%q, %v instead of %q", buf[:n], err, want)
		}
	}
	client.End(t)
	server.Close()

	theirs := leak.Begin(t, exec.Command(compiled(t, "mailslot"), "server", name))
	if line := hear(t, theirs); line != "ready" {
		t.Fatal(line)
	}
	if _, err := CreateMailslot(name, 0, WaitForever, NameOptions{}); err == nil {
		t.Error("there are two servers")
	}
	ours, err := OpenMailslot(name)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	for _, text := range []string{"one", "three", ""} {
		if err := ours.Send([]byte(text)); err != nil {
			t.Error(err)
		}
		if text == "" {
			break
		}
		if line := hear(t, theirs); line != text {
			t.Errorf("C heard %q instead of %q", line, text)
		}
	}
	theirs.End(t)
}

func TestNamedPipeWithC(t *testing.T) {
	name := bareName(t)
	l, err := ListenStream(Addr{KindFIFO, name}, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "two"} { // an instance for each
		client := leak.Begin(t, exec.Command(compiled(t, "pipe"), "client", name, text))
		f, _, err := l.Accept(within(t))
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 64)
		n, err := f.Read(buf)
		if err != nil || string(buf[:n]) != text {
			t.Errorf("%q, %v", buf[:n], err)
		}
		fmt.Fprintf(f, "you said %s", buf[:n])
		if line := hear(t, client); line != "you said "+text {
			t.Errorf("C heard %q", line)
		}
		client.End(t)
		f.Close()
	}
	l.Close()

	theirs := leak.Begin(t, exec.Command(compiled(t, "pipe"), "server", name, "2"))
	if line := hear(t, theirs); line != "ready" {
		t.Fatal(line)
	}
	if oracle.WineCannot("first instance") == "" {
		if second, err := ListenStream(Addr{KindFIFO, name}, NameOptions{}); !errors.Is(err, fs.ErrExist) {
			second.Close()
			t.Errorf("a second server: %v", err)
		}
	}
	for range 2 {
		f, err := dialUntilServed(t, Addr{KindFIFO, name})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, "aloud\n")
		if line, err := bufio.NewReader(f).ReadString('\n'); line != "ALOUD\n" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
		f.Close()
	}
	theirs.End(t)
}

// dialUntilServed dials a server that makes its next instance once a client has come: meanwhile
// nobody serves the name.
func dialUntilServed(t *testing.T, a Addr) (f *os.File, err error) {
	ctx := within(t)
	for {
		if f, err = DialStream(ctx, a); err == nil || ctx.Err() != nil {
			return f, err
		}
		time.Sleep(time.Millisecond)
	}
}

func TestMappingWithC(t *testing.T) {
	name := testName(t)
	r := createRegion(t, name, 64)
	asked, err := CreateEvent(name+"-asked", true, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	told, err := CreateEvent(name+"-told", false, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer told.Close()
	c := leak.Begin(t, exec.Command(compiled(t, "mapping"), "join", name[1:]))
	if err := asked.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	if n, text := int32(*word32(r.Bytes(), 0)), text(r.Bytes()[4:]); n != -5 || text != "asked by C" {
		t.Errorf("%d %q", n, text)
	}
	*word32(r.Bytes(), 0) = 7
	copy(r.Bytes()[4:], "told by Go\x00")
	if err := told.Set(); err != nil {
		t.Error(err)
	}
	if line := hear(t, c); line != "7 told by Go" {
		t.Errorf("C saw %q", line)
	}
	c.End(t)

	c = leak.Begin(t, exec.Command(compiled(t, "mapping"), "make", name[1:]+"2"))
	if line := hear(t, c); line != "ready" {
		t.Fatal(line)
	}
	theirs, err := OpenRegion(name + "2")
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	ask, err := OpenEvent(name + "2-asked")
	if err != nil {
		t.Fatal(err)
	}
	defer ask.Close()
	answer, err := OpenEvent(name + "2-told")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	if !ask.Auto() || answer.Auto() {
		t.Error("which event resets itself is not seen")
	}
	*word32(theirs.Bytes(), 0) = 41
	copy(theirs.Bytes()[4:], "asked by Go\x00")
	if err := ask.Set(); err != nil {
		t.Error(err)
	}
	if line := hear(t, c); line != "41 asked by Go" {
		t.Errorf("C saw %q", line)
	}
	if err := answer.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	if n, text := *word32(theirs.Bytes(), 0), text(theirs.Bytes()[4:]); n != 42 || text != "told by C" {
		t.Errorf("%d %q", n, text)
	}
	c.End(t)
}

// text is a string of C.
func text(b []byte) string {
	before, _, _ := strings.Cut(string(b), "\x00")
	return before
}

// ask has a program in C do something, and gives its answer.
func ask(t *testing.T, c *leak.Child, line string) string {
	t.Helper()
	c.Say(t, line)
	return hear(t, c)
}

// TestSemaphoreWithC: one semaphore, whoever made it.
func TestSemaphoreWithC(t *testing.T) {
	converse := func(s *Semaphore, c *leak.Child) {
		t.Helper()
		if got := ask(t, c, "wait 0"); got != "done" || valueOf(t, s) != 0 {
			t.Errorf("%s; the value is %d", got, valueOf(t, s))
		}
		if err := s.Wait(shortly(t)); s.TryWait() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("what C has taken: %v", err)
		}
		c.Say(t, "wait 60000")
		if err := s.Post(); err != nil {
			t.Error(err)
		}
		if got := hear(t, c); got != "done" {
			t.Error(got)
		}
		done := make(chan error)
		go func() { done <- s.Wait(within(t)) }()
		waiting(s, 1)
		if got := ask(t, c, "release"); got != "done" {
			t.Error(got)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		c.End(t)
	}
	name := testName(t)
	s := newSemaphore(t, name, 1)
	c := leak.Begin(t, exec.Command(compiled(t, "lock"), "join", "semaphore", name[1:]))
	hear(t, c)
	converse(s, c)

	name += "2"
	c = leak.Begin(t, exec.Command(compiled(t, "lock"), "make", "semaphore", name[1:]))
	hear(t, c)
	theirs, err := OpenSemaphore(name)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	if err := errors.Join(theirs.Post(), theirs.Post()); !errors.Is(err, syscall.EOVERFLOW) {
		t.Errorf("above the maximum that C gave it: %v", err)
	}
	if !theirs.TryWait() {
		t.Error("there were not two")
	}
	converse(theirs, c)
}

// TestMutexWithC: one mutex, whoever made it, and whoever dies with it.
func TestMutexWithC(t *testing.T) {
	name := testName(t)
	m, err := CreateMutex(name, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	c := leak.Begin(t, exec.Command(compiled(t, "lock"), "join", "mutex", name[1:]))
	hear(t, c)
	if err := m.Lock(always); err != nil {
		t.Fatal(err)
	}
	if st, err := m.State(); st.Holder != os.Getpid() || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
	if got := ask(t, c, "wait 10"); got != "timeout" {
		t.Error(got)
	}
	c.Say(t, "wait 60000")
	if err := m.Unlock(); err != nil {
		t.Error(err)
	}
	if got := hear(t, c); got != "done" {
		t.Error(got)
	}
	if st, err := m.State(); st.Holder == 0 || st.Holder == os.Getpid() || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
	if err := m.Lock(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while C holds it: %v", err)
	}
	c.End(t) // with the mutex
	if err := m.Lock(within(t)); !errors.Is(err, ErrAbandoned) || !m.Held() {
		t.Errorf("the holder has ended: %v", err)
	}
	if err := m.Unlock(); err != nil {
		t.Error(err)
	}

	name += "2"
	c = leak.Begin(t, exec.Command(compiled(t, "lock"), "make", "mutex", name[1:]))
	hear(t, c)
	theirs, err := OpenMutex(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := theirs.Lock(always); err != nil {
		t.Error(err)
	}
	theirs.Close()
	if got := ask(t, c, "wait 60000"); got != "abandoned" {
		t.Errorf("a handle was closed with it: %s", got)
	}
	c.End(t)
}

// playCapitals answers its input in capitals.
func playCapitals([]string) error {
	text, err := io.ReadAll(os.Stdin)
	fmt.Print(strings.ToUpper(string(text)))
	return err
}

func init() { players["capitals"] = playCapitals }

// TestAnonymousPipesWithC: a child in C has ends of weir's pipes for its input and output, and a
// child in Go those of CreatePipe.
func TestAnonymousPipesWithC(t *testing.T) {
	program := compiled(t, "anonymous")
	inRead, inWrite, err := Pipe(0, Read)
	if err != nil {
		t.Fatal(err)
	}
	outRead, outWrite, err := Pipe(0, Write)
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(program, "child")
	child.Stdin, child.Stdout, child.Stderr = inRead, outWrite, os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	inRead.Close()
	outWrite.Close()
	for _, line := range []string{"one\n", "two\n"} {
		if _, err := io.WriteString(inWrite, line); err != nil {
			t.Error(err)
		}
		buf := make([]byte, len(line))
		outRead.SetReadDeadline(time.Now().Add(leak.Patience))
		if _, err := io.ReadFull(outRead, buf); err != nil || string(buf) != strings.ToUpper(line) {
			t.Errorf("%q, %v", buf, err)
		}
	}
	inWrite.Close()
	if rest, err := io.ReadAll(outRead); len(rest) > 0 || err != nil {
		t.Errorf("after the end: %q, %v", rest, err)
	}
	outRead.Close()
	if err := child.Wait(); err != nil {
		t.Error(err)
	}

	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(program, "parent", exe)
	parent.Env = append(os.Environ(), playEnv+"=capitals")
	parent.Stderr = os.Stderr
	if out, err := parent.Output(); string(out) != "HELLO, CHILD\r\n" && string(out) != "HELLO, CHILD\n" || err != nil {
		t.Errorf("C as the parent: %q, %v", out, err)
	}
}
