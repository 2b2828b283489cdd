package watch

import (
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// signals is a set of signals as proc_pid_status(5) writes it: bit n-1 is signal n.
type signals uint64

func signalsOf(list ...unix.Signal) (set signals) {
	for _, s := range list {
		set |= 1 << (s - 1)
	}
	return set
}

func (set signals) has(s unix.Signal) bool { return set&signalsOf(s) != 0 }

// realtime are SIGRTMIN of signal(7) and those after it; glibc keeps the two before.
const realtime = signals(1<<64 - 1<<33)

// A program catches these signals because somebody is to send them; which of all
// processes that will be cannot be known. Shells and Python catch SIGINT whatever they
// run; a fault of its own raises others.
const sent = realtime | 1<<(unix.SIGHUP-1) | 1<<(unix.SIGQUIT-1) | 1<<(unix.SIGUSR1-1) | 1<<(unix.SIGUSR2-1) |
	1<<(unix.SIGALRM-1) | 1<<(unix.SIGTERM-1) | 1<<(unix.SIGURG-1) | 1<<(unix.SIGIO-1) | 1<<(unix.SIGPWR-1)

// wakes reports whether a program that catches these signals may have been written to be
// sent one. Programs that catch whatever could end them, as sort(1) does, catch
// SIGVTALRM: those count where SIGUSR1 is among them, as in a bash with any trap on EXIT.
func (set signals) wakes() bool {
	if set.has(unix.SIGVTALRM) {
		return set.has(unix.SIGUSR1)
	}
	return set&sent != 0
}

// all reports whether it is what Go's runtime catches, whatever the program awaits.
func (set signals) all() bool {
	const goes = signals(1<<64 - 1<<34)
	return set&goes == goes && set.has(unix.SIGVTALRM) && set.has(unix.SIGWINCH)
}

// forItself are signals that programs always catch, for a use of their own: dd says how
// far it is, xargs changes how many commands it runs, node starts its debugger, zsh has a
// HUP trap of its own. They wait on afterwards, or end.
var forItself = map[string]signals{
	"dd":    signalsOf(unix.SIGUSR1),
	"xargs": signalsOf(unix.SIGUSR1, unix.SIGUSR2),
	"node":  signalsOf(unix.SIGUSR1, unix.SIGTERM),
	"zsh":   signalsOf(unix.SIGHUP),
}

// signalled sets what signals may do to a process: caught is what it catches, apart from
// what all of its threads block.
func (p *process) signalled(caught signals) {
	if caught.has(unix.SIGURG) && p.own() { // as Go does, to let goroutines run in turn
		return
	}
	if caught.all() {
		p.alarm = p.alarm || p.notified()
		return
	}
	p.heedsChildren = caught.has(unix.SIGCHLD)
	if caught.wakes() {
		exe, _ := os.Readlink("/proc/" + strconv.Itoa(p.pid) + "/exe")
		p.alarm = p.alarm || (caught &^ forItself[filepath.Base(exe)]).wakes()
	}
}

// nearby is how far a program's data may lie from its code, which the memory that it
// asks for is not.
const nearby = 1 << 30

// notified reports whether a Go program has called signal.Notify: a thread besides the
// main one sleeps at a word of the runtime's own data, sig.note of sigqueue.go. Idle
// threads sleep at a word of theirs, which is on the heap.
func (p *process) notified() bool {
	for i := range p.threads {
		c, ok := parseCall([]byte(p.threads[i].call))
		if ok && p.threads[i].tid != p.pid && c.Number == unix.SYS_FUTEX && c.Args[3] == 0 &&
			c.Args[0]-c.PC+nearby < 2*nearby {
			return true
		}
	}
	return false
}

// own reports whether a process is one of weir's: its stages take signals as messages.
func (p *process) own() bool { return kernel.SameProgram(p.pid) }
