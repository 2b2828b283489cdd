package explain

import (
	"os"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
)

// TestMain lets the test binary play the guard.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "guard" {
		os.Exit(guard.Main(os.Args[2:]))
	}
	os.Exit(leak.Main(m, guard.Shutdown))
}
