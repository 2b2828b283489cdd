package tour

import (
	"os"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
	"weir/script"
)

// TestMain lets the test binary play the guard and the Lua stages.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "guard":
			os.Exit(guard.Main(os.Args[2:]))
		case "stage":
			os.Exit(script.StageMain(os.Args[2:]))
		}
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(leak.Main(m, guard.Shutdown))
}
