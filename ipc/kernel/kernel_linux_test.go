package kernel

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// TestStat reads a child whose name looks like other fields, as it runs, is stopped and
// has ended. wait4(2) says when that is so.
func TestStat(t *testing.T) {
	program := filepath.Join(t.TempDir(), "a) Z (9 0")
	if out, err := exec.Command("cp", "/bin/cat", program).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(program)
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	pid := cmd.Process.Pid
	self, err := StatOf(os.Getpid())
	if err != nil || self.Parent != os.Getppid() || self.Threads < 2 || self.Dead() || self.Ending() {
		t.Errorf("%+v %v", self, err)
	}
	look := func(when string, stopped, ended bool) {
		t.Helper()
		s, err := StatOf(pid)
		if err != nil || s.Name != "a) Z (9 0" || s.Parent != os.Getpid() || s.Start < self.Start || s.Stopped() != stopped ||
			s.Dead() != ended || s.Ending() != ended {
			t.Errorf("%s: %+v %v", when, s, err)
		}
		if Program(pid) != s.Name {
			t.Errorf("%s: %q", when, Program(pid))
		}
	}
	look("running", false, false)
	for _, find := range []func() ([]int, error){Children, ChildrenFast} {
		if list, err := find(); err != nil || !slices.Contains(list, pid) {
			t.Errorf("%d is not in %v, %v", pid, list, err)
		}
	}
	for _, row := range []struct {
		sig     unix.Signal
		options int
		stopped bool
	}{{unix.SIGSTOP, unix.WSTOPPED, true}, {unix.SIGKILL, unix.WEXITED, false}} {
		if err := unix.Kill(pid, row.sig); err != nil {
			t.Fatal(err)
		}
		if err := unix.Waitid(unix.P_PID, pid, nil, row.options|unix.WNOWAIT, nil); err != nil {
			t.Fatal(err)
		}
		look(row.sig.String(), row.stopped, !row.stopped)
	}
	_ = cmd.Wait()
	if s, err := StatOf(pid); !Gone(err) {
		t.Errorf("%+v %v", s, err)
	}
}
