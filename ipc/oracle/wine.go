package oracle

import "testing"

// wineCannot is what Wine 10.0 cannot do and Windows can, with the reason. No test is skipped
// under Wine for anything else; Windows itself is the authority.
var wineCannot = map[string]string{
	"duplicated socket": "WSASend refuses a socket that DuplicateHandle made or a child inherited",
	"mailslot security": "a client's handle of a mailslot shows no DACL",
	"mailslot end":      "a mailslot stays while a client has it open",
	"mailslot size":     "a write longer than the mailslot's messages may be is let pass",
	"peak memory":       "of a process that has ended it does not tell the peak of its memory, or not always",
	"processor time":    "GetProcessTimes of another process gives the caller's own, and a job counts none",
	"unix":              "it has no AF_UNIX: socket is WSAEAFNOSUPPORT",
	"first instance":    "FILE_FLAG_FIRST_PIPE_INSTANCE is let pass where a pipe has instances",
}

// WineCannot says why something is not to be tested under Wine. It is empty on Windows itself,
// and on any other system.
func WineCannot(what string) string {
	why, known := wineCannot[what]
	if !known {
		panic(what + " is not in the table of what Wine cannot do")
	}
	if !underWine() {
		return ""
	}
	return "Wine cannot: " + why
}

// SkipUnderWine skips a test of what Wine cannot do.
func SkipUnderWine(tb testing.TB, what string) {
	tb.Helper()
	if why := WineCannot(what); why != "" {
		tb.Skip(why)
	}
}
