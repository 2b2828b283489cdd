package guard

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/kernel"
)

// markVariable is in the environment of all that a run starts. A mark says which guard, and
// which of its runs. Lua stages start runs of their own: there is a mark for each weir
// above, the outermost first, with blanks between.
const markVariable = "WEIR_RUN"

// guardMark names one guard: its namespace of processes, its number there, and when it
// started. No other guard of this system ever has the same.
func guardMark() string {
	return fmt.Sprintf("%s.%d.%d", processSpace(), os.Getpid(), ipc.StartOf(os.Getpid()))
}

// processSpace is the number of this process's namespace of processes.
func processSpace() string {
	space, _ := os.Readlink("/proc/self/ns/pid") // "pid:[4026531836]"
	return strings.Trim(space, "pid:[]")
}

// marked adds the mark of a run of this guard's to an environment.
func (g *guard) marked(run uint64, words []string) []string {
	mark := g.mark + "." + strconv.FormatUint(run, 10)
	for i, w := range words {
		if above, ok := strings.CutPrefix(w, markVariable+"="); ok {
			words[i] = markVariable + "=" + above + " " + mark
			return words
		}
	}
	return append(words, markVariable+"="+mark)
}

// marksOf are the marks that a process was started with, proc_pid_environ(5). blank is set
// if it has no environment or cannot be looked at.
func marksOf(pid int) (marks []string, blank bool) {
	env, _ := kernel.Read(kernel.Path(pid, "environ"))
	for word := range bytes.SplitSeq(env, []byte{0}) {
		if marks, ok := bytes.CutPrefix(word, []byte(markVariable+"=")); ok {
			return strings.Fields(string(marks)), false
		}
	}
	return nil, len(env) == 0
}

// runOf gives the run of this guard's that a process is labelled or marked with. In execve(2) a
// process has no environment for a moment, so one that lives is looked at again.
func (g *guard) runOf(pid int) (run uint64, ok bool) {
	if run, ok = labelledBy(g.mark, pid); ok {
		return run, true
	}
	marks, blank := marksOf(pid)
	for try := 0; blank && try < 20 && ipc.StartOf(pid) != 0; try++ {
		time.Sleep(500 * time.Microsecond)
		marks, blank = marksOf(pid)
	}
	for _, mark := range marks {
		if number, mine := strings.CutPrefix(mark, g.mark+"."); mine {
			run, err := strconv.ParseUint(number, 10, 64)
			return run, err == nil
		}
	}
	return 0, false
}

// note leaves a file that says that this guard lives. If the guard and its weir are killed
// together, a later guard finds by it what they left. A guard below another needs none.
func (g *guard) note() {
	if os.Getenv(markVariable) != "" {
		return
	}
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return // Names reports it
	}
	g.noted = filepath.Join(folder, notePrefix+g.mark)
	fd, err := unix.Open(g.noted, unix.O_CREAT|unix.O_WRONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
	if err == nil {
		unix.Close(fd)
	}
}

const notePrefix = "guard."

// unnote removes the file, when nothing is left of what the guard started.
func (g *guard) unnote() {
	if g.noted != "" {
		_ = os.Remove(g.noted)
	}
}

// FinishDead kills the processes of guards that were killed together with their weir. It
// knows them by their marks, and gives their numbers. It removes their sockets, too.
func FinishDead() (killed []int) {
	_, _ = Viewable()
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return nil
	}
	notes, _ := filepath.Glob(filepath.Join(folder, notePrefix+"*"))
	for _, path := range notes {
		mark := strings.TrimPrefix(filepath.Base(path), notePrefix)
		if !guardEnded(mark) {
			continue
		}
		left, done := killMarked(mark)
		killed = append(killed, left...)
		if done {
			_ = os.Remove(path)
		}
	}
	return killed
}

// guardEnded reports whether the guard with that mark is proved to have ended: one of another
// namespace is not, nor one that cannot be looked at.
func guardEnded(mark string) bool {
	var space, start uint64
	var pid int
	n, _ := fmt.Sscanf(mark, "%d.%d.%d", &space, &pid, &start)
	return n == 3 && strconv.FormatUint(space, 10) == processSpace() && ipc.HasEnded(pid, start)
}

// startedBy reports whether a process has the label of the guard with that mark, or has it as
// its outermost mark.
func startedBy(mark string, pid int) bool {
	if _, ok := labelledBy(mark, pid); ok {
		return true
	}
	marks, _ := marksOf(pid)
	return len(marks) > 0 && strings.HasPrefix(marks[0], mark+".")
}

// killMarked kills every process that the guard with that mark has started, and all below it,
// until there is none. done is false if one cannot be killed, or there may be more.
func killMarked(mark string) (killed []int, done bool) {
	for range 100 {
		fresh := false
		all, err := kernel.Processes()
		for _, pid := range all {
			if !startedBy(mark, pid) {
				continue
			}
			below, hidden := descendants(pid)
			err = errors.Join(err, hidden)
			for _, p := range below {
				if p.kill(syscall.SIGKILL) != nil {
					continue
				}
				if fresh = true; !slices.Contains(killed, p.pid) {
					killed = append(killed, p.pid)
				}
			}
		}
		if !fresh {
			return killed, err == nil
		}
	}
	return killed, false
}
