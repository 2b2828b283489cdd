package guard

import (
	"fmt"
	"os"
	"os/signal"
	goruntime "runtime"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/ipc/names"
	"weir/runtime/plan"
	"weir/runtime/scarce"
	"weir/runtime/signals"
)

// guardSocket is the descriptor at which the guard finds its socket to weir.
const guardSocket = 3

// guard is the second process. It forks and reaps the stages of every run, is the
// subreaper of all that they start, and has the register of the names that weir made. When
// weir dies the socket ends: the guard kills every descendant and removes the names.
//
// It has two threads: the first reads requests and forks, the second reaps.
type guard struct {
	sock  int
	mark  string // what its runs are marked with
	noted string // the file that says that the guard lives
	weir  int    // whose guard it is

	mu       sync.Mutex
	change   *sync.Cond // children, starting
	children map[int]guardChild
	groups   map[uint64][]int         // process groups by run
	begun    map[uint64]uint64        // when each run began, in clock ticks
	trees    map[guardChild][]process // of stages whose time was up
	peak     int64                    // of the guard's memory when it was last read, in KiB
	starting map[uint64]bool          // runs between msgBegin and msgStarted: nothing is reaped meanwhile
	replies  packet

	// What only the first thread uses.
	slots    map[uint64]int // descriptors, or -errno where there is none
	incoming []int          // came with this datagram, not taken yet
	cut      bool           // fewer descriptors came than were sent
	envs     map[uint64]environment
	runEnvs  map[uint64][]uint64
	names    *os.File // weir's register of names
	fork     *forker
	request  forkRequest
	labelled uint64 // the run that label was last called for; they begin at 1
}

// environment is one that stages share, as strings and as execve(2) wants it.
type environment struct {
	words    []string
	pointers []*byte
}

type guardChild struct{ run, stage uint64 }

// Main is the guard's main, reached as "weir guard". It returns when weir has gone and
// nothing that it started is left.
func Main(args []string) int {
	if len(args) > 0 && args[0] == interruptsWord {
		return interruptsMain()
	}
	// A stage dies with the thread that forked it (PR_SET_PDEATHSIG), so that thread must
	// live as long as the guard.
	goruntime.LockOSThread()
	switch _, err := unix.GetsockoptInt(guardSocket, unix.SOL_SOCKET, unix.SO_TYPE); err {
	case nil:
	case unix.EBADF, unix.ENOTSOCK:
		return notByHand()
	default:
		return scarce.GuardFault + int(errnoOf(err))
	}
	closeOnExecFrom(guardSocket)
	// A shell with job control does so, too. A stage that ignored these signals would get
	// EIO from the terminal in the moment before the terminal is lent.
	signals.Default(syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU)
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return scarce.GuardFault + int(errnoOf(err))
	}
	g := &guard{sock: guardSocket, weir: os.Getppid(), children: map[int]guardChild{}, starting: map[uint64]bool{},
		groups: map[uint64][]int{}, begun: map[uint64]uint64{}, trees: map[guardChild][]process{},
		slots: map[uint64]int{}, envs: map[uint64]environment{}, fork: newForker(), runEnvs: map[uint64][]uint64{}}
	g.change = sync.NewCond(&g.mu)
	go g.reap()
	go leaveSignals()
	g.mark = guardMark()
	g.note()
	finished := make(chan struct{})
	go func() {
		FinishDead()
		close(finished)
	}()
	g.serve()
	<-finished
	g.end()
	return 0
}

func notByHand() int {
	fmt.Fprintln(os.Stderr, "weir guard: is started by weir itself, never by hand")
	return 2
}

// closeOnExecFrom keeps from the stages the descriptors that weir itself was given beside
// its standard streams.
func closeOnExecFrom(first int) {
	if unix.CloseRange(uint(first), ^uint(0)>>1, unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	// Before Linux 5.11.
	open, _ := os.ReadDir("/proc/self/fd")
	for _, e := range open {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd >= first {
			unix.CloseOnExec(fd)
		}
	}
}

// leaveSignals keeps the guard from ending by a signal that is meant for weir. The signals
// are caught: ignored ones would be ignored by the stages too. SIGCHLD would interrupt a
// thread at the end of each child, and the reaper waits in waitid(2) anyway.
func leaveSignals() {
	signals.Default(syscall.SIGCHLD)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
}

// serve takes requests until weir's end of the socket is closed.
func (g *guard) serve() {
	buf := make([]byte, maxDatagram)
	oob := make([]byte, unix.CmsgSpace(4*(plan.MaxDescriptors+1)))
	for {
		n, oobn, flags, _, err := unix.Recvmsg(g.sock, buf, oob, unix.MSG_CMSG_CLOEXEC|unix.MSG_DONTWAIT)
		if err != nil {
			g.flush()
			err = patiently(g.sock, unix.POLLIN, func() (err error) {
				n, oobn, flags, _, err = unix.Recvmsg(g.sock, buf, oob, unix.MSG_CMSG_CLOEXEC)
				return err
			})
		}
		if left(err) || err == nil && n == 0 {
			return
		}
		if err != nil {
			g.fail(err)
		}
		g.incoming, g.cut = receivedDescriptors(oob[:oobn]), flags&unix.MSG_CTRUNC != 0
		datagram := buf[:n]
		if datagram[0] == msgLarge && n == 1 {
			datagram, err = readMemory(g.next())
		}
		if err == nil {
			err = each(datagram, g.do)
		}
		for len(g.incoming) > 0 {
			unix.Close(g.next())
		}
		if err != nil {
			g.fail(err)
		}
	}
}

// next gives a descriptor that came along, or -errno. The kernel drops those that are more
// than a process may have, unix(7).
func (g *guard) next() int {
	if len(g.incoming) == 0 {
		if g.cut {
			return -int(unix.EMFILE)
		}
		return -int(unix.EBADF)
	}
	fd := g.incoming[0]
	g.incoming = g.incoming[1:]
	return fd
}

func receivedDescriptors(oob []byte) []int {
	if len(oob) == 0 {
		return nil
	}
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(messages) == 0 {
		return nil
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return nil
	}
	return fds
}

func readMemory(fd int) ([]byte, error) {
	if fd < 0 {
		return nil, syscall.Errno(-fd)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	data := make([]byte, st.Size)
	n, err := unix.Pread(fd, data, 0)
	return data[:max(n, 0)], err
}

func (g *guard) do(kind byte, u *unpacker) error {
	switch kind {
	case msgEnv:
		run, id := u.uint(), u.uint()
		words := g.marked(run, u.strings())
		pointers, err := syscall.SlicePtrFromStrings(words)
		if err != nil {
			return err
		}
		g.envs[id] = environment{words, pointers}
		g.runEnvs[run] = append(g.runEnvs[run], id)
	case msgBegin:
		g.begin(u.uint())
	case msgPipe:
		g.pipe(u.uint(), u.uint(), int(u.uint()))
	case msgDescriptor:
		g.slots[u.uint()] = g.next()
	case msgClose:
		g.close(u.uint())
	case msgSpawn:
		r, err := unpackSpawn(u)
		if err != nil {
			return err
		}
		g.spawn(r)
	case msgStarted:
		g.started(u.uint())
	case msgKill:
		g.kill(u.uint(), u.uint(), syscall.Signal(u.uint()))
	case msgKillTree:
		c, sig := guardChild{u.uint(), u.uint()}, syscall.Signal(u.uint())
		g.mu.Lock()
		g.killTree(c, sig)
		g.mu.Unlock()
	case msgNames:
		fd := g.next()
		if fd < 0 {
			return syscall.Errno(-fd)
		}
		g.names = os.NewFile(uintptr(fd), "names")
	case msgFinish:
		g.finish(u.uint())
	default:
		return errMalformed
	}
	return nil
}

func (g *guard) begin(run uint64) {
	g.mu.Lock()
	g.groups[run] = nil
	g.begun[run] = ticks()
	g.starting[run] = true
	g.mu.Unlock()
}

func (g *guard) started(run uint64) {
	g.mu.Lock()
	g.awaitAhead(ahead)
	delete(g.starting, run)
	g.change.Broadcast()
	g.mu.Unlock()
}

// reply queues an answer; mu is held.
func (g *guard) reply(kind byte, values ...uint64) {
	g.replies.add(message(kind, values...))
	if len(g.replies) >= 4<<10 {
		g.send()
	}
}

func (g *guard) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.awaitAhead(ahead)
	g.send()
}

// send writes the queued answers; mu is held.
func (g *guard) send() {
	if len(g.replies) == 0 {
		return
	}
	err := patiently(g.sock, unix.POLLOUT, func() error { return unix.Sendto(g.sock, g.replies, unix.MSG_NOSIGNAL, nil) })
	switch {
	case left(err): // there is nobody to tell
		_ = unix.Shutdown(g.sock, unix.SHUT_RDWR)
	case err != nil && g.sock >= 0:
		g.fail(err)
	}
	g.replies = g.replies[:0]
}

// kill sends a signal to one stage, or to every group of a run. A child that was not
// reaped yet keeps its number, so nobody else can be hit.
func (g *guard) kill(run, stage uint64, sig syscall.Signal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if stage == 0 {
		for _, pgid := range g.groups[run] {
			_ = syscall.Kill(-pgid, sig)
		}
		return
	}
	for pid, c := range g.children {
		if c.run == run && c.stage == stage-1 {
			_ = syscall.Kill(pid, sig)
			return
		}
	}
}

// finish ends a run whose stages have all exited. It kills what is left in its groups, and
// its strays.
func (g *guard) finish(run uint64) {
	for _, id := range g.runEnvs[run] {
		delete(g.envs, id)
	}
	delete(g.runEnvs, run)
	g.mu.Lock()
	for _, pgid := range g.groups[run] {
		_ = syscall.Kill(-pgid, syscall.SIGKILL)
	}
	delete(g.groups, run)
	for c := range g.trees {
		if c.run == run {
			delete(g.trees, c)
		}
	}
	delete(g.begun, run)
	g.killStrays(run)
	g.reply(msgFinished, run)
	g.send()
	g.mu.Unlock()
}

// end leaves nothing that was started, and no name.
func (g *guard) end() {
	g.mu.Lock()
	g.sock = -1
	for _, groups := range g.groups {
		for _, pgid := range groups {
			_ = syscall.Kill(-pgid, syscall.SIGKILL)
		}
	}
	if hasChildren() {
		killDescendants()
	}
	g.mu.Unlock()
	if g.names != nil {
		names.RemoveAll(g.names)
		g.names.Close()
	}
	// The processes killed here may have had names, and guards of their own.
	_, _ = names.Clean(false)
	g.unnote()
	if path, err := ViewPath(g.weir); err == nil {
		_ = os.Remove(path)
	}
}
