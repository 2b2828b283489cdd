package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir/ipc/oracle"
	"weir/runtime/sample"
)

// bottlenecks are runs, and the stages of which one holds the others up.
var bottlenecks = []struct {
	name, script string
	stages       []string
}{
	{"a filter that computes", `run("yes abcdefgh" | "tr a-z A-Z" | "sed -E 's/(A)(B)*(C)+/x\\1y/g'" | "wc -c")`, []string{"sed"}},
	{"a source that sleeps", `run(cmd("sh","-c","while :; do echo x; sleep 0.01; done") | "cat" | "wc -l")`, []string{"sh"}},
	{"behind one that is woken often", `run("yes" | "head -c 20G" | "gzip -9" | "wc -c")`, []string{"gzip"}},
	{"a limit of the rate", `run("yes" | "cat" | "cat" | "pv -q -L 1m" | "wc -c")`, []string{"pv"}},
	{"a Lua stage that computes", `run("yes 12345" | proc(function() for l in io.lines() do print(l:reverse()) end end):named"lua" | "wc -l")`, []string{"lua"}},
	{"a Lua stage that sleeps", `run("yes 12345" | "tr 1 2" | proc(function() for l in io.lines() do time.sleep(0.001) end end):named"lua")`, []string{"lua"}},
	{"one of several", `local slow = proc(function() local n=0 for l in io.lines() do for i=1,300 do n=(n*31+i)%65521 end print(l) end end):named"worker"
run("yes 'GET /a 200 17'" | tee("wc -c", "grep -c 404", deal(slow, slow:named"worker2", "tr a-z A-Z") | "wc -l"))`, []string{"worker", "worker2"}},
}

// TestTopVerdict: weir top --once --json names the stage that holds the others up. On a machine that is very busy it
// may be another one for once, so that it is asked again.
func TestTopVerdict(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits")
	}
	oracle.Need(t, "pv")
	for _, row := range bottlenecks {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.lua")
			if err := os.WriteFile(path, []byte(row.script), 0o600); err != nil {
				t.Fatal(err)
			}
			for try := 1; ; try++ {
				var f sample.Frame
				got := finish(t, weir(t, "top", "--once", "--json", path))
				if err := json.Unmarshal([]byte(got.stdout), &f); err != nil || got.status != 0 || strings.Contains(got.stdout, "\n{") {
					t.Fatalf("status %d, %v: %s%s", got.status, err, got.stdout, got.stderr)
				}
				if slices.Contains(row.stages, f.Verdict.Stage) {
					return
				}
				if t.Logf("try %d: %+v\n%s", try, f.Verdict, got.stdout); try == 3 {
					t.Fatalf("none of %q", row.stages)
				}
			}
		})
	}
}
