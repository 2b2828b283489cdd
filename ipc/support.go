package ipc

import "runtime"

// Level says how much of a mechanism there is on a system.
type Level uint8

// The levels of support.
const (
	Absent   Level = iota // the system has nothing like it, and neither has weir there
	Emulated              // same verbs and same results, but other programs cannot join
	Native                // the system's own: any program joins
)

// String names the level.
func (l Level) String() string { return [...]string{"absent", "emulated", "native"}[l] }

// Support is what a system has of a mechanism, and by which call.
type Support struct {
	Level Level
	By    string // the call, or what it is emulated with
	Built bool   // this version of weir has it there
	// Instead is what to use where a mechanism is absent.
	Instead string
}

// SupportHere is SupportOn this system.
func SupportHere(k Kind) Support { return SupportOn(runtime.GOOS, k) }

// SupportOn says what a system, by its GOOS, has of a mechanism. Built is set
// where this version of weir has it there. A kind that is not known is absent.
func SupportOn(goos string, k Kind) Support {
	switch row := k.row(); goos {
	case "linux":
		s := row.linux
		s.Built = s.Level != Absent
		return s
	case "windows":
		return row.windows
	case "darwin", "freebsd", "netbsd", "openbsd", "dragonfly":
		return row.darwin
	}
	return Support{}
}

// Unbuilt says that a mechanism is not built for this system yet, and what to use instead.
func Unbuilt(k Kind) string {
	instead := map[Cargo]string{Nothing: "a pipe, from which one waits to read", Bytes: "a pipe or a file",
		Whole: "a pipe, with a line for each message"}
	return "unsupported on " + runtime.GOOS + " yet; use " + instead[k.Carries()]
}
