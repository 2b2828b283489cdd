package plan

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"weir/ipc"
	"weir/runtime/cells"
)

// What drawings and other views of a plan show.

// Visible writes text for a terminal, in one line. Characters that would move its cursor are spelt as
// Lua spells them.
func Visible(s string) string { return cells.Harmless(s, false) }

// Printable reports whether each character of a text can be seen, in one line.
func Printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// InsideAs says what a stage is that runs in weir's process.
func (st *PlannedStage) InsideAs() string {
	if st.Relay != nil {
		return "relay"
	}
	return "thread"
}

// RunsLua reports whether a stage is a Lua function in a process of its own: it
// has a function and leaves a value in the memory channels named for it.
func (p *Plan) RunsLua(st *PlannedStage) bool {
	if st.Text == "" || len(st.Argv) < 2 || st.Argv[1] != "stage" {
		return false
	}
	in, out := false, false
	for _, end := range st.Ends {
		ch := &p.Channels[end.Channel]
		in = in || ch.Kind == ipc.KindMemory && ch.Name == st.Name+".in"
		out = out || ch.Kind == ipc.KindMemory && ch.Name == st.Name+".out"
	}
	return in && out
}

// Arrow is how a redirection of bash writes a mode.
func Arrow(m ipc.Mode) string {
	switch m {
	case ipc.Read:
		return "<"
	case ipc.Append:
		return ">>"
	case ipc.Both:
		return "<>"
	}
	return ">"
}

// SideName names the side of a channel at which an end of this mode is.
func SideName(m ipc.Mode) string {
	if m.Writes() {
		return "write end"
	}
	return "read end"
}
