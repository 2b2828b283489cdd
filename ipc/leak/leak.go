// Package leak is for tests. [Main] is called by TestMain: it fails a package whose tests
// leave a descriptor, a child process, a goroutine, a file in the temporary folder or a name
// in a register behind. [Play] lets the test binary be weir's guard or a stage, [Begin] starts a
// program that a test talks to line by line, and [Patience] is how long a test waits for it.
package leak

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	goruntime "runtime"
	"syscall"
	"testing"
	"time"
)

// Main runs the tests, calls end, if any, and gives the exit status. What is still ending
// is waited for, as long as Patience.
func Main(m *testing.M, end func()) int {
	flag.Parse()
	if f := flag.Lookup("test.fuzz"); f != nil && f.Value.String() != "" {
		return m.Run() // a fuzzer leaves goroutines of its own
	}
	// A folder of its own, so that names left behind are known.
	dir, err := os.MkdirTemp("", "weir-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	os.Setenv("TMPDIR", dir)
	// And one for the registers of names: none may be left.
	if err := os.Mkdir(filepath.Join(dir, runtimeFolder), 0o700); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv("XDG_RUNTIME_DIR", filepath.Join(dir, runtimeFolder))
	os.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector would have every child sleep a second at its end
	resetIgnored(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE)
	warm()
	before, goroutines := descriptors(), goruntime.NumGoroutine()
	code := m.Run()
	if end != nil {
		end()
	}
	if code != 0 {
		return code
	}
	deadline := time.Now().Add(Patience)
	for {
		fault := left(dir, before, goroutines)
		if fault == "" {
			return 0
		}
		if time.Now().After(deadline) {
			fmt.Fprintln(os.Stderr, "left by the tests:", fault)
			return 1
		}
		goruntime.GC() // dropped files are closed by their cleanups
		time.Sleep(time.Millisecond)
	}
}

const runtimeFolder = "run"

// warm makes Go open its poller and start the goroutine that watches for signals. It keeps
// both, so they must be there before the first count.
func warm() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
	if r, w, err := os.Pipe(); err == nil {
		r.Close()
		w.Close()
	}
}

// left names the first thing that is there now and was not before the tests.
func left(dir string, before []string, goroutines int) string {
	if kids := children(); len(kids) > 0 {
		return fmt.Sprint("children ", kids)
	}
	if now := descriptors(); len(now) > len(before) {
		return fmt.Sprintf("%d descriptors more than before: %q, and now %q", len(now)-len(before), before, now)
	}
	if n := goruntime.NumGoroutine(); n > goroutines {
		buf := make([]byte, 1<<16)
		return fmt.Sprintf("%d goroutines more than before\n%s", n-goroutines, buf[:goruntime.Stack(buf, true)])
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	registers, _ := filepath.Glob(filepath.Join(dir, runtimeFolder, "*", "*"))
	if len(names)-1+len(registers) > 0 {
		return fmt.Sprint("names ", names, registers)
	}
	return ""
}

// resetIgnored gives children the default action of signals that this process was started
// to ignore, as nohup(1) and a shell's & start it. A child inherits what is ignored, and
// tests send signals to children.
func resetIgnored(signals ...os.Signal) {
	for _, s := range signals {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}
