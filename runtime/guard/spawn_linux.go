package guard

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func (g *guard) pipe(read, write uint64, capacity int) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		fds[0], fds[1] = -int(errnoOf(err)), -int(errnoOf(err))
	} else if capacity > 0 {
		// A smaller pipe carries the same bytes.
		_, _ = unix.FcntlInt(uintptr(fds[1]), unix.F_SETPIPE_SZ, capacity)
	}
	g.slots[read], g.slots[write] = fds[0], fds[1]
}

func (g *guard) close(slot uint64) {
	if fd, ok := g.slots[slot]; ok && fd >= 0 {
		unix.Close(fd)
	}
	delete(g.slots, slot)
}

// spawn forks a stage into the process group of its run, which the first stage leads.
// While a run is being started the next stage does not wait until this one has executed
// its program.
func (g *guard) spawn(r *Spawn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	groups := g.groups[r.run]
	g.label(r.run)
	errno := g.prepare(r, groups)
	pid := 0
	// Of a stage that is started again, the whole group may be gone: it is not started ahead.
	early := g.fork.fast && g.starting[r.run] && len(groups) > 0
	switch {
	case errno != 0:
	case early:
		pid, errno = g.startAhead(r)
	default:
		pid, errno = g.start(r)
	}
	if errno != 0 {
		g.reply(msgSpawned, r.run, r.Stage, 0, uint64(errno))
		return
	}
	if g.request.pgid == 0 {
		g.groups[r.run] = append(groups, pid)
	}
	g.children[pid] = guardChild{r.run, r.Stage}
	if len(g.children) == 1 {
		g.change.Broadcast() // the reaper has something to wait for again
	}
	if !early {
		g.reply(msgSpawned, r.run, r.Stage, uint64(pid), 0)
	}
	if len(groups) == 0 {
		g.send() // weir gives the group the terminal
	}
}

// prepare makes the request for the kernel. The stage joins the first of the groups, or
// makes one.
func (g *guard) prepare(r *Spawn, groups []int) syscall.Errno {
	q := &g.request
	if errno := g.layOut(r.Ends); errno != 0 {
		return errno
	}
	var err error
	if q.path, err = syscall.BytePtrFromString(r.Path); err != nil {
		return syscall.EINVAL
	}
	if q.argv, err = syscall.SlicePtrFromStrings(r.Argv); err != nil {
		return syscall.EINVAL
	}
	q.limits = r.Limits
	q.dir, q.pgid, q.env = nil, 0, g.envs[r.Env].pointers
	if r.Dir != "" {
		if q.dir, err = syscall.BytePtrFromString(r.Dir); err != nil {
			return syscall.EINVAL
		}
	}
	if len(groups) > 0 {
		q.pgid = groups[0]
	}
	return 0
}

// start forks and waits until the program is executed.
func (g *guard) start(r *Spawn) (int, syscall.Errno) {
	q := &g.request
	pid, errno := g.fork.fork(q, r, g.envs[r.Env].words)
	if errno == errNoGroup && q.pgid != 0 {
		// All its members ended and were reaped.
		q.pgid = 0
		pid, errno = g.fork.fork(q, r, g.envs[r.Env].words)
	}
	return pid, errno
}

// startAhead forks and does not wait: awaitAhead answers weir. Nothing is reaped meanwhile,
// so that a child which fails is still there then.
func (g *guard) startAhead(r *Spawn) (int, syscall.Errno) {
	f := g.fork
	if f.busy == len(f.next) {
		g.awaitAhead(1)
	}
	c := f.next[f.busy]
	if errno, _ := c.start(&g.request, f.limit); errno != 0 {
		return 0, errno
	}
	c.run, c.stage = r.run, r.Stage
	f.busy++
	return c.pid, 0
}

// awaitAhead waits for the n oldest of the children that were started ahead, and queues
// the answers; mu is held.
func (g *guard) awaitAhead(n int) {
	f := g.fork
	for ; n > 0 && f.busy > 0; n-- {
		c := f.next[0]
		pid, errno := c.pid, c.wait()
		if errno != 0 {
			delete(g.children, pid)
			pid = 0
		}
		g.reply(msgSpawned, c.run, c.stage, uint64(pid), uint64(errno))
		copy(f.next, f.next[1:]) // round and round: no child is made anew
		f.next[len(f.next)-1] = c
		f.busy--
	}
}

// layOut lists the descriptors of the slots as the new process is to find them. One whose
// number the process is to get is moved out of the way.
func (g *guard) layOut(ends []SlotEnd) syscall.Errno {
	above := ownDescriptors
	for _, e := range ends {
		above = max(above, int(e.FD)+1)
	}
	g.request.files = g.request.files[:0]
	for _, e := range ends {
		fd, ok := g.slots[uint64(e.Slot)]
		switch {
		case !ok:
			return syscall.EBADF
		case fd < 0:
			return syscall.Errno(-fd)
		case fd < above:
			moved, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, above)
			if err != nil {
				return errnoOf(err)
			}
			unix.Close(fd)
			g.slots[uint64(e.Slot)], fd = moved, moved
		}
		g.request.files = append(g.request.files, movedFD{fd, int(e.FD)})
	}
	return 0
}
