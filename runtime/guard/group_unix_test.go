//go:build unix

package guard

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/ipc/leak"
)

// TestMain lets the test binary be what the tests start.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": watcherMain, "weir": dyingWeir})
	os.Exit(leak.Main(m, Shutdown))
}

// listening is a listener that keeps what it hears.
type listening struct {
	spawned chan int
	errno   syscall.Errno
	exited  chan ExitStatus
	halted  chan syscall.Signal
	swept   chan struct{}
}

func (h *listening) Spawned(_, pid int, errno syscall.Errno) { h.errno = errno; h.spawned <- pid }
func (h *listening) Exited(_ int, status ExitStatus)         { h.exited <- status }
func (h *listening) Halted(_ int, by syscall.Signal)         { h.halted <- by }
func (h *listening) Swept()                                  { close(h.swept) }
func (h *listening) Lost(error)                              {}
func (h *listening) Done() <-chan struct{}                   { return h.swept }

// inGroup starts a run of stages that are shells, each with its line, joined by pipes; the last writes to out.
func inGroup(l *Link, id uint64, out *os.File, lines ...string) (*Run, *listening, error) {
	h := &listening{spawned: make(chan int, 9), exited: make(chan ExitStatus, 9), halted: make(chan syscall.Signal, 9),
		swept: make(chan struct{})}
	r, err := l.Begin(id, h)
	if err != nil {
		return nil, nil, err
	}
	b := r.Batch()
	env, _ := b.Environment(os.Environ())
	last, _ := b.Give(out)
	var in Slot
	for i, line := range lines {
		s := &Spawn{Stage: uint64(i), Path: "/bin/sh", Argv: []string{"sh", "-c", line}, Env: env}
		if in != 0 {
			s.Ends = append(s.Ends, SlotEnd{in, 0})
		}
		next, to := Slot(0), last
		if i+1 < len(lines) {
			if next, to, err = b.Pipe(0); err != nil {
				return nil, nil, err
			}
		}
		s.Ends = append(s.Ends, SlotEnd{to, 1})
		if err := b.Spawn(s); err != nil {
			return nil, nil, err
		}
		_ = b.Close(to)
		if in != 0 {
			_ = b.Close(in)
		}
		in = next
	}
	return r, h, b.Flush()
}

func groupLink() *Link {
	l := &Link{runs: map[uint64]Listener{}, lost: make(chan struct{})}
	l.startGroups()
	return l
}

// TestGroup: stages and a pipe, an exit status, a signal, a stop, and what a stage leaves behind.
func TestGroup(t *testing.T) {
	l := groupLink()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	run, h, err := inGroup(l, 1, w, "echo hello; exit 3", "read x; echo got $x; sleep 1000 & echo $!; kill -STOP $$; sleep 1000")
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	<-h.spawned
	<-h.spawned
	lines := bufio.NewReader(r)
	if got, _ := lines.ReadString('\n'); got != "got hello\n" {
		t.Errorf("got %q", got)
	}
	number, _ := lines.ReadString('\n')
	left, _ := strconv.Atoi(strings.TrimSpace(number))
	if status := <-h.exited; status.Code != 3 {
		t.Errorf("the first ended with %v", status)
	}
	if by := <-h.halted; by != syscall.SIGSTOP {
		t.Errorf("stopped by %v", by)
	}
	_ = run.Signal(syscall.SIGCONT)
	if by := <-h.halted; by != 0 {
		t.Errorf("goes on by %v", by)
	}
	_ = run.SignalStage(1, syscall.SIGTERM)
	if status := <-h.exited; status.Signal != syscall.SIGTERM {
		t.Errorf("the second ended with %v", status)
	}
	run.Finish()
	<-h.swept
	gone(t, left)
	l.system.endSending()
	<-l.lost
}

// gone waits until a process is no more, or is a zombie that is not this process's.
func gone(t *testing.T, pid int) {
	t.Helper()
	for until := time.Now().Add(leak.Patience); ; time.Sleep(time.Millisecond) {
		out, _ := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
		if state := strings.TrimSpace(string(out)); state == "" || state[0] == 'Z' {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("process %d is left", pid)
		}
	}
}

// dyingWeir starts a stage, and waits to be killed.
func dyingWeir([]string) int {
	if _, _, err := inGroup(groupLink(), 1, os.Stdout, "echo $$; trap '' TERM INT HUP; sleep 1000"); err != nil {
		return 1
	}
	select {}
}

// TestGroupOfADeadWeir: when weir is killed, so are its stages.
func TestGroupOfADeadWeir(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, "weir")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	gone(t, pid)
}

// TestGroupRefuses: what cannot be started is said by its number.
func TestGroupRefuses(t *testing.T) {
	l := groupLink()
	run, h, err := inGroup(l, 1, os.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	b := run.Batch()
	_ = b.Spawn(&Spawn{Path: "/no/such", Argv: []string{"x"}})
	_ = b.Flush()
	if <-h.spawned; h.errno != syscall.ENOENT {
		t.Errorf("no such program: %v", h.errno)
	}
	run.Finish()
	<-h.swept
	l.system.endSending()
	<-l.lost
}
