package script

import (
	"fmt"
	"os"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/cells"
	"weir/runtime/sample"
	"weir/script/show"
)

// mostInside is how many fields or messages the prompt shows of an object.
const mostInside = 20

// Inside writes an object of the script's with what it holds now: the fields of a region, the
// messages of a channel, who holds a lock and who waits. ok is false for all other values.
func (vm *VM) Inside(v lua.LValue, width int) (text string, ok bool) {
	switch o := objectIn(v).(type) {
	case *sharedRegion:
		if !o.Closed {
			return o.inside(width), true
		}
	case *messageChannel:
		if !o.closed {
			return insideMessages(vm.L, o, v, width), true
		}
	case *lock:
		if !o.closed {
			return insideLock(o, vm.jobs), true
		}
	}
	return "", false
}

// objectIn gives the object that a value is, or that a channel has.
func objectIn(v lua.LValue) object {
	if o, ok := toObject(v); ok {
		return o
	}
	if n, ok := toNode(v); ok {
		if c, ok := n.(*channel); ok && c.msg != nil {
			return c.msg
		}
	}
	return nil
}

func (r *sharedRegion) inside(width int) string {
	st, err := r.State(mostInside)
	if err != nil {
		return writeObject(r) + ": " + err.Error()
	}
	rows := [][]string{}
	for _, v := range st.Values {
		rows = append(rows, []string{v.Name, v.Type, v.Text})
	}
	text := fmt.Sprintf("%s, %s bytes", writeObject(r), sample.Thousands(int64(st.Bytes)))
	if r.Root() == nil {
		text += ", without a layout"
	}
	return text + columns(rows, width) + furtherRow(st.More)
}

// furtherRow tells of what is not shown.
func furtherRow(more int) string {
	if more <= 0 {
		return ""
	}
	return fmt.Sprintf("\n  ... %d more", more)
}

// columns writes rows below a line, what belongs together below each other.
func columns(rows [][]string, width int) string {
	var b strings.Builder
	var wide [3]int
	for _, row := range rows {
		for i, text := range row {
			wide[i] = max(wide[i], cells.Text(text))
		}
	}
	for _, row := range rows {
		line := " "
		for i, text := range row {
			line += " " + text + strings.Repeat(" ", wide[i]-cells.Text(text)+1)
		}
		b.WriteString("\n" + cells.Cut(strings.TrimRight(line, " "), width-1))
	}
	return b.String()
}

func insideMessages(L *lua.LState, m *messageChannel, v lua.LValue, width int) string {
	name := writeObject(m)
	if n, ok := toNode(v); ok {
		name = write(n)
	}
	st, err := m.ch.Stat()
	if err != nil {
		return name + ": " + err.Error()
	}
	text := name
	switch {
	case st.Messages < 0:
	case st.Capacity > 0:
		text += fmt.Sprintf(", %d of %s", st.Messages, counted(st.Capacity, "message"))
	case st.Capacity == 0:
		text += fmt.Sprintf(", %s, a rendezvous", counted(st.Messages, "message"))
	default:
		text += ", " + counted(st.Messages, "message")
	}
	list, err := ipc.PeekMessages(m.ch, mostInside)
	if err != nil {
		return text + "\n  " + sample.WhyNoPeek(err)
	}
	var rows [][]string
	for i, msg := range list {
		rows = append(rows, []string{fmt.Sprint(i + 1), messageText(L, m, msg, width)})
	}
	return text + columns(rows, width) + furtherRow(st.Messages-len(list))
}

// messageText writes a message as the one who receives it gets it.
func messageText(L *lua.LState, m *messageChannel, msg []byte, width int) (text string) {
	text = show.QuoteCut(string(msg), width)
	defer func() { _ = recover() }() // it is no JSON: its bytes are shown
	return show.Line(L, m.decode(L, msg))
}

func insideLock(l *lock, jobs Jobs) string {
	text := writeObject(l)
	w, ok := l.handle.(ipc.Watched)
	var st ipc.LockState
	if ok {
		var err error
		if st, err = w.State(); err != nil {
			return text + ": " + err.Error()
		}
	}
	holder, waiters := jobs.around(l, st.Holder)
	if state := objectOf(l.addr().Kind).state; state != nil {
		text += state(l.handle, st, holderOf(st, holder))
	}
	if len(waiters) > 0 {
		text += "\n  " + strings.Join(waiters, ", ") + " wait"
		if len(waiters) == 1 {
			text += "s"
		}
	}
	return text
}

// holderOf names who holds a lock, the stage of a job where it is one.
func holderOf(st ipc.LockState, stage string) string {
	switch {
	case st.Holder == 0:
		return ""
	case stage != "":
		return stage
	case st.Holder == os.Getpid():
		return "the script"
	case st.Holder == ipc.UnknownHolder:
		return "another process"
	}
	return fmt.Sprint("process ", st.Holder)
}

// around says which stage of the jobs is the process that holds a lock, and which wait for it.
func (list *Jobs) around(l *lock, pid int) (holder string, waiters []string) {
	for _, j := range *list {
		for _, st := range j.run.Running() {
			if st.PID == pid && pid != os.Getpid() {
				holder = st.Name
			}
		}
		names, known := j.lo.objects.channels[l]
		if !known || j.ended() {
			continue
		}
		s := sample.New(j.run)
		f := s.Frame()
		s.Close()
		at := slices.IndexFunc(f.Locks, func(n sample.LockNow) bool { return slices.Contains(names, n.Name) })
		if at < 0 {
			continue
		}
		waiters = append(waiters, f.Locks[at].Waiters...)
	}
	return holder, waiters
}
