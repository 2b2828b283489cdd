package command

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// doomed starts everything that could outlive weir: stages that ignore SIGTERM,
// that called setsid, that forked twice, Lua stages with runs of their own,
// jobs, and a FIFO. Then it ends, and begins again.
const doomed = `
local n = 0
while true do
  n = n + 1
  local meet = fifo(os.getenv("FOLDER") .. "/meet" .. n)
  local job = start("sh -c 'trap : TERM HUP; while :; do sleep 0.01; done'" | "cat")
  local far = start(cmd("sh", "-c", "setsid sh -c 'sleep 100 & sleep 100' & (sleep 100 &) & sleep 100"))
  local deep = start(proc(function() start("sleep 100") run("sleep 100") end))
  run("seq 3" | meet, meet | "cat", "seq 1000" | "wc -l")
  job:kill("KILL") far:kill("KILL") deep:kill("KILL")
  job:wait() far:wait() deep:wait()
end`

// allowance is how long something may live after weir was killed.
const allowance = 250 * time.Millisecond

func TestRandomKills(t *testing.T) {
	folder := publicFolder(t)
	exe := publicCopy(t)
	kills := 100
	if testing.Short() {
		kills = 10
	}
	for i := range kills {
		token := fmt.Sprintf("%d-%d", os.Getpid(), i)
		c := exec.Command(exe, "-e", doomed)
		c.Env = append(os.Environ(), playEnv+"=1", "FOLDER="+folder, "WEIR_TEST_TOKEN="+token)
		c.SysProcAttr = unprivileged()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// What is random here is the moment of the kill itself.
		time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
		c.Process.Kill()
		killed := time.Now()
		c.Wait()
		for {
			processes := withToken(token)
			names, _ := filepath.Glob(folder + "/*")
			if len(processes)+len(names) == 0 {
				break
			}
			if time.Since(killed) > allowance {
				t.Fatalf("kill %d: %v after it there are still %q and the names %q", i, time.Since(killed), processes, names)
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// publicFolder is one that any user may use: not below the test's own.
func publicFolder(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("/tmp", "weir-test-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// publicCopy is a copy of this binary that any user may run.
func publicCopy(tb testing.TB) string {
	tb.Helper()
	dir := publicFolder(tb)
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		tb.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(filepath.Join(dir, "weir"), os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		tb.Fatal(err)
	}
	if err := to.Close(); err != nil {
		tb.Fatal(err)
	}
	return to.Name()
}

// unprivileged makes a child of root somebody else, so that nothing here works
// by root's rights only.
func unprivileged() *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534, NoSetGroups: true}}
}

// withToken lists the processes, zombies aside, that have the token in their
// environment.
func withToken(token string) []string {
	entries, _ := os.ReadDir("/proc")
	var list []string
	for _, e := range entries {
		env, err := os.ReadFile("/proc/" + e.Name() + "/environ")
		if err != nil || !bytes.Contains(env, []byte("WEIR_TEST_TOKEN="+token+"\x00")) {
			continue
		}
		line, _ := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		list = append(list, e.Name()+" "+strings.ReplaceAll(string(line), "\x00", " "))
	}
	return list
}
