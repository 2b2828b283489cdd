package command

import (
	"io"
	"strings"
	"syscall"
	"testing"
)

// TestUnwrittenTold: of a relay's output that fails a run that goes on tells at once, and once.
// It has failed in the end.
func TestUnwrittenTold(t *testing.T) {
	for _, topology := range []string{
		`"yes" | tee(FULL, "cat >/dev/null")`,
		`"yes" | tee("cat >/dev/null", FULL)`,
		`"yes" | tee(FULL, FULL2)`,
		`"yes" | deal(FULL, "cat >/dev/null")`,
		`"yes" | deal("cat >/dev/null", "cat >/dev/null", FULL)`,
		`"yes" | shard(function() return 1 end, FULL, "cat")`,
		`loop("cat", {seed = "1\n", tap = FULL})`,
		`"yes" | ordered(sh"cat" * 2) | FULL`,
		`"yes" | (sh"cat" * 2) | FULL`,
		`merge("yes", "yes") | FULL`,
		`concat("yes", "yes") | FULL`,
		`"yes" | meter() | FULL`,
		`sh"yes":spill() | FULL`,
		`cmd("sh", "-c", "yes >&2"):err(tee(FULL, "cat >/dev/null"))`,
	} {
		t.Run(topology, func(t *testing.T) {
			t.Parallel()
			lines := strings.Count(topology, "FULL")
			topology = strings.NewReplacer("FULL2", `file("/dev/full", "a")`, "FULL", `file("/dev/full", "w")`).Replace(topology)
			c := weir(t, "-e", `run(`+topology+`, "sleep 1000")`)
			said := speaking(t, c)
			const told = "write /dev/full: no space left on device; the run goes on without it\n"
			for range lines {
				line, err := said.ReadString('\n')
				if !strings.HasPrefix(line, "weir: ") || !strings.HasSuffix(line, told) {
					t.Fatalf("%q, %v", line, err)
				}
			}
			c.Process.Signal(syscall.SIGTERM)
			if rest, err := io.ReadAll(said); strings.Contains(string(rest), told) || err != nil {
				t.Errorf("then %q, %v", rest, err)
			}
			if c.Wait() == nil {
				t.Error("the run has not failed")
			}
		})
	}
}
