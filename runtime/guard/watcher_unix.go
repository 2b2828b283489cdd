//go:build unix

package guard

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// watcher is a process that leads the group of a run. It reads from a pipe of which weir alone has the write end:
// the pipe ends with weir, however weir ends, and the watcher then kills its group, itself included. That is what
// NOTE_EXIT of kqueue(2) would tell, and no moment is missed: the group is there before its first stage.
type watcher struct {
	pid  int
	life *os.File
}

const (
	watcherWord  = "group"
	watcherLife  = 3 // the read end of the pipe
	watcherReady = 4 // closed when signals to the group do not end the watcher any more
)

// newWatcher starts one, and waits until it is ready.
func newWatcher() (*watcher, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	theirs, life, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	heard, ready, err := os.Pipe()
	if err != nil {
		life.Close()
		return nil, err
	}
	defer heard.Close()
	p, err := os.StartProcess(exe, []string{"weir", "guard", watcherWord}, &os.ProcAttr{
		Files: []*os.File{null, null, null, theirs, ready}, Sys: &syscall.SysProcAttr{Setpgid: true}})
	ready.Close()
	if err != nil {
		life.Close()
		return nil, err
	}
	_, _ = io.Copy(io.Discard, heard)
	return &watcher{p.Pid, life}, nil
}

// end kills the group, and waits for the watcher.
func (w *watcher) end() {
	_ = syscall.Kill(-w.pid, syscall.SIGKILL)
	w.life.Close()
	for {
		if _, err := unix.Wait4(w.pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}

// watcherMain is a watcher's main. It starts nothing, so that no other process inherits that it ignores signals.
func watcherMain(args []string) int {
	if len(args) != 1 || args[0] != watcherWord || unix.Getpgrp() != os.Getpid() {
		fmt.Fprintln(os.Stderr, "weir guard: is started by weir itself, never by hand")
		return 2
	}
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTSTP, syscall.SIGTTIN,
		syscall.SIGTTOU, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGPIPE)
	os.NewFile(watcherReady, "ready").Close()
	_, _ = io.Copy(io.Discard, os.NewFile(watcherLife, "life"))
	_ = syscall.Kill(0, syscall.SIGKILL)
	return 0
}
