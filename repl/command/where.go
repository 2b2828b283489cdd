package command

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"weir/runtime"
	"weir/runtime/sample"
	"weir/runtime/signals"
)

// tellWhere has SIGUSR1, and SIGINFO where there is one, say what every stage does now. Nothing else changes.
func tellWhere(to io.Writer) {
	if len(signals.Ask) == 0 {
		return
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, signals.Ask...)
	go func() {
		for range asked {
			fmt.Fprint(to, whereAll())
		}
	}()
}

// whereAll says of each stage of each run what it does now.
func whereAll() string {
	var b strings.Builder
	list := runtime.Runs()
	for _, r := range list {
		st := r.Status()
		fmt.Fprintf(&b, "weir: run %d, since %s:\n", r.ID(), time.Since(st.Begun).Round(time.Millisecond))
		for _, line := range sample.Where(r) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	if len(list) == 0 {
		b.WriteString("weir: nothing runs\n")
	}
	return b.String()
}
