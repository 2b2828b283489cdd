package runtime

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
	"weir/runtime/plan"
)

func init() {
	plays["fills"] = func([]string) int {
		cat := exec.Command("cat")
		in, err := cat.StdinPipe()
		if err != nil {
			return 1
		}
		if _, err = cat.StdoutPipe(); err != nil || cat.Start() != nil {
			return 1
		}
		_, _ = in.Write(make([]byte, 1<<20))
		return 0
	}
}

// TestDeadlockWithinAStage has programs wait for themselves, and for what they have
// started; weir has made none of their pipes.
func TestDeadlockWithinAStage(t *testing.T) {
	program := waits(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]struct {
		argv []string
		want string
	}{
		"itself": {[]string{program, "self"}, "s0 waits to write to a pipe of its own, which is full (65536 of 65536 bytes)"},
		"child":  {[]string{program, "fills"}, "s0 waits to write to a pipe to cat, which is full (65536 of 65536 bytes); cat in s0 waits to write to a pipe to s0, which is full"},
		"grandchild": {[]string{"sh", "-c", program + " fills; true"},
			"waits in s0 waits to write to a pipe to cat, which is full (65536 of 65536 bytes); cat in s0 waits to write to a pipe to waits"},
		"coprocess": {[]string{"bash", "-c", "coproc cat; head -c 1000000 /dev/zero >&${COPROC[1]}; cat <&${COPROC[0]}"}, "head in s0 waits to write to a pipe to cat, which is full"},
		"reads":     {[]string{"bash", "-c", "coproc cat; read x <&${COPROC[0]}"}, "s0 waits to read from a pipe from cat, which is empty"},
	}
	if !leak.RaceDetector { // whose Go monitor wakes up every 10 ms
		rows["go"] = rows["child"]
		row := rows["go"]
		row.argv = []string{"env", "WEIR_TEST_PLAY=fills", exe}
		row.want = "s0 waits to write to a pipe to cat, which is full"
		rows["go"] = row
	}
	for name, row := range rows {
		for place, top := range map[string]*plan.Topology{"alone": chain(row.argv), "before another": chain(row.argv, []string{"cat"})} {
			t.Run(name+" "+place, func(t *testing.T) {
				t.Parallel()
				e := mustDeadlock(t, top)
				if !strings.Contains(e.Message(), row.want) {
					t.Error(e.Message())
				}
				if w, ok := e.Waits[0].(*pipeWait); ok && w.writes && !strings.Contains(e.Hint, " read while it writes") {
					t.Error(e.Hint)
				}
			})
		}
	}
}

// TestAloneMayGoOn has programs that wait for nobody of the run.
func TestAloneMayGoOn(t *testing.T) {
	program, fifo := waits(t), filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{
		"outsiders": {"bash", "-c", "exec 3<>" + fifo + "; read x <&3"},
		"parked":    {program, "parked"},
		"slow":      {"bash", "-c", "coproc { sleep 1; wc -c; }; head -c 1000000 /dev/zero >&${COPROC[1]}"},
	}
	for name, argv := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startTopology(t, chain(argv), func(p *plan.Plan, o *Options) { p.Timeout = 3 * time.Second })
			if res, err := r.Wait(); err != nil || res.Deadlock != nil {
				t.Errorf("%v %v", res.Deadlock, err)
			}
		})
	}
}
