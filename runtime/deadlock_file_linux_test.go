package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/runtime/plan"
)

// TestDeadlockAtFileLocks has processes wait for each other's locks on files, and for a
// lock whose holder waits at a pipe. Of fcntl(2)'s own circles the kernel tells.
func TestDeadlockAtFileLocks(t *testing.T) {
	program := waits(t)
	for _, kind := range []string{"flock", "posix", "ofd"} {
		dir := t.TempDir()
		a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
		rows := map[string]struct {
			top  *plan.Topology
			want []string
		}{
			"pipe": {chain([]string{program, "unlocked", kind, a}, []string{program, "lock", kind, a}),
				[]string{"s0 waits for the lock of " + a + ", which s1 holds", "s1 waits to read from p1"}},
		}
		if kind != "posix" {
			c, d := filepath.Join(dir, "c"), filepath.Join(dir, "d")
			rows["circle"] = struct {
				top  *plan.Topology
				want []string
			}{chain([]string{program, "lock", kind, c, d}, []string{program, "lock", kind, d, c}),
				[]string{"s0 waits for the lock of " + d + ", which s1 holds", "s1 waits for the lock of " + c + ", which s0 holds"}}
			rows["itself"] = struct {
				top  *plan.Topology
				want []string
			}{chain([]string{program, "lock", kind, b, b}), []string{"s0 waits for the lock of " + b + ", which it holds itself"}}
		}
		for name, row := range rows {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				e := mustDeadlock(t, row.top)
				for _, w := range row.want {
					if !strings.Contains(e.Message(), w) {
						t.Errorf("%q is not in %s", w, e.Message())
					}
				}
				if !strings.HasPrefix(e.Hint, "let all lock the files in the same order") {
					t.Error(e.Hint)
				}
			})
		}
	}
	t.Run("children", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
		crossed := func(own, other string) []string {
			return []string{"flock", own, "sh", "-c", program + " unlocked flock " + other + "; true"}
		}
		if e := mustDeadlock(t, chain(crossed(a, b), crossed(b, a))); !strings.Contains(e.Message(), "waits in s0 waits for the lock of "+b+", which s1 holds") {
			t.Error(e.Message())
		}
	})
}

// TestFileLocksOutside has a process wait for a lock that no stage holds.
func TestFileLocksOutside(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	r := startTopology(t, chain([]string{"flock", f.Name(), "true"}, []string{"cat"}), func(p *plan.Plan, o *Options) { p.Timeout = 3 * time.Second })
	if res, err := r.Wait(); err != nil || res.Deadlock != nil {
		t.Errorf("%v %v", res.Deadlock, err)
	}
}
