package script

import (
	"fmt"
	"os"
	"strconv"

	"weir/runtime"
	"weir/runtime/guard"
	"weir/runtime/signals"
	"weir/script/problem"
)

// StageMain is the main of a Lua stage, "weir stage IN OUT": it runs the
// function that comes in on descriptor IN and leaves in descriptor OUT what
// became of it. It returns the exit status: 0, 1 where the function raised an
// error, or what it gave to os.exit.
func StageMain(args []string) int {
	shares := len(args) == 3 && args[2] == wordShares
	if len(args) != 2 && !shares {
		fmt.Fprintln(os.Stderr, "weir stage: is started by weir itself")
		return 2
	}
	in, out := inherited(args[0]), inherited(args[1])
	if in == nil || out == nil {
		fmt.Fprintln(os.Stderr, "weir stage: must be given two descriptors; it is started by weir itself")
		return 2
	}
	signals.Plain()
	runtime.WatchedOutside()
	data, err := readMemory(in)
	in.Close()
	errs := ownErrors(out)
	if err != nil {
		fmt.Fprintln(errs, "weir stage: cannot read what it is to run:", err)
		return 1
	}
	LetHeapGrow()
	vm := New(Options{Stderr: errs, Shares: shares})
	vm.limits.over = func(p *problem.Error) {
		_ = out.Truncate(0)
		_, _ = out.WriteAt(encodeFault(p), 0)
		os.Exit(1)
	}
	code, sent := playOut(vm, data, func(fd int) *os.File { return inherited(strconv.Itoa(fd)) })
	_ = out.Truncate(0) // it may have been started before, and have left something
	if len(sent) > 0 {
		if _, err := out.WriteAt(sent, 0); err != nil {
			fmt.Fprintln(errs, "weir stage: cannot hand over the result:", err)
			code = 1
		}
	}
	guard.Shutdown()
	return code
}

// inherited gives the open descriptor of that number. It must not pass on to
// what this process starts.
func inherited(number string) *os.File {
	fd, err := strconv.Atoi(number)
	if err != nil || fd < stageIn {
		return nil
	}
	return takeOver(fd, "descriptor "+number)
}
