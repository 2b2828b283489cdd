package oracle

import (
	"testing"

	"golang.org/x/sys/windows"
)

// notWines are what Wine 10.0 has not, or does otherwise than Windows. A test of such a thing calls
// OnlyOnWindows: its authority is Windows itself.
var notWines = map[string]string{
	"AF_UNIX":            "Wine's Winsock has no AF_UNIX",
	"UDP":                "Wine refuses the control messages that Go asks for",
	"mailslot broadcast": "Wine has no mailslots of other machines",
	"mailslot size":      "Wine does not check the size when a message is written",
	"Ctrl-Break":         "Wine does not bring CTRL_BREAK_EVENT to another process group",
	"job limits":         "Wine's jobs note limits and enforce none",
	"console output":     "Wine's pseudo console writes nothing of what is drawn",
}

// underWine reports whether this is Wine: its ntdll says so.
func underWine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// OnlyOnWindows skips a test of what Wine cannot do, by its name in the table.
func OnlyOnWindows(tb testing.TB, what string) {
	tb.Helper()
	reason := notWines[what]
	if reason == "" {
		tb.Fatalf("%s is not in the table of what Wine cannot do", what)
	}
	if underWine() {
		tb.Skipf("not under Wine: %s", reason)
	}
}
