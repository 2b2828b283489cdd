package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// told is a test that keeps how it ended.
type told struct {
	testing.TB
	how string
}

func (t *told) Helper() {}

func (t *told) Fatalf(format string, args ...any) { t.end("fails: "+format, args) }
func (t *told) Skipf(format string, args ...any)  { t.end("is skipped: "+format, args) }

func (t *told) end(format string, args []any) {
	t.how = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// TestNeed: a missing program is a failure where CI is set and a skipped test elsewhere.
func TestNeed(t *testing.T) {
	here := t.TempDir()
	if err := os.WriteFile(filepath.Join(here, "man"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ ci, search, program, path, how string }{
		{"true", here, "man", filepath.Join(here, "man"), ""},
		{"", here, "man", filepath.Join(here, "man"), ""},
		{"true", "/nowhere", "man", "", "fails: man is not installed; on Debian: apt-get install man-db"},
		{"", "/nowhere", "man", "", "is skipped: man is not installed; on Debian: apt-get install man-db"},
		{"1", "/nowhere", "bash", "", "fails: bash is not installed; on Debian: apt-get install bash"},
	} {
		t.Setenv("CI", row.ci)
		t.Setenv("PATH", row.search)
		one, done, path := &told{TB: t}, make(chan struct{}), ""
		go func() {
			defer close(done)
			path = Need(one, row.program)
		}()
		<-done
		if path != row.path || one.how != row.how {
			t.Errorf("CI=%s PATH=%s %s: %q, %q", row.ci, row.search, row.program, path, one.how)
		}
	}
}

// TestCI: .ci/run has the tests fail where something is missing, and installs every
// program of the table from its package.
func TestCI(t *testing.T) {
	text, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^export CI=true$`).Match(text) {
		t.Error(".ci/run does not set CI")
	}
	_, list, _ := strings.Cut(string(text), "\nneeded=\"")
	list, _, _ = strings.Cut(list, "\"\n")
	installed := strings.Fields(list)
	for program, names := range packages {
		want := program
		if names != program {
			want += ":" + strings.ReplaceAll(names, " ", ",")
		}
		if !slices.Contains(installed, want) {
			t.Errorf(".ci/run does not install %s", want)
		}
	}
}
