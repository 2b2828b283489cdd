package runtime

import (
	"os"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
)

// TestMain lets the test binary play the guard.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": guard.Main})
	if play := os.Getenv("WEIR_TEST_PLAY"); play != "" {
		os.Exit(plays[play](os.Args[1:]))
	}
	os.Exit(leak.Main(m, guard.Shutdown))
}

// plays are the programs that this test binary can be as a child.
var plays = map[string]func(args []string) int{}
