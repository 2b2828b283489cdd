package edit

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	for _, before := range []string{"", "\"old 0\"\n\x00\xff\nold 1\n", "old 0\nold 1\n" + strings.Repeat("\n", 2*historyLimit)} {
		historyProcesses(t, before)
	}
}

// historyProcesses has three prompts add to a file that has something already.
func historyProcesses(t *testing.T, before string) {
	path := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
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
	if old := next["old"]; len(h.entries) != 900+old || next["own"] != 300 || old == 0 && before != "" {
		t.Errorf("%d entries, %v", len(h.entries), next)
	}
	if aside, _ := os.ReadFile(path + ".old"); before != "" && !strings.HasPrefix(string(aside), before) {
		t.Errorf("%q was not kept: %q", before, aside)
	}
	if more, _ := filepath.Glob(path + ".*"); len(more) > 1 {
		t.Errorf("set aside more than once: %v", more)
	}
}

// TestHistoryOfOthers: plain lines are entries, what cannot be read is told of, and
// what another has written is kept when the file is written anew.
func TestHistoryOfOthers(t *testing.T) {
	random := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{}).Read(random)
	long := strings.Repeat("echo a plain line\necho another plain line\n", 30<<20/42)
	for _, row := range []struct {
		name, file string
		entries    string // the last of them, separated by |
		told       string
		kept       bool
	}{
		{"plain lines", "print(\"mine1\")\nprint(\"mine2\")\n", `print("mine1")|print("mine2")`, "", false},
		{"plain and weir's", "one\r\n\"two\\nlines\"\n\"ls\" | \"sort\"\n\n{}\n", "one|two\nlines|\"ls\" | \"sort\"|{}", "", false},
		{"half a line of weir's", "\"one\"\n\"unfinis\n\"two\"\n", "one|two", "", false},
		{"rubbish among entries", "\"one\"\n\x01\x02\n\xff\ntwo\n", "one|two", "history: 2 of 4 lines in PATH cannot be read; ", true},
		{"zeros", "\"one\"\n\x00\x00\x00\ntwo\n", "one", "history: 2 of 3 lines in PATH cannot be read; ", true},
		{"random bytes", string(random), "", "history: PATH is no history of weir's; ", true},
		{"bytes without a newline", "\x00\x01", "", "", true},
		{"a long file of plain lines", long, "echo a plain line|echo another plain line", "", true},
		{"nothing", "", "", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "history")
			if err := os.WriteFile(path, []byte(row.file), 0o600); err != nil {
				t.Fatal(err)
			}
			h, err := OpenHistory(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(h.entries, "|"); !strings.HasSuffix(got, row.entries) || row.entries == "" && got != "" {
				t.Errorf("entries %.200q, want %q", got, row.entries)
			}
			if told, want := h.Notice(), strings.ReplaceAll(row.told, "PATH", path); !strings.HasPrefix(told, want) || want == "" && told != "" {
				t.Errorf("told %q, want %q", told, want)
			}
			if err := h.Add("new"); err != nil {
				t.Fatal(err)
			}
			told := h.Notice()
			data, _ := os.ReadFile(path)
			if row.kept {
				if !strings.HasSuffix(told, "is kept as history.old") {
					t.Errorf("told %q", told)
				}
				if old, _ := os.ReadFile(path + ".old"); !strings.HasPrefix(string(old), row.file) {
					t.Error("what was there is not kept")
				}
			} else if told != "" || !strings.HasPrefix(string(data), row.file) {
				t.Errorf("told %q, the file is %q", told, data)
			}
			other, err := OpenHistory(path)
			if err != nil || other.Notice() != "" || !strings.HasSuffix(strings.Join(other.entries, "|"), strings.TrimPrefix(row.entries+"|new", "|")) {
				t.Errorf("read again: %v, %d entries", err, len(other.entries))
			}
		})
	}
}

// TestHistoryOfBytes: an entry that is not UTF-8 is kept as it is.
func TestHistoryOfBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"echo \xe9", "a\n\xff\"\\\x80", "\ufffd", `{"bytes":"eA=="}`, "\xc3"}
	for _, entry := range want {
		if err := h.Add(entry); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.rewrite(); err != nil {
		t.Fatal(err)
	}
	other, err := OpenHistory(path)
	if err != nil || !slices.Equal(other.entries, want) || !slices.Equal(h.entries, want) || other.Notice() != "" {
		t.Errorf("read again: %v, %q and %q, want %q", err, other.entries, h.entries, want)
	}
}

// TestHistorySetAside: no file that was set aside gives way to the next.
func TestHistorySetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	for i, want := range []string{"history.old", "history.old.1", "history.old.2"} {
		rubbish := fmt.Sprintf("\x00%d\n", i)
		if err := os.WriteFile(path, []byte(rubbish), 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := OpenHistory(path)
		if err == nil {
			err = h.Add("one")
		}
		if err != nil {
			t.Fatal(err)
		}
		if data, _ := os.ReadFile(filepath.Join(filepath.Dir(path), want)); !strings.HasPrefix(string(data), rubbish) || !strings.HasSuffix(h.Notice(), want) {
			t.Errorf("%s has %q", want, data)
		}
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
