package sample

import (
	"os"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
)

// TestMain lets the test binary play the guard.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": guard.Main})
	os.Exit(leak.Main(m, guard.Shutdown))
}
