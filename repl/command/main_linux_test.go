package command

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/examples"
	"weir/ipc/leak"
	"weir/runtime/guard"
	"weir/script"
)

// playEnv makes the test binary play weir itself.
const playEnv = "WEIR_TEST_PLAY"

func TestMain(m *testing.M) {
	if program := played[filepath.Base(os.Args[0])]; program != nil {
		program()
		return
	}
	if (len(os.Args) > 1 || filepath.Base(os.Args[0]) == weirName) && os.Getenv(playEnv) != "" {
		os.Exit(play(os.Args[1:]))
	}
	os.Exit(leak.Main(m, guard.Shutdown))
}

// play is main.go's run.
func play(args []string) int {
	switch {
	case len(args) > 0 && args[0] == "stage":
		return script.StageMain(args[1:])
	case len(args) > 0 && args[0] == "guard":
		return guard.Main(args[1:])
	case len(args) == 1 && args[0] == noArguments:
		args = []string{} // nil would be those of this process
	}
	return Main(Streams{os.Stdin, os.Stdout, os.Stderr}, args, embedded)
}

func embedded() []Example {
	var list []Example
	for _, e := range examples.All() {
		list = append(list, Example(e))
	}
	return list
}

// weirName is what a link to the test binary is called, so that it plays weir
// without arguments too.
const weirName = "weir"

// noArguments stands for an empty command line, which means "run the tests".
const noArguments = "-no-arguments-"

// weir is a command that runs weir with these arguments.
func weir(tb testing.TB, args ...string) *exec.Cmd {
	tb.Helper()
	if len(args) == 0 {
		args = []string{noArguments}
	}
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), playEnv+"=1")
	return c
}

// outcome is what a program did.
type outcome struct {
	stdout, stderr string
	status         int
}

// finish runs a command that must end.
func finish(tb testing.TB, c *exec.Cmd) outcome {
	tb.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	c.WaitDelay = 10 * time.Second
	if err := c.Start(); err != nil {
		tb.Fatal(err)
	}
	stuck := time.AfterFunc(leak.Patience, func() { c.Process.Kill() })
	err := c.Wait()
	if !stuck.Stop() {
		tb.Errorf("%s: hangs", strings.Join(c.Args, " "))
	}
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		tb.Fatal(err)
	}
	return outcome{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

// speaking starts a command that must end, and gives what it writes to standard error.
func speaking(tb testing.TB, c *exec.Cmd) *bufio.Reader {
	tb.Helper()
	errs, err := c.StderrPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := c.Start(); err != nil {
		tb.Fatal(err)
	}
	stuck := time.AfterFunc(leak.Patience, func() { c.Process.Kill() })
	tb.Cleanup(func() { stuck.Stop() })
	return bufio.NewReader(errs)
}
