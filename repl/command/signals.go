package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"weir/runtime"
	"weir/runtime/guard"
)

// stopSignals end a script and its runs: SIGQUIT, Ctrl-\, too, at which a program of
// Go's would show its own stack.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// notIgnored are those that weir was not started to ignore, as nohup(1) has it.
func notIgnored() []os.Signal {
	return slices.DeleteFunc(slices.Clone(stopSignals), signal.Ignored)
}

// stopped is the cause of a context that a signal ended.
type stopped struct{ signal syscall.Signal }

func (s stopped) Error() string { return s.signal.String() }

// watchSignals gives a context that ends with the first of stopSignals, which
// stops every run that was started under it. A script that does not come to its
// end by itself after that is left where it is: Lua cannot be interrupted
// between two of its instructions without slowing all of them. finish ends the
// journal's file. watch is called before the first run is started, stop at the end.
func (f *face) watchSignals(finish func() error) (ctx context.Context, watch, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	done := make(chan struct{})
	watch = sync.OnceFunc(func() {
		signal.Notify(signals, notIgnored()...)
		tellWhere(f.errs)
	})
	timer := time.AfterFunc(unwatched, func() {
		watch()
		select {
		case s := <-signals:
			sig, _ := s.(syscall.Signal)
			cancel(stopped{sig})
			if awaitRuns(signals, done) {
				select {} // the script has ended, and with it this process
			}
			f.leave(sig, finish)
		case <-done:
		}
	})
	return ctx, watch, func() {
		timer.Stop()
		// The process is about to end: signal.Stop would take a third of what an
		// empty script does.
		close(done)
	}
}

const (
	endOfLua  = 500 * time.Millisecond // what a script has to end after its runs were stopped
	endOfRuns = 2*runtime.DefaultGrace + time.Second
)

// unwatched is how long a signal does what it does by default where no run is started:
// to watch costs an empty script a tenth of its time.
const unwatched = time.Millisecond

// awaitRuns returns when the script or the input has ended, or should have: some time
// after the last run did, or at a second signal.
func awaitRuns(signals <-chan os.Signal, done <-chan struct{}) (ended bool) {
	begun, idle := time.Now(), time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for time.Since(begun) < endOfRuns && time.Since(idle) < endOfLua {
		select {
		case <-done:
			return true
		case <-signals:
			return false
		case <-tick.C:
			if guard.Running() > 0 {
				idle = time.Now()
			}
		}
	}
	return false
}

// leave ends this process with nothing of its runs left.
func (f *face) leave(sig syscall.Signal, finish func() error) {
	fmt.Fprintln(f.errs, "weir: interrupted")
	guard.Shutdown()
	endEvents(finish)
	os.Exit(statusOf(sig))
}

// statusOf is the exit status that a shell gives for a signal.
func statusOf(sig syscall.Signal) int { return 128 + int(sig) }

// signalStatus is the exit status of a script that a signal ended, else 0.
func signalStatus(ctx context.Context) int {
	var s stopped
	if errors.As(context.Cause(ctx), &s) {
		return statusOf(s.signal)
	}
	return 0
}
