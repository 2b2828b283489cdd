package command

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what weir says now into testdata/errors.txt")

// errorRow is a script and what weir says of it. testdata/errors.txt holds the
// rows: a line "=== STATUS", the script, a line "---", standard error
// with FOLDER for the folder that it ran in.
type errorRow struct {
	status int
	script string
	stderr string
}

const errorRows = "testdata/errors.txt"

func readErrorRows(tb testing.TB) []errorRow {
	tb.Helper()
	data, err := os.ReadFile(errorRows)
	if err != nil {
		tb.Fatal(err)
	}
	var rows []errorRow
	for _, text := range strings.Split("\n"+string(data), "\n=== ")[1:] {
		head, rest, _ := strings.Cut(text, "\n")
		script, stderr, ok := strings.Cut(rest+"\n", "\n---\n")
		status, err := strconv.Atoi(strings.TrimSpace(head))
		if !ok || err != nil {
			tb.Fatalf("%s: malformed row %q", errorRows, text)
		}
		stderr = strings.TrimRight(stderr, "\n")
		if stderr != "" {
			stderr += "\n"
		}
		rows = append(rows, errorRow{status, script, stderr})
	}
	return rows
}

// errorArea makes the folder in which the scripts run, for any user.
func errorArea(tb testing.TB) string {
	tb.Helper()
	dir := publicFolder(tb)
	for name, text := range map[string]string{"a.txt": "3\n1\n2\n", "plain": "no program\n", "secret": "hidden\n", "locked/x": ""} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	for name, mode := range map[string]os.FileMode{"secret": 0, "locked": 0o111} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Cleanup(func() { os.Chmod(filepath.Join(dir, "locked"), 0o755) })
	return dir
}

// whereabouts are what the stages of a run did when it was stopped, which is another at each
// time.
var whereabouts = regexp.MustCompile(`(?m)^[\w@#.-]+ (runs|starts|reads|writes|sleeps, or|waits|has not started)\b.*\n`)

// TestErrors runs the rows as a user without rights, so that a refusal by
// permission is one.
func TestErrors(t *testing.T) {
	exe, rows := publicCopy(t), readErrorRows(t)
	for i := range rows {
		row := &rows[i]
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			if !*update && !strings.Contains(row.script, `"/`) { // names are for one row at a time
				t.Parallel()
			}
			dir := errorArea(t)
			c := exec.Command(exe, "run", "x.lua", "one")
			c.Dir, c.SysProcAttr = dir, unprivileged()
			c.Env = append(os.Environ(), playEnv+"=1", "LC_ALL=C", "HOME=/nonexistent", "PATH=/usr/bin:/bin", "PWD="+dir, "XDG_RUNTIME_DIR=")
			if err := os.WriteFile(filepath.Join(dir, "x.lua"), []byte(row.script+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			got := finish(t, c)
			got.stderr = whereabouts.ReplaceAllString(strings.ReplaceAll(got.stderr, dir, "FOLDER"), "")
			if *update {
				row.status, row.stderr = got.status, got.stderr
				return
			}
			if got.status != row.status || got.stderr != row.stderr {
				t.Errorf("%s\n--- got, status %d\n%s--- want, status %d\n%s", row.script, got.status, got.stderr, row.status, row.stderr)
			}
			if strings.Contains(got.stderr, "goroutine ") || strings.Contains(got.stderr, "internal error") {
				t.Errorf("a trace of Go's:\n%s", got.stderr)
			}
		})
	}
	if *update {
		writeErrorRows(t, rows)
	}
}

func writeErrorRows(tb testing.TB, rows []errorRow) {
	tb.Helper()
	var b bytes.Buffer
	for _, row := range rows {
		fmt.Fprintf(&b, "=== %d\n%s\n---\n%s", row.status, row.script, row.stderr)
	}
	if err := os.WriteFile(errorRows, b.Bytes(), 0o644); err != nil {
		tb.Fatal(err)
	}
}
