package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestTranscripts runs sessions of the command, testdata/script/*.txtar. Beside
// testscript's own commands there are
//
//	status N PROGRAM [ARG...]   the program's exit status is N
//	plain stdout|stderr|FILE    there is no control character but \n and \t
//	journal FILE                JSON lines, one event each, in an order that can be
func TestTranscripts(t *testing.T) {
	bin := binFolder(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+":/usr/bin:/bin")
			env.Setenv(playEnv, "1")
			env.Setenv("GORACE", os.Getenv("GORACE"))
			env.Setenv("LC_ALL", "C")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": statusCommand, "plain": plainCommand, "journal": journalCommand,
		},
	})
}

// binFolder holds a program weir: this one.
func binFolder(tb testing.TB) string {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	if err := os.Symlink(exe, filepath.Join(dir, weirName)); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func statusCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, not %d", got, want)
	}
}

func plainCommand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := ts.ReadFile(name)
		i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f })
		if (i >= 0) != neg {
			ts.Fatalf("%s: control character at %d in %q", name, i, text)
		}
	}
}

// journalCommand checks each line and each run's order: run comes first, a
// stage's spawn before its exit, end last.
func journalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: journal FILE")
	}
	runs := map[float64][]string{}
	last := 0.0
	for _, line := range strings.Split(strings.TrimSuffix(ts.ReadFile(args[0]), "\n"), "\n") {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			ts.Fatalf("%q: %v", line, err)
		}
		seq, _ := e["seq"].(float64)
		if seq != last+1 {
			ts.Fatalf("event %v comes after %v", seq, last)
		}
		last = seq
		run, _ := e["run"].(float64)
		runs[run] = append(runs[run], strings.TrimSpace(fmt.Sprint(e["kind"], " ", text(e["stage"]))))
	}
	for run, events := range runs {
		ts.Logf("run %v: %s", run, strings.Join(events, ", "))
		if events[0] != "run" || events[len(events)-1] != "end" {
			ts.Fatalf("run %v: run is not first or end is not last: %q", run, events)
		}
		spawned := map[string]int{}
		for _, e := range events {
			if stage, ok := strings.CutPrefix(e, "spawn "); ok {
				spawned[stage]++
			} else if stage, ok := strings.CutPrefix(e, "exit "); ok {
				spawned[stage]--
			}
		}
		for stage, n := range spawned {
			if n != 0 {
				ts.Fatalf("run %v: %s: as many spawns as exits are due: %q", run, stage, events)
			}
		}
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
