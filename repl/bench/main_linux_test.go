package bench

import (
	"fmt"
	"os"
	"testing"

	"weir/ipc/leak"
)

// plays are the programs that the test binary is when its first argument names
// one: weir's ipc, as a Go program uses it, measured as the C programs are.
var plays = map[string]func(args []string) error{
	"ring-through": ringThrough,
	"ring-trip":    ringTrip,
	"ring-threads": ringThreads,
	"go-channel":   goChannel,
	"trip":         trip,
	"pace":         pace,
}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && plays[os.Args[1]] != nil {
		if err := plays[os.Args[1]](os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(leak.Main(m, nil))
}
