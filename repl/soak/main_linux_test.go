package soak

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"weir/ipc/leak"
)

// weir is the path of the binary under attack: built as a user builds it, never
// with the race detector.
var weir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "weir-soak-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Other users run it, too.
	os.Chmod(dir, 0o755)
	weir = filepath.Join(dir, "weir")
	build := exec.Command("go", "build", "-o", weir, "weir")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := leak.Main(m, nil)
	os.RemoveAll(dir)
	os.Exit(code)
}
