package ipc

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"weir/ipc/leak"
)

// playEnv names what the test binary plays as a child of a test.
const playEnv = "WEIR_TEST_PLAY"

// players are what it can play. They get by passed what the test passes.
var players = map[string]func(args []string) error{}

func TestMain(m *testing.M) {
	if name := os.Getenv(playEnv); name != "" {
		if err := players[name](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, name+":", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(leak.Main(m, nil))
}

// needs skips a test of a mechanism that this system has not built.
func needs(t testing.TB, kinds ...Kind) {
	t.Helper()
	for _, k := range kinds {
		switch s := SupportHere(k); {
		case s.Level == Absent:
			t.Skipf("this system has no %s; use %s", k, s.Instead)
		case !s.Built:
			t.Skipf("%s is not built for this system yet", k)
		}
	}
}

// needsShrinking skips a test where nobody can make a region smaller.
func needsShrinking(t *testing.T) {
	t.Helper()
	if !canShrink(createRegion(t, testName(t)+"-shrinks", 64)) {
		t.Skip("a file mapping of this system keeps its size")
	}
}

// play starts one of the players. It is killed with the test.
func play(t *testing.T, name string, files []*os.File, args ...string) *leak.Child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), playEnv+"="+name)
	pass(c, files)
	return leak.Begin(t, c)
}

// testName is a name that no other test and no other process has.
func testName(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("/weir-test-%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))
}

func createRegion(t *testing.T, name string, size int) *Region {
	t.Helper()
	needs(t, KindRegion)
	r, err := CreateRegion(name, size, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		if name != "" {
			_ = Unlink(r.Addr()) // it may be gone
		}
	})
	return r
}
