//go:build linux || windows

package examples_test

import (
	"os"
	"testing"

	"weir/examples"
	"weir/ipc/leak"
	"weir/repl/command"
	"weir/runtime/guard"
	"weir/script"
)

// playEnv makes the test binary play weir.
const playEnv = "WEIR_TEST_PLAY"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Getenv(playEnv) != "" {
		os.Exit(play(os.Args[1:]))
	}
	os.Exit(leak.Main(m, guard.Shutdown))
}

// play is main.go's run.
func play(args []string) int {
	switch args[0] {
	case "stage":
		return script.StageMain(args[1:])
	case "guard":
		return guard.Main(args[1:])
	}
	return command.Main(command.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, args, library)
}

func library() (list []command.Example) {
	for _, e := range examples.All() {
		list = append(list, command.Example(e))
	}
	return list
}
