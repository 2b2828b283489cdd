package view

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"weir/runtime/guard"
)

// Open lets views attach to this process, until the function that it returns is called. Who
// does not run as the same user is refused.
func (s *Server) Open() (shut func(), err error) {
	l, path, err := guard.ListenView()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var views sync.WaitGroup
	accepting := make(chan struct{})
	go func() {
		defer close(accepting)
		for {
			conn, err := l.AcceptUnix()
			if err != nil {
				return
			}
			if !sameUser(conn) {
				conn.Close()
				continue
			}
			views.Go(func() { s.Serve(ctx, conn) })
		}
	}()
	return sync.OnceFunc(func() {
		l.Close()
		_ = os.Remove(path)
		<-accepting
		cancel()
		views.Wait()
	}), nil
}

// All asks each weir of this user what it runs. silent are those that do not answer, since
// they are stopped.
func All() (list []Snapshot, silent []int, err error) {
	pids, err := guard.Viewable()
	for _, pid := range pids {
		v, err := Dial(pid)
		switch {
		case err == nil:
			list = append(list, *v.Snapshot)
			v.Close()
		case errors.Is(err, errSilent):
			silent = append(silent, pid)
		}
	}
	return list, silent, err
}

// dialTime is how long a weir has to answer.
const dialTime = 2 * time.Second

// Dial attaches to a weir by its process number.
func Dial(pid int) (*View, error) {
	conn, err := guard.DialView(pid, dialTime)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, notRunning(pid)
	case err != nil:
		return nil, err
	}
	return Attach(conn)
}

// notRunning says why nobody answers for a process.
func notRunning(pid int) error {
	dead, err := guard.IsDead(pid)
	switch {
	case dead:
		return fmt.Errorf("there is no process %d", pid)
	case errors.Is(err, syscall.EPERM):
		return fmt.Errorf("process %d is another user's", pid)
	}
	return fmt.Errorf("process %d is no weir with a run; weir ps lists those", pid)
}
