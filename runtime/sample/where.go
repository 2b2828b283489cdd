package sample

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"weir/runtime"
	"weir/runtime/cells"
	"weir/runtime/watch"
)

// Where says of each stage of a run what it does now: "cat writes pipe1, which is full
// (262,144 of 262,144 bytes)". The stages that have ended are not among them.
func Where(run *runtime.Run) (lines []string) {
	s := New(run)
	defer s.Close()
	return s.Frame().where()
}

// watched is the last frame of a run in which it still went on.
var watched struct {
	sync.Mutex
	run   *runtime.Run
	frame *Frame
}

// keep keeps a frame for WhereBefore.
func (f *Frame) keep(run *runtime.Run) {
	ended := func(st StageNow) bool { return st.State == Ended && strings.HasPrefix(st.End, "SIG") }
	if slices.ContainsFunc(f.Stages, ended) {
		return
	}
	watched.Lock()
	defer watched.Unlock()
	watched.run, watched.frame = run, f
}

// WhereBefore is Where of a run that a signal of the terminal's has ended: as a view that watched the run
// saw it last, or else the look for deadlocks.
func WhereBefore(run *runtime.Run) []string {
	watched.Lock()
	defer watched.Unlock()
	if watched.run != run {
		return lastSeen(run).where()
	}
	return watched.frame.where()
}

// lastSeen is a frame of what the last look for deadlocks saw. How much a channel held it did not ask.
func lastSeen(run *runtime.Run) *Frame {
	f := &Frame{}
	states := map[watch.Activity]State{watch.Running: Runs, watch.Reading: Reads, watch.Writing: Writes,
		watch.Locking: Locks, watch.Sleeping: Sleeps}
	for _, x := range run.LastSeen() {
		st := StageNow{Stage: x.Stage, State: states[x.Does], On: x.On}
		switch {
		case x.Opening != nil:
			st.Opens = x.Opening.Path
		case st.State == Locks:
			f.Locks = append(f.Locks, LockNow{Name: x.On, Holder: x.Holder})
		case (st.State == Reads || st.State == Writes) && x.On == "":
			st.State = Sleeps
		case st.State == Reads:
			f.Channels = append(f.Channels, ChannelNow{Channel: x.On, Cap: -1})
		case st.State == Writes:
			f.Channels = append(f.Channels, ChannelNow{Channel: x.On, Fill: -1, Full: 1})
		}
		f.Stages = append(f.Stages, st)
	}
	return f
}

func (f *Frame) where() (lines []string) {
	for i := range f.Stages {
		st := &f.Stages[i]
		if st.State == Ended || st.Relay {
			continue
		}
		lines = append(lines, st.Stage+" "+st.doing(f))
	}
	return lines
}

// doing says what the stage does, behind its name.
func (st *StageNow) doing(f *Frame) string {
	if words := st.Opening(); words != "" {
		return words
	}
	switch st.State {
	case Reads:
		return "reads " + st.On + f.holding(st.On)
	case Writes:
		return "writes " + st.On + f.holding(st.On)
	case Locks:
		return f.locked(st.On)
	case Ready:
		return "waits for a processor"
	case Sleeps:
		return "sleeps, or waits outside"
	case Starts:
		return "has not started"
	case Rests:
		return "has ended (" + st.End + "), and rests before it is started again"
	case Stopped:
		return "is stopped by a signal"
	case Opaque:
		return hidden
	}
	return string(st.State)
}

// Opening says at which FIFO's open(2) the stage waits; it is empty where it does not.
func (st *StageNow) Opening() string {
	switch {
	case st.Opens == "":
		return ""
	case st.State == Writes:
		return "waits to open " + cells.Harmless(st.Opens, false) + " for writing, which nobody reads"
	}
	return "waits to open " + cells.Harmless(st.Opens, false) + " for reading, which nobody writes"
}

// holding says what a channel holds, behind its name.
func (f *Frame) holding(name string) string {
	for i := range f.Channels {
		c := &f.Channels[i]
		switch {
		case c.Channel != name:
		case c.Fill < 0 && c.Full == 1:
			return ", which is full"
		case c.Fill < 0:
			return ""
		case c.Fill == 0 && c.Cap != 0:
			return ", which is empty"
		default:
			full := "holds"
			if c.Cap > 0 && c.Fill >= c.Cap*9/10 {
				full = "is full"
			}
			return fmt.Sprintf(", which %s (%s of %s %s)", full, Thousands(c.Fill), Thousands(c.Cap), c.Unit)
		}
	}
	return ""
}

// locked says who holds the lock that a stage waits for.
func (f *Frame) locked(name string) string {
	for i := range f.Locks {
		if l := &f.Locks[i]; l.Name == name && l.Holder != "" {
			return "waits for " + name + ", which " + l.Holder + " holds"
		}
	}
	if name == "" {
		return "waits for a lock"
	}
	return "waits at " + name
}

// Thousands writes a number with a comma before each three digits.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
