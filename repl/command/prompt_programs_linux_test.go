package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
	"weir/ipc/oracle"
)

// programSession is one with a real program: what is typed, and what the screen then
// has.
type programSession struct {
	program string
	steps   [][2]string
}

// size is a step that changes the window, and killStep one that kills what has the
// terminal.
const (
	sizeStep = "size"
	killStep = "kill"
)

var programSessions = []programSession{
	{"less", [][2]string{
		{"$ less file\r", "line 1\n*line 23\nfile"},
		{" ", "line 24\n*line 46\n:"},
		{"\x1a", "*\n[1]  stopped  sh\"less file\"\nfg(1) goes on with it, bg(1) in the background\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  stopped  sh\"less file\"\nweir>"},
		{"fg()\r", "line 24\n*line 46\n:"},
		{sizeStep, "line 24\n*line 35\n:"},
		{"q", "*ok, * s\n*less*\nweir>"},
	}},
	{"less", [][2]string{
		{"$ seq 100 | less\r", "1\n2\n*23\n:"},
		{killStep, "*less was ended by SIGKILL\n    $ seq 100 | less\n                ^~~~\nweir>"},
	}},
	{"sh", [][2]string{ // whose killed child left another screen, and the terminal's modes as they were
		{"$ sh -c 'printf \"\\033[?1049h\\033[?1000h\"; kill -9 $$'\r", "*Ctrl-D ends.\nweir> $ sh -c *\ninput 1:1:3: sh was ended by SIGKILL\n*\n*\nweir>"},
	}},
	{"vi", [][2]string{
		{"$ vi -u NONE -N new\r", "~\n*\"new\" *"},
		{"ihello", "hello\n~\n*"},
		{sizeStep, "hello\n~\n*"},
		{"\x1b\x1a", "*[1]  stopped  *\nweir>"},
		{"fg()\r", "hello\n~\n*"},
		{":wq\r", "*ok, * s\n*vi*\nweir>"},
		{"$ cat new\r", "hello\nweir>"},
		{"$ vi -u NONE -N new\r", "hello\n~\n*"},
		{killStep, "hello\nweir> $ vi -u NONE -N new\ninput *: vi was ended by SIGKILL\n*\n*\nweir>"},
	}},
	{"top", [][2]string{
		{"$ top\r", "top - *Tasks:*PID*"},
		{"\x1a", "*[1]  stopped  sh\"top\"\n*\nweir>"},
		{"fg()\r", "top - *Tasks:*PID*"},
		{"q", "*top*\nweir>"}, // which says "write error" where Ctrl-Z came while it wrote
	}},
	{"python3", [][2]string{
		{"$ python3 -q\r", ">>>"},
		{"6 * 7\r", ">>> 6 * 7\n42\n>>>"},
		{"import time; print('in'); time.sleep(1000)\r", "*\nin"},
		{"\x03", "*KeyboardInterrupt\n>>>"},
		{"\x1a", "*[1]  stopped  sh\"python3 -q\"\n*\nweir>"},
		{"fg()\r", "weir> fg()"},
		{"7 * 7\r", "*49\n>>>"},
		{"\x04", "*ok, * s\n*python3*\nweir>"},
	}},
	{"sh", [][2]string{
		{"$ sh\r", "weir> $ sh\n$"},
		{"echo in $((6 * 7))\r", "in 42\n$"},
		{"sleep 1000\r\x03", "*\n$"},
		{"exit 3\r", "*sh exited with status 3\n    $ sh\n      ^~\nweir>"},
	}},
	{"ssh", [][2]string{
		{"$ ssh -V\r", "weir> $ ssh -V\nOpenSSH*\nweir>"},
	}},
}

// TestPromptPrograms: programs that use a whole terminal find one, are stopped and go
// on, are told of a new size, and leave the terminal as it was, killed ones too.
func TestPromptPrograms(t *testing.T) {
	for _, session := range programSessions {
		t.Run(session.program, func(t *testing.T) {
			oracle.Need(t, session.program)
			home := t.TempDir()
			var text strings.Builder
			for i := range 100 {
				text.WriteString("line " + strconv.Itoa(i+1) + "\n")
			}
			if err := os.WriteFile(filepath.Join(home, "file"), []byte(text.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			s := sit(t, 80, 24, home, []string{"LESS=", "EXINIT="})
			s.shows("weir>")
			before := s.settings()
			for _, step := range session.steps {
				s.idle()
				switch step[0] {
				case sizeStep:
					s.size(60, 13)
				case killStep:
					s.killFront()
				default:
					s.keys(step[0])
				}
				s.shows(step[1])
			}
			if after := s.settings(); after != before {
				t.Errorf("the terminal's modes were %+v, and are %+v", before, after)
			}
			s.keys("\x04")
			if status := s.ends(); status != 0 {
				t.Errorf("status %d", status)
			}
		})
	}
}

// idle waits until the program that has the terminal sleeps: less does not see a
// signal that comes right before it reads keys.
func (s *seat) idle() {
	for {
		group, err := unix.IoctlGetInt(int(s.master.Fd()), unix.TIOCGPGRP)
		if err != nil || group == s.c.Process.Pid {
			return
		}
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(group) + "/stat")
		if _, state, ok := strings.Cut(string(stat), ") "); err != nil || !ok || state[0] != 'R' {
			return
		}
		goruntime.Gosched()
	}
}

// killFront kills the programs that have the terminal.
func (s *seat) killFront() {
	s.t.Helper()
	group, err := unix.IoctlGetInt(int(s.master.Fd()), unix.TIOCGPGRP)
	if err == nil {
		err = syscall.Kill(-group, syscall.SIGKILL)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// settings are the terminal's modes, while an input is edited.
func (s *seat) settings() unix.Termios {
	s.t.Helper()
	modes, err := unix.IoctlGetTermios(int(s.master.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *modes
}

// TestPromptReadsAtOnce: a program that reads the terminal before it was lent to it
// waits for that, also where weir was started to ignore what stops it meanwhile, as by
// tmux.
func TestPromptReadsAtOnce(t *testing.T) {
	w := weir(t)
	c := exec.Command("sh", append([]string{"-c", `trap "" TSTP TTIN TTOU; exec "$@"`, "sh"}, w.Args...)...)
	c.Dir = t.TempDir()
	c.Env = append(w.Env, "HOME="+c.Dir, "XDG_STATE_HOME=", "XDG_CONFIG_HOME=", "TERM=xterm", "NO_COLOR=1", "LC_ALL=C.UTF-8")
	s := seatOf(t, 80, 24, c)
	s.shows("weir>")
	for n := range 20 {
		s.enter("$ head -n 1 /dev/tty | cat -n")
		s.lent()
		s.enter(fmt.Sprint("word ", n))
		s.shows(fmt.Sprintf("*\n     1  word %d\nweir>", n))
	}
	s.keys("\x04")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// lent waits until the terminal is a program's, with lines that it puts together.
func (s *seat) lent() {
	s.t.Helper()
	tty, err := s.master.SyscallConn()
	if err != nil {
		s.t.Fatal(err)
	}
	for late := time.Now().Add(leak.Patience); ; goruntime.Gosched() {
		lent := false
		err := tty.Control(func(fd uintptr) {
			group, err := unix.IoctlGetInt(int(fd), unix.TIOCGPGRP)
			modes, err2 := unix.IoctlGetTermios(int(fd), unix.TCGETS)
			lent = err == nil && err2 == nil && group != s.c.Process.Pid && modes.Lflag&unix.ICANON != 0
		})
		if err != nil || time.Now().After(late) {
			s.t.Fatalf("the terminal is not lent, %v; the screen is\n%s", err, s.model.Text(true))
		}
		if lent {
			return
		}
	}
}
