package script

import (
	"os"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
)

// TestMain lets the test binary play the guard and the Lua stages.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": guard.Main, wordStage: StageMain})
	os.Exit(leak.Main(m, guard.Shutdown))
}
