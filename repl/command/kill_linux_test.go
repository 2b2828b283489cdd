package command

import (
	"bufio"
	"bytes"
	"errors"
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

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/leak"
)

// doomed starts everything that could outlive weir: stages that ignore SIGTERM,
// that called setsid, that forked twice, Lua stages with runs of their own,
// jobs, and a name of each kind. Then it ends, and begins again.
const doomed = `
local n = 0
while true do
  n = n + 1
  local name = "weir-" .. os.getenv("WEIR_TEST_TOKEN") .. "-" .. n
  local held = {queue(name, {max = 1, size = 8}), shm(name, {size = 64}), semaphore(name, 1), ring(name, {slots = 1, size = 8}), mutex(name),
    mailslot(name), socket("unix:" .. os.getenv("FOLDER") .. "/s" .. n, {listen = true})}
  local meet = fifo(os.getenv("FOLDER") .. "/meet" .. n)
  local job = start("sh -c 'trap : TERM HUP; while :; do sleep 0.01; done'" | "cat")
  local far = start(cmd("sh", "-c", "setsid sh -c 'sleep 100 & sleep 100' & (sleep 100 &) & sleep 100"))
  local deep = start(proc(function() start("sleep 100") run("sleep 100") end))
  local woven = start("yes" | tee(sh"cat" * 2, sh"cat":spill()) | file"/dev/null", cmd("false"):restart{backoff = "1ms"}, loop(sh"cat", {seed = "x\n"}))
  run("seq 3" | meet, meet | "cat", "seq 1000" | ordered(sh"cat" * 2) | "wc -l")
  woven:kill("KILL") woven:wait{check = false}
  job:kill("KILL") far:kill("KILL") deep:kill("KILL")
  job:wait() far:wait() deep:wait()
  for _, x in ipairs(held) do x:close() end
end`

// promptly is how soon after weir was killed everything is gone on a machine that
// has time.
const promptly = 250 * time.Millisecond

func TestRandomKills(t *testing.T) {
	folder := publicFolder(t)
	exe := publicCopy(t)
	kills := 100
	if testing.Short() {
		kills = 10
	}
	for i := range kills {
		token := fmt.Sprintf("%d-%d", os.Getpid(), i)
		c := exec.Command(exe, "--events", "-", "-e", doomed)
		c.Env = append(os.Environ(), playEnv+"=1", "FOLDER="+folder, "WEIR_TEST_TOKEN="+token, "XDG_RUNTIME_DIR=")
		c.SysProcAttr = unprivileged()
		events, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// What is random here is the moment of the kill itself.
		lines := bufio.NewScanner(events)
		for range rand.IntN(60) {
			lines.Scan()
		}
		c.Process.Kill()
		go io.Copy(io.Discard, events) // the stages write there, too
		gone(t, token)
		c.Wait()
		if names := left(folder, token); len(names) > 0 {
			t.Fatalf("kill %d: there are still the names %q", i, names)
		}
	}
}

// left lists the names that a killed weir has left.
func left(folder, token string) []string {
	var list []string
	for _, pattern := range []string{folder + "/*", "/dev/shm/*" + token + "*", "/dev/shm/weir-*/*" + token + "*", "/tmp/weir-*/*" + token + "*"} {
		names, _ := filepath.Glob(pattern)
		list = append(list, names...)
	}
	for n := range 50 {
		name := fmt.Sprintf("/weir-%s-%d", token, n+1)
		if _, err := ipc.LookAtName(ipc.KindQueue, name); !errors.Is(err, os.ErrNotExist) {
			list = append(list, name)
		}
	}
	return list
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

// gone waits until no process has the token any more.
func gone(t *testing.T, token string) {
	t.Helper()
	begun := time.Now()
	end := begun.Add(leak.Patience)
	for {
		list := withToken(token)
		if len(list) == 0 {
			if took := time.Since(begun); took > promptly {
				t.Logf("everything was gone after %v; %v is what is meant", took, promptly)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%v after its end there are still %q", leak.Patience, list)
		}
		var pid int
		fmt.Sscan(list[0], &pid)
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue // it has ended
		}
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		unix.Poll(fds, int(max(time.Until(end), 0)/time.Millisecond)+1)
		unix.Close(fd)
	}
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
