package leak

import "os"

// Play lets a test binary be the programs that weir starts of itself, "weir guard" and "weir
// stage": if its first argument names one of them, Play runs that with the arguments behind it,
// and ends the process with its status. TestMain calls it before [Main].
func Play(programs map[string]func(args []string) int) {
	if len(os.Args) < 2 {
		return
	}
	if program := programs[os.Args[1]]; program != nil {
		os.Exit(program(os.Args[2:]))
	}
}
