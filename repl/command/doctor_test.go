package command

import (
	"strings"
	"testing"

	"weir/ipc"
)

// TestDoctor: of each mechanism doctor says that it works, why it does not, or what to use where the system has none.
func TestDoctor(t *testing.T) {
	for _, k := range ipc.Kinds() {
		row, absent := examine(k), ipc.SupportHere(k).Level == ipc.Absent
		switch {
		case row.Works != (row.Fault == "" && !absent):
			t.Errorf("%s: works %v, fault %q", k, row.Works, row.Fault)
		case absent && !strings.HasPrefix(row.Limits, "use "):
			t.Errorf("%s is absent; said is %q", k, row.Limits)
		}
	}
}
