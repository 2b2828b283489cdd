package soak

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// patience is how long a round waits for what should take milliseconds.
const patience = 10 * time.Second

// tokenVariable marks all that a round starts.
const tokenVariable = "WEIR_TEST_TOKEN"

// nobody is the user that weir runs as where the tests are root's, so that nothing
// works by root's rights only.
const nobody = 65534

// victimWeir is a weir that a round attacks, in a folder of its own.
type victimWeir struct {
	*exec.Cmd
	folder  string // public below, with the register of names in it
	token   string
	through []string // a program that starts it, again's alone
}

// newVictim prepares weir with these arguments; FOLDER and the token are in its
// environment.
func newVictim(t *testing.T, args ...string) *victimWeir {
	t.Helper()
	folder, err := os.MkdirTemp(filepath.Dir(weir), "round-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	registers := filepath.Join(folder, "run")
	if err := os.Mkdir(registers, 0o700); err != nil {
		t.Fatal(err)
	}
	v := &victimWeir{Cmd: exec.Command(weir, args...), folder: folder, token: "soak-" + filepath.Base(folder)}
	v.Env = append(os.Environ(), tokenVariable+"="+v.token, "FOLDER="+folder, "XDG_RUNTIME_DIR="+registers, "TMPDIR="+folder)
	if os.Geteuid() == 0 {
		v.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody, NoSetGroups: true}}
		for _, path := range []string{folder, registers} {
			if err := os.Chown(path, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
	}
	return v
}

// again is another command of weir's in the same folder, by the same user.
func (v *victimWeir) again(args ...string) *exec.Cmd {
	args = append(append(slices.Clone(v.through), weir), args...)
	c := exec.Command(args[0], args[1:]...)
	c.Env, c.SysProcAttr = v.Env, v.SysProcAttr
	return c
}

// processes lists those with the token, zombies aside.
func (v *victimWeir) processes() []int {
	mark := []byte(tokenVariable + "=" + v.token + "\x00")
	var list []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if bytes.Contains(environ(pid), mark) {
			list = append(list, pid)
		}
	}
	return list
}

// environ gives the environment of a process. In execve(2) it has none for a moment, and is
// looked at again.
func environ(pid int) []byte {
	for {
		env, err := os.ReadFile(kernel.Path(pid, "environ"))
		stat, statErr := kernel.StatOf(pid)
		if len(env) > 0 || err != nil || statErr != nil || stat.Ending() || stat.Flags&kernelThread != 0 {
			return env
		}
		if line, _ := os.ReadFile(kernel.Path(pid, "cmdline")); len(line) > 0 {
			return nil // it was started without any
		}
	}
}

// kernelThread is PF_KTHREAD of linux/sched.h.
const kernelThread = 0x200000

// end kills processes and waits until they have ended: while one still exits it holds what
// it had, and has no environment to be known by.
func end(pids ...int) (left []string) {
	for _, pid := range pids {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue // reaped already
		}
		syscall.Kill(pid, syscall.SIGKILL)
		over := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		for err = unix.EINTR; err == unix.EINTR; {
			_, err = unix.Poll(over, int(patience.Milliseconds()))
		}
		if over[0].Revents == 0 {
			left = append(left, described(pid))
		}
		unix.Close(fd)
	}
	return left
}

func described(pid int) string {
	line, _ := os.ReadFile(kernel.Path(pid, "cmdline"))
	return fmt.Sprint(pid, " ", strings.ReplaceAll(string(line), "\x00", " "))
}

// gone waits until none of them is left but those that are spared, and describes those
// that stay.
func (v *victimWeir) gone(spared ...int) (left []string) {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		list := slices.DeleteFunc(v.processes(), func(pid int) bool { return slices.Contains(spared, pid) })
		if len(list) == 0 {
			return nil
		}
		if time.Now().After(end) {
			for _, pid := range list {
				left = append(left, described(pid))
				syscall.Kill(pid, syscall.SIGKILL)
			}
			return left
		}
	}
}

// names lists what of the token's is left in the places where names stand.
func (v *victimWeir) names() []string {
	var list []string
	for _, pattern := range []string{v.folder + "/meet*", v.folder + "/sock*", "/dev/shm/*" + v.token + "*", "/dev/shm/weir-*/*" + v.token + "*", queues + "/*" + v.token + "*"} {
		names, _ := filepath.Glob(pattern)
		list = append(list, names...)
	}
	return list
}

// childrenOf lists the processes whose parent pid is, proc(5).
func childrenOf(pid int) []int {
	var list []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, path := range tasks {
		data, _ := os.ReadFile(path)
		for _, f := range strings.Fields(string(data)) {
			if child, err := strconv.Atoi(f); err == nil {
				list = append(list, child)
			}
		}
	}
	slices.Sort(list)
	return list
}
