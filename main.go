// Weir is a scriptable shell-pipeline playground: Lua wires real processes into
// topologies. See README.md.
package main

import (
	"os"
	"runtime/debug"

	"weir/examples"
	"weir/repl/command"
	"weir/runtime"
	"weir/script"
)

func main() {
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// gcPercent lets the heap grow to 16 MB before the first collection.
const gcPercent = 400

// run looks at the two commands that weir starts itself before anything is
// initialised: a stage must be up in milliseconds, and the guard has to stay
// small.
func run(args []string, stdin, stdout, stderr *os.File) int {
	if len(args) > 1 {
		switch args[1] {
		case "stage":
			debug.SetGCPercent(gcPercent)
			return script.StageMain(args[2:])
		case "guard":
			return runtime.GuardMain(args[2:])
		}
	}
	// Lua makes garbage faster than it keeps anything.
	debug.SetGCPercent(gcPercent)
	return command.Main(command.Streams{In: stdin, Out: stdout, Err: stderr}, args[1:], library())
}

func library() []command.Example {
	var list []command.Example
	for _, e := range examples.All() {
		list = append(list, command.Example(e))
	}
	return list
}
