package luaio_test

import (
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// childEnv, if set, makes the test binary run its last argument as a Lua
// script with this io library, in place of lua5.1.
const childEnv = "WEIR_LUAIO_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runScript(os.Args[len(os.Args)-1]))
	}
	if r, w, err := os.Pipe(); err == nil { // Go's own poll descriptors come with the first pipe
		r.Close()
		w.Close()
	}
	before := descriptors()
	code := m.Run()
	if after := settled(before); code == 0 && after > before {
		fmt.Fprintf(os.Stderr, "%d descriptors open before the tests, %d after\n", before, after)
		code = 1
	}
	os.Exit(code)
}

// runScript is a Lua stage in small.
func runScript(code string) int {
	L := lua.NewState()
	defer L.Close()
	s := luaio.Open(L, os.Stdin, os.Stdout, os.Stderr)
	status := 0
	if err := L.DoString(code); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	if err := s.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "at the end:", err)
		status = 1
	}
	return status
}

// child returns the command that runs a Lua script in a process of its own.
func child(t testing.TB, code string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, code)
	// A race-detecting binary sleeps for a second at its end unless told not to.
	c.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0")
	return c
}

// descriptors counts this process's open descriptors; 0 where it cannot tell.
func descriptors() int {
	names, _ := os.ReadDir("/proc/self/fd")
	return len(names)
}

// settled lets collected files go until no more than want descriptors are
// left, or a second is over.
func settled(want int) int {
	n := descriptors()
	for end := time.Now().Add(time.Second); n > want && time.Now().Before(end); n = descriptors() {
		goruntime.GC()
		goruntime.Gosched()
	}
	return n
}
