package guard

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"weir/runtime/signals"
)

// The terminal sends SIGINT to its foreground group alone. While that is a run's, weir has
// a process of its own in it, which reports every Ctrl-C. A second one soon after the first
// ends what the first did not.
const (
	interruptsWord = "interrupts" // weir guard interrupts [keys]
	keysWord       = "keys"
)

// What it writes.
const wordPressed, wordAsked = 'c', 't'

// Interrupts is that process.
type Interrupts struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when its last word has been read
}

// WatchInterrupts calls pressed for every Ctrl-C, until Stop. If asked is not nil it is called for every
// Ctrl-T. WatchInterrupts gives nil if the group has ended already.
func WatchInterrupts(pgid int, pressed, asked func()) *Interrupts {
	cmd := exec.Command("/proc/self/exe", "guard", interruptsWord)
	if asked != nil {
		cmd.Args = append(cmd.Args, keysWord)
	}
	cmd.Env = append(os.Environ(), guardEnv+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: pgid}
	if _, err := cmd.StdinPipe(); err != nil { // open as long as weir lives
		return nil
	}
	words, err := cmd.StdoutPipe()
	if err != nil {
		return nil
	}
	// The signals that stop the group must not stop it.
	if signals.Blocking(cmd.Start, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU) != nil {
		return nil
	}
	w := &Interrupts{cmd: cmd, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for b := make([]byte, 1); ; {
			if n, err := words.Read(b); n == 0 || err != nil {
				return
			}
			if b[0] == wordAsked {
				asked()
			} else {
				pressed()
			}
		}
	}()
	return w
}

// Stop ends it.
func (w *Interrupts) Stop() {
	_ = w.cmd.Process.Kill()
	<-w.done
	_ = w.cmd.Wait()
}

// interruptsMain is the main of that process. It writes a byte for each SIGINT, until weir
// closes its standard input.
func interruptsMain() int {
	if os.Getenv(guardEnv) == "" {
		return notByHand()
	}
	signal.Ignore(syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT)
	_ = os.WriteFile("/proc/self/comm", []byte("weir-interrupts"), 0)
	go func() {
		for range signals {
			if _, err := os.Stdout.Write([]byte{wordPressed}); err != nil {
				return
			}
		}
	}()
	if os.Args[len(os.Args)-1] == keysWord {
		go watchKeys(func() { _, _ = os.Stdout.Write([]byte{wordAsked}) })
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}
