package script

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/cells"
	"weir/script/luaio"
)

// notices are what weir itself says on stderr while the script runs.
type notices struct {
	*luaio.Output
	jobs *os.File // takes what is said of jobs, in place of the terminal; nil for none
	rows bool     // the prompt has each begin a row of its own
}

// running says what a run waits for or lacks. What a job says stands where its output does.
func (n notices) running(e error, how runMode) {
	errs := io.Writer(n)
	if how == background && n.jobs != nil {
		errs = n.jobs
	}
	fmt.Fprintln(errs, "weir:", cells.Harmless(e.Error(), true))
}

// toConnect is what the client of a server has yet to do.
const toConnect = "connect to it"

// onceAlone says, once for a socket, that a wait there lasts until somebody acts. stop
// ends the wait.
func (n notices) onceAlone(once *sync.Once, at ipc.Addr, act string, how runMode) (stop func() bool) {
	return time.AfterFunc(runtime.NoPeerAfter, func() {
		once.Do(func() { n.running(fmt.Errorf("%s: waits for somebody to %s", at, act), how) })
	}).Stop
}

// key answers a key that the terminal shows as ^Z.
func (n notices) key(text string) {
	if !n.rows {
		text = "\n" + text
	}
	fmt.Fprintln(n, text)
}
