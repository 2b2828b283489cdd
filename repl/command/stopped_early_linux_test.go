package command

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// TestStoppedBeforeItsProgram: a stage that a signal stops after it was forked and before it executes its program,
// as Ctrl-Z may, holds up nobody: it is the program that stands then.
func TestStoppedBeforeItsProgram(t *testing.T) {
	c := weir(t, "-e", `for i = 1, 60 do run("true" | "true" | "true") end print("END")`)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- c.Wait() }()
	children := func(pid int) []int { return childrenOf(strconv.Itoa(pid)) }
	seen := map[int]bool{}
	for {
		select {
		case err := <-over:
			if err != nil || out.String() != "END\n" {
				t.Errorf("%v, %q", err, out.String())
			}
			return
		default:
		}
		for _, guard := range children(c.Process.Pid) {
			for _, stage := range children(guard) {
				line, _ := os.ReadFile(kernel.Path(stage, "cmdline"))
				switch {
				case !bytes.HasPrefix(line, []byte("weir\x00guard")):
					_ = unix.Kill(stage, unix.SIGCONT)
				case !seen[stage]:
					seen[stage] = true
					_ = unix.Kill(stage, unix.SIGTSTP)
				}
			}
		}
	}
}

func childrenOf(pid string) (list []int) {
	tasks, _ := os.ReadDir("/proc/" + pid + "/task")
	for _, task := range tasks {
		of, _ := kernel.ChildrenOf("/proc/" + pid + "/task/" + task.Name())
		list = append(list, of...)
	}
	return list
}
