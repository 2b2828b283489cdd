package kernel

import (
	"bytes"
	"errors"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Task is one thread of a process that is looked at again and again.
type Task struct {
	dir  string
	call int // the descriptor of syscall: opening it takes three times as long as reading it
}

// OpenTask begins to look at a task. Close ends it. The error is EACCES or EPERM if this
// process may not look.
func OpenTask(pid, tid int) (*Task, error) {
	t := &Task{dir: Path(pid, "task/"+strconv.Itoa(tid)+"/")}
	var err error
	if t.call, err = Open(t.dir+"syscall", unix.O_RDONLY); err == unix.EMFILE || err == unix.ENFILE {
		t.call, err = -1, nil
	}
	return t, err
}

// Close lets go of the task.
func (t *Task) Close() {
	if t.call >= 0 {
		unix.Close(t.call)
		t.call = -1
	}
}

// Times gives for how long the task has run on a processor, and for how long it was ready
// to run and waited for one.
func (t *Task) Times() (ran, ready time.Duration, err error) {
	text, err := Read(t.dir + "schedstat")
	if err != nil {
		return 0, 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, 0, errors.New("/proc/PID/schedstat is cut off")
	}
	run, err1 := strconv.ParseInt(string(fields[0]), 10, 64)
	wait, err2 := strconv.ParseInt(string(fields[1]), 10, 64)
	return time.Duration(run), time.Duration(wait), errors.Join(err1, err2)
}

// Call gives the system call in which the task sleeps. asleep is false for one that runs,
// or waits for a processor.
func (t *Task) Call() (c Call, asleep bool, err error) {
	var text []byte
	if t.call < 0 {
		text, err = Read(t.dir + "syscall")
	} else {
		var buf [256]byte
		text, err = readAgain(t.call, buf[:])
	}
	if err == nil {
		c, asleep = ParseCall(text)
	}
	return c, asleep, err
}

// Children lists the processes that the task has started.
func (t *Task) Children() []int {
	list, _ := ChildrenOf(t.dir[:len(t.dir)-1])
	return list
}

// readAgain reads a small file of /proc from its beginning.
func readAgain(fd int, buf []byte) ([]byte, error) {
	for {
		n, err := unix.Pread(fd, buf, 0)
		if err != unix.EINTR {
			return buf[:max(n, 0)], err
		}
	}
}

// Tasks lists the threads of a process.
func Tasks(pid int) ([]int, error) {
	names, err := List(Path(pid, "task"))
	list := make([]int, 0, len(names))
	for _, name := range names {
		if tid, err := strconv.Atoi(name); err == nil {
			list = append(list, tid)
		}
	}
	return list, err
}
