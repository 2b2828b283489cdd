package watch

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"weir/ipc/kernel"

	"golang.org/x/sys/unix"
)

// process is what the kernel tells of one process.
type process struct {
	pid      int
	threads  []thread
	children []int
	alarm    bool // a signal may end any wait
	// heedsChildren is set where the end of a child may end any wait, by SIGCHLD.
	heedsChildren bool
	table         map[int]descriptor
	sockets       *sockets // nil where they were not asked for
	fileLocks     func() fileLocks
	waits         []task // what it has published
}

// thread is one of its tasks.
type thread struct {
	tid      int
	sleeps   bool   // S, interruptible: neither running nor stopped
	runs     bool   // R, on a processor or ready for one
	switches string // how often it gave up the processor, and had to
	call     string
}

// Supported reports whether this system tells what processes wait for.
const Supported = true

// Thread is the number of the thread that calls it.
func Thread() int { return unix.Gettid() }

// readProcess reads the tasks of a process and its children. It gives nil for
// one that has ended, and an error where the kernel does not let this process
// see it.
func readProcess(pid int) (*process, error) {
	p := &process{pid: pid}
	dir := "/proc/" + strconv.Itoa(pid) + "/task"
	tids, err := list(dir)
	if gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	caught, blocked := signals(0), ^signals(0)
	for _, tid := range tids {
		status, err := readAll(dir + "/" + tid + "/status")
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		t := thread{switches: field(status, "voluntary_ctxt_switches:") + " " + field(status, "nonvoluntary_ctxt_switches:")}
		t.tid, _ = strconv.Atoi(tid)
		switch state := field(status, "State:"); state {
		case "Z", "X":
			continue // has ended
		case "S":
			t.sleeps = true
		case "R":
			t.runs = true
		}
		caught |= signalsIn(status, "SigCgt:")
		blocked &= signalsIn(status, "SigBlk:")
		if t.sleeps {
			text, err := readAll(dir + "/" + tid + "/syscall")
			if err != nil && !gone(err) {
				return nil, err
			}
			t.call = string(bytes.TrimSpace(text))
		}
		p.threads = append(p.threads, t)
		p.children = append(p.children, readChildren(dir+"/"+tid)...)
	}
	if len(p.threads) == 0 {
		return nil, nil
	}
	if p.waits, _ = p.published(); p.waits != nil {
		return p, nil
	}
	if p.mayWait() {
		p.signalled(caught &^ blocked)
	}
	if p.mayWait() {
		timers, err := readAll("/proc/" + strconv.Itoa(pid) + "/timers") // of timer_create(2)
		p.alarm = err == nil && len(timers) > 0
	}
	return p, nil
}

// signalsIn reads a line of signals in proc_pid_status(5).
func signalsIn(status []byte, name string) signals {
	n, err := strconv.ParseUint(field(status, name), 16, 64)
	if err != nil {
		return 0
	}
	return signals(n)
}

// mark changes when the process runs. Of one that has published its wait, whose threads
// wake all the time to look, it changes with the wait.
func (p *process) mark() string {
	if p.waits != nil {
		mark := "wait"
		for _, t := range p.waits {
			mark += fmt.Sprint(" ", t.number)
		}
		return mark
	}
	var b strings.Builder
	for i := range p.threads {
		t := &p.threads[i]
		b.WriteString(strconv.Itoa(t.tid) + " " + t.switches + " " + t.call + "\n")
	}
	return b.String()
}

// mayWait tells, before more is read, whether all its tasks sleep in a system
// call, with no alarm set.
func (p *process) mayWait() bool {
	if p.waits != nil {
		return true
	}
	if p.alarm {
		return false
	}
	for i := range p.threads {
		if t := &p.threads[i]; !t.sleeps || t.call == "" || t.call[0] < '0' || t.call[0] > '9' {
			return false
		}
	}
	return true
}

// tasks judges what its tasks sleep in; false where one may go on. A process that
// has published a wait is a Lua stage: what its other threads do is nothing that could
// give somebody anything, unless it has a run of its own.
func (p *process) tasks() ([]task, bool) {
	var out []task
	if p.waits != nil {
		return p.waits, true
	}
	for i := range p.threads {
		c, ok := parseCall([]byte(p.threads[i].call))
		if !ok {
			return nil, false
		}
		t, ok := p.judge(&c)
		if !ok {
			return nil, false
		}
		out = append(out, t)
	}
	return out, true
}

// What is read of the kernel, by short names.
var (
	readAll, open, list, names = kernel.Read, kernel.Open, kernel.List, kernel.Names
	field, gone                = kernel.Field, kernel.Gone
)
