package main

import (
	"os"

	"weir/examples"
	"weir/repl/command"
	"weir/runtime/guard"
	_ "weir/runtime/scarce" // Go's last words
	"weir/script"
)

func main() {
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// run looks at the two commands that weir starts itself before anything is
// initialised: a stage must be up in milliseconds, and the guard has to stay
// small.
func run(args []string, stdin, stdout, stderr *os.File) int {
	if len(args) > 1 {
		switch args[1] {
		case "stage":
			return script.StageMain(args[2:])
		case "guard":
			return guard.Main(args[2:])
		}
	}
	return command.Main(command.Streams{In: stdin, Out: stdout, Err: stderr}, args[1:], library)
}

func library() []command.Example {
	var list []command.Example
	for _, e := range examples.All() {
		list = append(list, command.Example(e))
	}
	return list
}
