package script

import (
	"fmt"
	"testing"
)

// TestKillStopped: a signal that ends a job ends one that is stopped, too, whether it goes to the
// job or to a stage.
func TestKillStopped(t *testing.T) {
	for _, signal := range []string{"TERM", "INT", "HUP", "QUIT", "KILL"} {
		for job, stage := range map[string]string{
			`start(cmd("sleep", "1000")) j:kill"STOP"`:                              "sleep",
			`start(cmd("sleep", "1000") | "cat") j:kill("STOP", "sleep")`:           "sleep",
			`start(proc(function() time.sleep(1000) end)) j:kill("STOP", "proc@1")`: "proc@1",
		} {
			for _, to := range []string{"", fmt.Sprintf(", %q", stage)} {
				code := fmt.Sprintf("local j = "+job+" j:kill(%q%s) "+
					"print(j:wait{timeout = 20, check = false}.stages[1].signal)", signal, to)
				if got, want := said(t, code), "SIG"+signal+"\n"; got != want {
					t.Errorf("%s\n got %q\nwant %q", code, got, want)
				}
			}
		}
	}
}
