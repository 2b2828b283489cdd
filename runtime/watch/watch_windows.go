package watch

import (
	"os"
	"slices"

	"golang.org/x/sys/windows"

	"weir/ipc"
)

// Supported reports whether this system tells what processes wait for. Windows tells nobody who has a handle of what,
// so it is known of weir's own waits alone, which are published: at channels of messages and at locks. A
// program, and whoever waits at a pipe, counts as going on.
const Supported = true

// Watcher looks at the same stages again and again.
type Watcher struct {
	Source Source

	last  []standing
	still int // how many looks have found them so
}

// enough are so many looks that all who were told to go on have run meanwhile.
const enough = 3

// standing is a wait that has lasted since the look before if its number is the same.
type standing struct {
	stage, pid int
	number     uint64
}

// Look gives every wait where all parties of all runs wait, and have done so for some looks: then nobody is left who
// could let another go on.
func (w *Watcher) Look() ([]Blocked, error) {
	list, now := everybody(w.Source())
	if len(now) == 0 || !slices.Equal(now, w.last) {
		w.last, w.still = now, 0
		return nil, nil
	}
	if w.still++; w.still < enough {
		return nil, nil
	}
	return list, nil
}

// everybody gives the waits of all parties. It gives none where one of them may go on.
func everybody(scene Scene) (list []Blocked, now []standing) {
	if len(scene.Late)+len(scene.Absent) > 0 || slices.ContainsFunc(scene.Relays, Relay.joins) {
		return nil, nil
	}
	for _, r := range scene.Roots {
		waits := ipc.WaitsOfProcess(r.PID)
		if len(waits) != 1 || !blockedAt(&waits[0]) {
			return nil, nil
		}
		list = append(list, blocked(r.Stage, r.PID, &waits[0]))
		now = append(now, standing{r.Stage, r.PID, uint64(waits[0].Number)})
	}
	var own []ipc.Wait
	for i := range scene.Insiders {
		x := &scene.Insiders[i]
		if x.Number == 0 || x.Ends == nil && x.FD >= 0 {
			return nil, nil
		}
		now = append(now, standing{x.Stage, 0, x.Number})
		if x.Ends != nil {
			list = append(list, Blocked{Stage: x.Stage, PID: os.Getpid(), Ends: true, Awaited: true})
			continue
		}
		if own == nil {
			own = ipc.WaitsOfProcess(os.Getpid())
		}
		k := slices.IndexFunc(own, func(o ipc.Wait) bool { return o.Party == x.Party })
		if k < 0 || !blockedAt(&own[k]) {
			return nil, nil
		}
		list = append(list, blocked(x.Stage, os.Getpid(), &own[k]))
		now = append(now, standing{x.Stage, os.Getpid(), uint64(own[k].Number)})
	}
	return list, now
}

// joins reports whether a relay has an end of a channel of messages. Any other lets nobody go on who waits at one.
func (r Relay) joins() bool {
	return slices.ContainsFunc(r.Ends, func(h Held) bool { return h.Liveness })
}

// blockedAt reports whether only another party can end a wait.
func blockedAt(w *ipc.Wait) bool {
	return w.Kind == ipc.WaitMessage || w.Kind == ipc.WaitRoom || w.Kind.Lock() != ""
}

func blocked(stage, pid int, w *ipc.Wait) Blocked {
	b := Blocked{Stage: stage, PID: pid, Holder: outsider, Named: w.Named, Awaited: true}
	if w.Kind.Lock() != "" {
		b.Lock = &Lock{Wait: w.Kind, Region: pipeOf(w.File)}
		return b
	}
	b.Wait = Wait{FD: -1, Side: Side{pipeOf(w.Liveness), w.Kind == ipc.WaitRoom}}
	b.Message = &Message{w.Fill, w.Capacity, pipeOf(w.File)}
	return b
}

func pipeOf(id ipc.FileID) Pipe { return Pipe{id.Dev, id.Ino} }

// Seen has seen nothing that a view could not see itself.
func (w *Watcher) Seen() []Seen { return nil }

// SideOf gives the side of a channel of messages that a handle of this process is. Pipes have no numbers here.
func SideOf(handle int) (Side, bool) {
	id, writes, ok := ipc.PresenceSide(uintptr(handle))
	return Side{pipeOf(id), writes}, ok
}

// Pipes knows of none in another process.
func Pipes(pid int) map[int]Pipe { return nil }

// Thread is the number of the calling thread.
func Thread() int { return int(windows.GetCurrentThreadId()) }

// FileOf tells which object a handle of this process is, if the object has a name.
func FileOf(handle int) (file Pipe, ok bool) {
	if handle <= 0 {
		return file, false
	}
	file = pipeOf(ipc.ObjectOf(uintptr(handle)))
	return file, file != Pipe{}
}

// Ending is not known here.
func Ending(pid int) bool { return false }

// Reads is not known here.
func Reads(pid int, f *os.File) bool { return false }

// Program is not known here.
func Program(pid int) string { return "" }

// Ready says yes: no wait of this process at a file is looked at.
func Ready(fd int, writes bool) bool { return true }
