package guard

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// jobs is the guard of Windows. Each run is a Job Object, with a nested one for each stage.
// JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE has the system kill what is in them when the last handle to them is closed,
// and only this process has one: however it ends.
type jobs struct {
	link *Link

	mu       sync.Mutex
	slots    map[uint64]slot
	incoming []int // came with this datagram, not taken yet
	envs     map[uint64][]uint16
	runs     map[uint64]*jobRun
	ended    bool

	answers answers
}

// slot is a handle that stages inherit, or why there is none.
type slot struct {
	handle windows.Handle
	err    error
}

// jobRun is a run that has begun.
type jobRun struct {
	job    windows.Handle
	err    error    // why there is no job
	envs   []uint64 // of jobs.envs
	stages map[uint64]*jobStage
	exits  sync.WaitGroup // of processes whose exit was not answered yet
}

// jobStage is the process of a stage, and all that it has started.
type jobStage struct {
	process windows.Handle
	pid     uint32
	job     windows.Handle
	sent    syscall.Signal // the last signal that is to end it
	exited  bool
}

// Main says that there is no guard process, and returns the exit status.
func Main([]string) int {
	fmt.Fprintln(os.Stderr, "weir guard: is no process on this system: a Job Object ends the stages with weir")
	return 2
}

// FinishDead has nothing to do: the system itself ends what a killed weir leaves.
func FinishDead() []int { return nil }

func (l *Link) start() error {
	g := &jobs{link: l, slots: map[uint64]slot{}, envs: map[uint64][]uint16{}, runs: map[uint64]*jobRun{}}
	g.answers.news = sync.NewCond(&g.answers.mu)
	l.system = g
	go g.answers.tell(l)
	return nil
}

// descriptorOf is the handle of a file. File.Fd would end its deadlines.
func descriptorOf(f *os.File) uintptr {
	handle := ^uintptr(0)
	if conn, err := f.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) { handle = fd })
	}
	return handle
}

func (g *jobs) process() int { return 0 }

// send does what the messages say.
func (g *jobs) send(data packet, handles []int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return ErrLost
	}
	g.incoming = handles
	return each(data, g.do)
}

func (g *jobs) do(kind byte, u *unpacker) error {
	switch kind {
	case msgEnv:
		run, id := u.uint(), u.uint()
		if r := g.runs[run]; r != nil {
			g.envs[id] = environmentBlock(u.strings())
			r.envs = append(r.envs, id)
		}
	case msgBegin:
		r := &jobRun{stages: map[uint64]*jobStage{}}
		r.job, r.err = newJob(nil)
		g.runs[u.uint()] = r
	case msgPipe:
		g.pipe(u.uint(), u.uint(), uint32(u.uint()))
	case msgDescriptor:
		if len(g.incoming) == 0 {
			return errMalformed
		}
		g.slots[u.uint()] = inheritable(windows.Handle(g.incoming[0]))
		g.incoming = g.incoming[1:]
	case msgClose:
		id := u.uint()
		if s := g.slots[id]; s.err == nil && s.handle != 0 {
			windows.CloseHandle(s.handle)
		}
		delete(g.slots, id)
	case msgSpawn:
		r, err := unpackSpawn(u)
		if err != nil {
			return err
		}
		g.spawn(r)
	case msgStarted, msgNames: // nothing is held back, and no name of this system outlives its objects
		u.rest = nil
	case msgKill:
		g.kill(u.uint(), u.uint(), syscall.Signal(u.uint()))
	case msgKillTree:
		run, stage, sig := u.uint(), u.uint(), syscall.Signal(u.uint())
		if r := g.runs[run]; r != nil && r.stages[stage] != nil {
			r.stages[stage].signal(sig, true)
		}
	case msgFinish:
		g.finish(u.uint())
	default:
		return errMalformed
	}
	return nil
}

// pipe makes a pipe that only stages use, CreatePipe: such programs read and write without OVERLAPPED.
func (g *jobs) pipe(read, write uint64, capacity uint32) {
	var r, w windows.Handle
	inherit := &windows.SecurityAttributes{InheritHandle: 1}
	inherit.Length = uint32(unsafe.Sizeof(*inherit))
	err := windows.CreatePipe(&r, &w, inherit, capacity)
	g.slots[read], g.slots[write] = slot{r, err}, slot{w, err}
}

// inheritable gives a copy of a handle that stages can inherit. One that this process has not stays none.
func inheritable(h windows.Handle) (s slot) {
	if h == 0 || h == windows.InvalidHandle {
		return s
	}
	own := windows.CurrentProcess()
	s.err = windows.DuplicateHandle(own, h, own, &s.handle, 0, true, windows.DUPLICATE_SAME_ACCESS)
	return s
}

// newJob makes a Job Object that ends with its last handle, with the limits of a stage.
func newJob(limits *windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION) (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	if limits == nil {
		limits = &windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	}
	limits.BasicLimitInformation.LimitFlags |= windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(limits)), uint32(unsafe.Sizeof(*limits)))
	if err != nil {
		windows.CloseHandle(job)
		return 0, err
	}
	return job, nil
}

// kill sends a signal to the process of one stage, or to the whole run; mu is held.
func (g *jobs) kill(run, stage uint64, sig syscall.Signal) {
	r := g.runs[run]
	switch {
	case r == nil:
	case stage > 0:
		if s := r.stages[stage-1]; s != nil {
			s.signal(sig, false)
		}
	default:
		for _, s := range r.stages {
			s.signal(sig, true)
		}
		if sig == syscall.SIGKILL {
			_ = windows.TerminateJobObject(r.job, killedStatus(sig))
		}
	}
}

// controlled is STATUS_CONTROL_C_EXIT, with which a program ends by Ctrl-C or Ctrl-Break that does not handle it.
const controlled = 0xC000013A

// killedStatus is with which a process ends that a signal ends: as a shell gives it.
func killedStatus(sig syscall.Signal) uint32 { return 128 + uint32(sig) }

// signal ends a stage, with all that it has started if it is to be the whole tree. SIGTERM and the like are
// Ctrl-Break, which it may handle: it leads a console process group. Without a console, and by SIGKILL, it is ended.
func (s *jobStage) signal(sig syscall.Signal, tree bool) {
	if sig <= 0 || s.exited && !tree {
		return
	}
	s.sent = sig
	if sig != syscall.SIGKILL && !s.exited && windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, s.pid) == nil {
		return
	}
	if tree {
		_ = windows.TerminateJobObject(s.job, killedStatus(sig))
	} else {
		_ = windows.TerminateProcess(s.process, killedStatus(sig))
	}
}

// finish kills what is left of a run, and answers when it is gone; mu is held.
func (g *jobs) finish(run uint64) {
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
func (r *jobRun) end() {
	if r.err == nil {
		_ = windows.TerminateJobObject(r.job, killedStatus(syscall.SIGKILL))
	}
	r.exits.Wait()
	for range 10_000 {
		if r.err != nil || active(r.job) == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	for _, s := range r.stages {
		windows.CloseHandle(s.process)
		windows.CloseHandle(s.job)
	}
	if r.err == nil {
		windows.CloseHandle(r.job)
	}
}

// accounting is what a job has used:
//
//	typedef struct _JOBOBJECT_BASIC_ACCOUNTING_INFORMATION {
//	  LARGE_INTEGER TotalUserTime, TotalKernelTime, ThisPeriodTotalUserTime, ThisPeriodTotalKernelTime;
//	  DWORD TotalPageFaultCount, TotalProcesses, ActiveProcesses, TotalTerminatedProcesses;
//	} JOBOBJECT_BASIC_ACCOUNTING_INFORMATION;
type accounting struct {
	user, kernel, _, _       int64 // units of 100 ns
	_, _, activeProcesses, _ uint32
}

func accountingOf(job windows.Handle) (a accounting, err error) {
	err = windows.QueryInformationJobObject(job, windows.JobObjectBasicAccountingInformation,
		uintptr(unsafe.Pointer(&a)), uint32(unsafe.Sizeof(a)), nil)
	return a, err
}

// active is how many processes a job has.
func active(job windows.Handle) uint32 {
	a, _ := accountingOf(job)
	return a.activeProcesses
}

// endSending ends every run, and then the link.
func (g *jobs) endSending() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return
	}
	g.ended = true
	runs := g.runs
	g.runs = nil
	for _, s := range g.slots {
		if s.err == nil && s.handle != 0 {
			windows.CloseHandle(s.handle)
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
	var errno syscall.Errno
	if err != nil && !errors.As(err, &errno) {
		return windows.ERROR_INVALID_FUNCTION
	}
	return errno
}
