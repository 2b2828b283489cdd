package luaio_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/leak"
	"weir/script/luaio"
)

// childEnv, if set, makes the test binary run its last argument as a Lua
// script with this io library, in place of lua5.1.
const childEnv = "WEIR_LUAIO_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runScript(os.Args[len(os.Args)-1]))
	}
	os.Exit(leak.Main(m, nil))
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
