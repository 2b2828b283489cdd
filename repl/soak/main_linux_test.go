package soak

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
)

// weir is the path of the binary under attack: built as a user builds it, never
// with the race detector.
var weir string

// queues is where the system shows the names of message queues, mq_overview(7).
var queues = "/dev/mqueue"

// showQueues mounts them at a folder where nothing is mounted at the usual one; without the
// right to, names of queues are not seen.
func showQueues(folder string) (unmount func()) {
	const mqueueMagic = 0x19800202
	var at unix.Statfs_t
	if unix.Statfs(queues, &at) == nil && at.Type == mqueueMagic {
		return func() {}
	}
	if os.Mkdir(folder, 0o755) != nil || unix.Mount("mqueue", folder, "mqueue", 0, "") != nil {
		return func() {}
	}
	queues = folder
	return func() { unix.Unmount(folder, 0) }
}

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
	unmount := showQueues(filepath.Join(dir, "mqueue"))
	code := leak.Main(m, nil)
	unmount()
	os.RemoveAll(dir)
	os.Exit(code)
}
