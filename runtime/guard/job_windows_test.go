package guard

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"weir/ipc/leak"
	"weir/ipc/oracle"
)

// self is the test binary.
var self, _ = os.Executable()

// TestMain lets the test binary be what the tests start.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"sleep": sleep, "victim": victim, "breeder": breeder, "copy": copyDescriptor, "spend": spend})
	os.Exit(leak.Main(m, Shutdown))
}

// sleep never ends. With an argument it first starts another that does not.
func sleep(args []string) int {
	if len(args) > 0 {
		child := exec.Command(self, "sleep")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return 1
		}
		fmt.Println(child.Process.Pid)
	}
	for {
		time.Sleep(time.Hour)
	}
}

// What a stage spends at least.
const (
	enough       = 100 * time.Millisecond // in user mode
	enoughMemory = 64 << 20
)

// spend uses a processor and memory, and with an argument has another do so before. It prints what it has used
// itself: its times in nanoseconds and the peak of its memory in bytes.
func spend(args []string) int {
	if len(args) > 0 && exec.Command(self, "spend").Run() != nil {
		return 1
	}
	own := windows.CurrentProcess()
	memory := make([]byte, enoughMemory)
	var created, exited, kernel, user windows.Filetime
	spent := func(t windows.Filetime) int64 { return (int64(t.HighDateTime)<<32 | int64(t.LowDateTime)) * 100 }
	for spent(user) < int64(enough) {
		for i := range memory {
			memory[i]++
		}
		if windows.GetProcessTimes(own, &created, &exited, &kernel, &user) != nil {
			return 1
		}
	}
	fmt.Println(spent(user), spent(kernel), peakOf(own))
	return 0
}

// copyDescriptor copies descriptor 3 to the one that its argument names.
func copyDescriptor(args []string) int {
	fd, _ := strconv.Atoi(args[0])
	from, read := Inherited(3)
	to, written := Inherited(fd)
	if !read || !written {
		return 4
	}
	if _, err := io.Copy(os.NewFile(to, "to"), os.NewFile(from, "from")); err != nil {
		return 5
	}
	return 0
}

// heard is a listener that keeps what it hears.
type heard struct {
	spawned, exited chan int
	errno           syscall.Errno
	status          ExitStatus
	swept, lost     chan struct{}
}

func newHeard() *heard {
	return &heard{spawned: make(chan int, 9), exited: make(chan int, 9), swept: make(chan struct{}), lost: make(chan struct{})}
}

func (h *heard) Spawned(_, pid int, errno syscall.Errno) { h.errno = errno; h.spawned <- pid }
func (h *heard) Exited(stage int, status ExitStatus)     { h.status = status; h.exited <- stage }
func (h *heard) Halted(int, syscall.Signal)              {}
func (h *heard) Swept()                                  { close(h.swept) }
func (h *heard) Lost(error)                              { close(h.lost) }
func (h *heard) Done() <-chan struct{}                   { return h.swept }

var lastRun uint64

// begin starts a run of one stage, this test binary with arguments; at are the files of its descriptors.
func begin(at map[int]*os.File, path string, args ...string) (*Run, *heard, error) {
	l, err := Connect()
	if err != nil {
		return nil, nil, err
	}
	lastRun++
	h := newHeard()
	r, err := l.Begin(lastRun, h)
	if err != nil {
		return nil, nil, err
	}
	b := r.Batch()
	s := &Spawn{Path: path, Argv: append([]string{path}, args...)}
	for fd, f := range at {
		slot, err := b.Give(f)
		if err != nil {
			return nil, nil, err
		}
		s.Ends = append(s.Ends, SlotEnd{slot, uint64(fd)})
	}
	if s.Env, err = b.Environment(os.Environ()); err != nil {
		return nil, nil, err
	}
	if err := b.Spawn(s); err != nil {
		return nil, nil, err
	}
	for _, e := range s.Ends {
		if err := b.Close(e.Slot); err != nil {
			return nil, nil, err
		}
	}
	return r, h, b.Flush()
}

// victim starts a stage that starts another process, and waits to be killed.
func victim([]string) int {
	_, h, err := begin(map[int]*os.File{1: os.Stdout}, self, "sleep", "x")
	if err != nil {
		return 1
	}
	fmt.Println(<-h.spawned)
	select {}
}

// breeder starts stages, each of which starts another process, until it is killed.
func breeder([]string) int {
	for {
		_, h, err := begin(map[int]*os.File{1: os.Stdout}, self, "sleep", "x")
		if err != nil {
			return 1
		}
		<-h.spawned
	}
}

// awaitEnd waits until a process has ended.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return // it has
	}
	defer windows.CloseHandle(h)
	if s, err := windows.WaitForSingleObject(h, uint32(leak.Patience.Milliseconds())); s != windows.WAIT_OBJECT_0 {
		t.Errorf("process %d lives on: %v", pid, err)
	}
}

// TestKilled: nothing is left of a weir that is killed, nor of what its stages have started.
func TestKilled(t *testing.T) {
	c := leak.Begin(t, exec.Command(self, "victim"))
	pids := make([]int, 2)
	for i := range pids {
		pids[i], _ = strconv.Atoi(c.Hear(t))
	}
	_ = c.Process.Kill()
	for _, pid := range pids {
		awaitEnd(t, pid)
	}
}

// TestKilledAtAnyMoment: whenever a weir is killed that starts stages, nothing is left of them.
func TestKilledAtAnyMoment(t *testing.T) {
	for range 8 {
		c := leak.Begin(t, exec.Command(self, "breeder"))
		for range rand.IntN(6) {
			c.Hear(t)
		}
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond) // a moment of which nobody knows
		_ = c.Process.Kill()
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = io.Copy(io.Discard, c.Out) // to its end, for which all of them have to end
		}()
		select {
		case <-gone:
		case <-time.After(leak.Patience):
			t.Fatal("a process is left")
		}
	}
}

// TestSignals: a stage that weir ends has ended by that signal, and what it has started goes with it or with the run.
func TestSignals(t *testing.T) {
	for _, tree := range []bool{false, true} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		run, h, err := begin(map[int]*os.File{1: w}, self, "sleep", "x")
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		<-h.spawned
		var pid int
		if _, err := fmt.Fscan(r, &pid); err != nil {
			t.Fatal(err)
		}
		r.Close()
		if tree {
			err = run.SignalTree(0, syscall.SIGKILL)
			awaitEnd(t, pid)
		} else {
			err = run.SignalStage(0, syscall.SIGKILL)
		}
		<-h.exited
		if err != nil || h.status.Signal != syscall.SIGKILL {
			t.Errorf("%v, %v", h.status, err)
		}
		run.Finish()
		<-h.swept
		awaitEnd(t, pid)
	}
}

// TestCosts: a stage has used what it says itself, with the processor time of what it has started. Where the system
// does not tell, it is said to be unknown.
func TestCosts(t *testing.T) {
	timed, peaked := oracle.WineCannot("processor time") == "", oracle.WineCannot("peak memory") == ""
	for _, args := range [][]string{{"spend"}, {"spend", "x"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		run, h, err := begin(map[int]*os.File{1: w}, self, args...)
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		var user, system time.Duration
		var peak int64
		_, err = fmt.Fscan(r, &user, &system, &peak)
		r.Close()
		<-h.exited
		run.Finish()
		<-h.swept
		s := h.status
		if err != nil || s.Code != 0 || user < enough || peak < enoughMemory {
			t.Errorf("%q: %v, %v; it says %v, %v, %d bytes", args, s, err, user, system, peak)
		}
		user += time.Duration(len(args)-1) * enough
		if timed && (s.User < user.Truncate(time.Microsecond) || s.Sys < system.Truncate(time.Microsecond)) ||
			!timed && (s.User >= 0 || s.Sys >= 0) {
			t.Errorf("%q: %v in user mode and %v in the kernel, and it is at least %v and %v", args, s.User, s.Sys, user, system)
		}
		if s.MaxRSS < peak>>10<<10 && (peaked || s.MaxRSS != 0) {
			t.Errorf("%q: a peak of %d bytes, and it is at least %d", args, s.MaxRSS, peak)
		}
	}
}

// TestInherited: a stage has exactly its descriptors, those above 2 too.
func TestInherited(t *testing.T) {
	name := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(name, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for fd, code := range map[int]int{7: 0, 6: 4} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = in.Seek(0, io.SeekStart)
		run, h, err := begin(map[int]*os.File{3: in, 7: w}, self, "copy", strconv.Itoa(fd))
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		r.Close()
		<-h.exited
		if h.status.Code != code || code == 0 && string(text) != "hello" {
			t.Errorf("descriptor %d: %v, %q", fd, h.status, text)
		}
		run.Finish()
		<-h.swept
	}
}

// TestNoProgram: what cannot be started is answered, and the run goes on to its end.
func TestNoProgram(t *testing.T) {
	run, h, err := begin(nil, `C:\nosuch.exe`)
	if err != nil {
		t.Fatal(err)
	}
	if pid := <-h.spawned; pid != 0 || h.errno != windows.ERROR_FILE_NOT_FOUND {
		t.Error(pid, h.errno)
	}
	run.Finish()
	<-h.swept
}
