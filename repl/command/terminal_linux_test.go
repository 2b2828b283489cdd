package command

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"weir/ipc/leak"
	"weir/repl/pty"
	"weir/repl/vt"
)

// seat is a program, weir's prompt as a rule, in a terminal of its own, whose screen is a model.
type seat struct {
	t      *testing.T
	master *os.File
	c      *exec.Cmd
	read   sync.WaitGroup

	mu      sync.Mutex
	model   *vt.Model
	changed *sync.Cond
	ended   bool
	narrow  bool
	before  string // what the screen was when keys were typed last
}

// sit starts weir at a terminal, with a home of its own.
func sit(t *testing.T, cols, rows int, home string, env []string, args ...string) *seat {
	t.Helper()
	c := weir(t, args...)
	c.Dir = home
	c.Env = append(append(c.Env, "HOME="+home, "XDG_STATE_HOME=", "XDG_CONFIG_HOME=", "TERM=xterm", "NO_COLOR=1", "LC_ALL=C.UTF-8", "PS1=$ "), env...)
	return seatOf(t, cols, rows, c)
}

// seatOf starts a program at a terminal.
func seatOf(t *testing.T, cols, rows int, c *exec.Cmd) *seat {
	t.Helper()
	master, slave, err := pty.Open(cols, rows)
	if err != nil {
		t.Skip(err)
	}
	defer slave.Close()
	s := &seat{t: t, master: master, c: c, model: vt.New(cols, rows), narrow: cols < 80}
	s.changed = sync.NewCond(&s.mu)
	s.c.Stdin, s.c.Stdout, s.c.Stderr = slave, slave, slave
	s.c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.c.Start(); err != nil {
		t.Fatal(err)
	}
	s.read.Add(1)
	go s.follow()
	t.Cleanup(s.leave)
	return s
}

func (s *seat) size(cols, rows int) {
	s.mu.Lock()
	s.model.Resize(cols, rows)
	s.mu.Unlock()
	if err := pty.Size(s.master, cols, rows); err != nil {
		s.t.Fatal(err)
	}
}

func (s *seat) follow() {
	defer s.read.Done()
	buf := make([]byte, 64<<10)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		s.model.Write(string(buf[:max(n, 0)]))
		s.ended = err != nil
		s.changed.Broadcast()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// leave ends what a failed test has left.
func (s *seat) leave() {
	if s.t.Failed() {
		_ = s.c.Process.Kill()
	}
	s.read.Wait()
	s.master.Close()
	_ = s.c.Wait()
}

func (s *seat) keys(text string) {
	s.t.Helper()
	s.mu.Lock()
	s.before = s.model.Text(true)
	s.mu.Unlock()
	if _, err := s.master.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// enter types a line.
func (s *seat) enter(line string) { s.keys(line + "\r") }

// shows waits until the screen ends with these lines. A * stands for any text. On a
// narrow screen, where lines are broken, blanks and ends of lines do not count.
func (s *seat) shows(want string) {
	s.t.Helper()
	parts := strings.Split("\n"+want, "*")
	s.await(want, func(text string) bool {
		text = "\n" + text
		if s.narrow {
			text, parts = squeeze(text), strings.Split(squeeze(want), "*")
		}
		return endsWith(text, parts)
	})
}

// endsWithCursor is for a condition of await: the screen ends so, with | for the
// cursor.
func (s *seat) endsWithCursor(want string) bool { return strings.HasSuffix(s.model.Text(true), want) }

func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }

// endsWith reports whether a text ends with these parts, with anything between them.
func endsWith(text string, parts []string) bool {
	for i := len(parts) - 1; i >= 0; i-- {
		if i == len(parts)-1 {
			if !strings.HasSuffix(text, parts[i]) {
				return false
			}
			text = strings.TrimSuffix(text, parts[i])
			continue
		}
		at := strings.LastIndex(text, parts[i])
		if at < 0 {
			return false
		}
		text = text[:at]
	}
	return true
}

func (s *seat) await(what string, met func(text string) bool) {
	s.t.Helper()
	late := false
	timeout := time.AfterFunc(leak.Patience, func() {
		s.mu.Lock()
		late = true
		s.changed.Broadcast()
		s.mu.Unlock()
	})
	defer timeout.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.model.Text(true) == s.before || !met(s.model.Text(false)) {
		if late || s.ended {
			s.t.Fatalf("the screen is\n%s\nwant\n%s", s.model.Text(true), what)
		}
		s.changed.Wait()
	}
	s.before = ""
}

// ends waits for weir's end and gives its exit status.
func (s *seat) ends() int {
	s.t.Helper()
	late := time.AfterFunc(leak.Patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.t.Errorf("no end comes; the screen is\n%s", s.model.Text(true))
		_ = s.c.Process.Kill()
	})
	s.read.Wait()
	late.Stop()
	_ = s.c.Wait()
	return s.c.ProcessState.ExitCode()
}
