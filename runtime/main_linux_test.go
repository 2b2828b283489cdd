package runtime

import (
	"fmt"
	"os"
	goruntime "runtime"
	"testing"
	"time"
)

// TestMain lets the test binary play the guard, and after the tests checks
// that nothing is left: no child, no descriptor, no goroutine.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "guard" {
		os.Exit(GuardMain(os.Args[2:]))
	}
	if play := os.Getenv("WEIR_TEST_PLAY"); play != "" {
		os.Exit(plays[play](os.Args[1:]))
	}
	before := openDescriptors()
	code := m.Run()
	Shutdown()
	if code == 0 {
		code = leaks(before)
	}
	os.Exit(code)
}

// plays are the programs that this test binary can be as a child.
var plays = map[string]func(args []string) int{}

func leaks(before int) int {
	code := 0
	if kids := ownChildren(); len(kids) > 0 {
		fmt.Fprintln(os.Stderr, "children left:", kids)
		code = 1
	}
	// A goroutine or descriptor on its way out is given a moment.
	deadline := time.Now().Add(2 * time.Second)
	for goruntime.NumGoroutine() > 2 || openDescriptors() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			fmt.Fprintf(os.Stderr, "left: %d goroutines, %d descriptors more than before\n%s\n",
				goruntime.NumGoroutine(), openDescriptors()-before, buf[:goruntime.Stack(buf, true)])
			return 1
		}
		goruntime.Gosched()
	}
	return code
}

func openDescriptors() int {
	names, _ := os.ReadDir("/proc/self/fd")
	n := 0
	for _, e := range names {
		// The poller's own are made once and stay.
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && target != "anon_inode:[eventpoll]" && target != "anon_inode:[eventfd]" {
			n++
		}
	}
	return n
}
