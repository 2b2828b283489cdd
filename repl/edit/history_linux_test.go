package edit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// writerEnv has the test binary be a second prompt that adds to a history.
const writerEnv = "WEIR_TEST_HISTORY"

// TestHistoryWriter is that prompt.
func TestHistoryWriter(t *testing.T) {
	path := os.Getenv(writerEnv)
	if path == "" {
		t.Skip("is played by TestHistoryProcesses")
	}
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		if err := h.Add(fmt.Sprintf("process %d\nentry %d", os.Getpid(), i)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHistoryProcesses: two processes and this one lose no entry, and this one sees
// the others' in the order of the file.
func TestHistoryProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	var others []*exec.Cmd
	for range 2 {
		c := exec.Command(os.Args[0], "-test.run=^TestHistoryWriter$")
		c.Env = append(os.Environ(), writerEnv+"="+path, "GORACE=atexit_sleep_ms=0")
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		others = append(others, c)
	}
	for i := range 300 {
		if err := h.Add(fmt.Sprint("own ", i)); err != nil {
			t.Error(err)
		}
	}
	for _, c := range others {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if err := h.refresh(); err != nil {
		t.Fatal(err)
	}
	next := map[string]int{}
	for _, e := range h.entries {
		who, number := e[:strings.LastIndexAny(e, " ")], 0
		fmt.Sscan(e[len(who):], &number)
		if next[who] != number {
			t.Fatalf("%q comes where number %d was to come", e, next[who])
		}
		next[who]++
	}
	if len(h.entries) != 900 || len(next) != 3 {
		t.Errorf("%d entries of %d prompts", len(h.entries), len(next))
	}
}

// TestHistoryHalfLine: a line that a prompt did not live to finish takes no other
// with it.
func TestHistoryHalfLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(path, []byte("\"one\"\n\"unfinis"), 0o644); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Add("two"); err != nil {
		t.Fatal(err)
	}
	other, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h.entries, other.entries); got != "[one two] [one two]" {
		t.Error(got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: inputs are for others to read", info.Mode(), err)
	}
}

// TestHistoryLimit: the file is cut when it has twice the limit, and a prompt that
// has read the old one loses nothing.
func TestHistoryLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range 2 * historyLimit {
		fmt.Fprintf(&b, "\"entry %d\"\n", i)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []*History{a, other, a} {
		if err := h.Add(fmt.Sprintf("new %d %t", len(h.entries), h == a)); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.refresh(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if lines := strings.Count(string(data), "\n"); err != nil || lines > historyLimit+2 {
		t.Errorf("%d lines in the file, %v", lines, err)
	}
	if got, want := strings.Join(other.entries[len(other.entries)-3:], "|"), "new 10000 true|new 10000 false|new 10000 true"; got != want {
		t.Errorf("the last entries are %s, want %s", got, want)
	}
	if rest, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "history-*")); len(rest) > 0 {
		t.Errorf("left: %v", rest)
	}
}

// TestHistoryOfNoFile: a FIFO is not waited for.
func TestHistoryOfNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(path)
	if err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("%v", err)
	}
	if err := h.Add("kept"); err != nil || len(h.entries) != 1 {
		t.Errorf("%v, %v", h.entries, err)
	}
}

// TestHistoryLost: an input that cannot be written is kept in the session, and the
// error says so.
func TestHistoryLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "weir")
	h, err := OpenHistory(filepath.Join(dir, "history"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := h.Add("kept"); err == nil || !strings.Contains(err.Error(), "not kept") {
		t.Errorf("%v", err)
	}
	if len(h.entries) != 1 {
		t.Errorf("%v", h.entries)
	}
}
