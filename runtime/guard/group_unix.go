//go:build unix

package guard

import (
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// groups is the guard of systems on which no process can adopt what others leave. The stages of a run are a process
// group, which a watcher leads: see watcher_unix.go. What leaves its group, setsid(2), ends with nobody.
type groups struct {
	link *Link

	mu       sync.Mutex
	slots    map[uint64]int // descriptors, or -errno where there is none
	incoming []int          // the caller's
	envs     map[uint64][]string
	runs     map[uint64]*groupRun
	ended    bool

	answers answers
}

// groupRun is a run that has begun.
type groupRun struct {
	watcher *watcher // nil before the first stage, and after SIGKILL
	envs    []uint64
	stages  map[uint64]int // processes that were not waited for yet
	exits   sync.WaitGroup
}

func (l *Link) startGroups() {
	g := &groups{link: l, slots: map[uint64]int{}, envs: map[uint64][]string{}, runs: map[uint64]*groupRun{}}
	g.answers.news = sync.NewCond(&g.answers.mu)
	l.system = g
	go g.answers.tell(l)
}

func (g *groups) process() int { return 0 }

// send does what the messages say.
func (g *groups) send(data packet, fds []int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return ErrLost
	}
	g.incoming = fds
	return each(data, g.do)
}

func (g *groups) do(kind byte, u *unpacker) error {
	switch kind {
	case msgEnv:
		run, id := u.uint(), u.uint()
		if r := g.runs[run]; r != nil {
			g.envs[id] = u.strings()
			r.envs = append(r.envs, id)
		}
	case msgBegin:
		g.runs[u.uint()] = &groupRun{stages: map[uint64]int{}}
	case msgPipe:
		g.pipe(u.uint(), u.uint())
		u.rest = nil // no call sets the capacity
	case msgDescriptor:
		if len(g.incoming) == 0 {
			return errMalformed
		}
		g.slots[u.uint()] = kept(unix.FcntlInt(uintptr(g.incoming[0]), unix.F_DUPFD_CLOEXEC, 3))
		g.incoming = g.incoming[1:]
	case msgClose:
		id := u.uint()
		if fd, ok := g.slots[id]; ok && fd >= 0 {
			unix.Close(fd)
		}
		delete(g.slots, id)
	case msgSpawn:
		r, err := unpackSpawn(u)
		if err != nil {
			return err
		}
		g.spawn(r)
	case msgStarted, msgNames: // nothing is held back, and no name is registered
		u.rest = nil
	case msgKill:
		g.kill(u.uint(), u.uint(), syscall.Signal(u.uint()))
	case msgKillTree:
		run, stage, sig := u.uint(), u.uint(), syscall.Signal(u.uint())
		g.kill(run, stage+1, sig) // who its children are no call says
	case msgFinish:
		g.finish(u.uint())
	default:
		return errMalformed
	}
	return nil
}

// kept is a descriptor, or -errno.
func kept(fd int, err error) int {
	if err != nil {
		return -int(errnoOf(err))
	}
	return fd
}

// pipe makes a pipe that only stages use.
func (g *groups) pipe(read, write uint64) {
	var fds [2]int
	syscall.ForkLock.RLock()
	err := unix.Pipe(fds[:])
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	g.slots[read], g.slots[write] = kept(fds[0], err), kept(fds[1], err)
}

// spawn starts a stage in the group of its run; mu is held.
func (g *groups) spawn(s *Spawn) {
	r := g.runs[s.run]
	if r == nil {
		return
	}
	pid, err := g.fork(r, s)
	if err != nil {
		g.answers.add(message(msgSpawned, s.run, s.Stage, 0, uint64(errnoOf(err))))
		return
	}
	r.stages[s.Stage] = pid
	g.answers.add(message(msgSpawned, s.run, s.Stage, uint64(pid), 0))
	r.exits.Add(1)
	go g.await(r, s, pid)
}

func (g *groups) fork(r *groupRun, s *Spawn) (pid int, err error) {
	if len(s.Limits) > 0 {
		return 0, syscall.ENOTSUP // no call sets those of another process
	}
	if r.watcher == nil {
		if r.watcher, err = newWatcher(); err != nil {
			return 0, err
		}
	}
	var files []uintptr
	for _, e := range s.Ends {
		fd, ok := g.slots[uint64(e.Slot)]
		switch {
		case !ok:
			return 0, syscall.EBADF
		case fd < 0:
			return 0, syscall.Errno(-fd)
		}
		for len(files) <= int(e.FD) {
			files = append(files, ^uintptr(0))
		}
		files[e.FD] = uintptr(fd)
	}
	return syscall.ForkExec(s.Path, s.Argv, &syscall.ProcAttr{Dir: s.Dir, Env: g.envs[s.Env], Files: files,
		Sys: &syscall.SysProcAttr{Setpgid: true, Pgid: r.watcher.pid}})
}

// await answers when the process of a stage has exited, was stopped or goes on.
func (g *groups) await(r *groupRun, s *Spawn, pid int) {
	defer r.exits.Done()
	for {
		var status unix.WaitStatus
		var usage unix.Rusage
		_, err := unix.Wait4(pid, &status, unix.WUNTRACED|unix.WCONTINUED, &usage)
		switch {
		case err == unix.EINTR:
			continue
		case err == nil && status.Stopped():
			g.answers.add(message(msgHalted, s.run, s.Stage, uint64(status.StopSignal())))
			continue
		case err == nil && status.Continued():
			g.answers.add(message(msgHalted, s.run, s.Stage, 0))
			continue
		}
		g.mu.Lock()
		if r.stages[s.Stage] == pid {
			delete(r.stages, s.Stage)
		}
		g.mu.Unlock()
		code, sig := max(status.ExitStatus(), 0), syscall.Signal(0)
		if status.Signaled() {
			code, sig = 0, status.Signal()
		}
		g.answers.add(message(msgExited, s.run, s.Stage, uint64(code), uint64(sig),
			uint64(usage.Utime.Nano()/1e3), uint64(usage.Stime.Nano()/1e3), 0, 0))
		return
	}
}

// kill sends a signal to the process of one stage, or to the group of a run; mu is held.
func (g *groups) kill(run, stage uint64, sig syscall.Signal) {
	r := g.runs[run]
	switch {
	case r == nil:
	case stage > 0:
		if pid := r.stages[stage-1]; pid != 0 {
			_ = syscall.Kill(pid, sig)
		}
	case r.watcher != nil && sig == syscall.SIGKILL:
		r.watcher.end()
		r.watcher = nil
	case r.watcher != nil:
		_ = syscall.Kill(-r.watcher.pid, sig)
	}
}

// finish kills what is left of a run, and answers when it is gone; mu is held.
func (g *groups) finish(run uint64) {
	r := g.runs[run]
	if r == nil {
		return
	}
	delete(g.runs, run)
	for _, id := range r.envs {
		delete(g.envs, id)
	}
	go func() {
		r.end()
		g.answers.add(message(msgFinished, run))
	}()
}

// end kills what is left of a run and waits until it is gone.
func (r *groupRun) end() {
	if r.watcher != nil {
		r.watcher.end()
	}
	r.exits.Wait()
}

// endSending ends every run, and then the link.
func (g *groups) endSending() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return
	}
	g.ended = true
	runs := g.runs
	g.runs = nil
	for _, fd := range g.slots {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	g.slots = nil
	go func() {
		for _, r := range runs {
			r.end()
		}
		g.answers.close()
	}()
}

// errnoOf is the number of an error of the system's.
func errnoOf(err error) syscall.Errno {
	for err != nil {
		if errno, ok := err.(syscall.Errno); ok {
			return errno
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return syscall.EIO
		}
		err = u.Unwrap()
	}
	return 0
}
