package examples_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTopologies: what the examples print is what stands in testdata.
func TestTopologies(t *testing.T) {
	files, err := filepath.Glob("testdata/*.out")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".out")
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c := example(t, name)
			var out, errs bytes.Buffer
			c.Stdout, c.Stderr = &out, &errs
			if err := c.Run(); err != nil {
				t.Fatalf("%v\n%s", err, &errs)
			}
			if out.String() != string(want) {
				t.Errorf("%s\n--- want\n%s", &out, want)
			}
			if warned := strings.HasPrefix(errs.String(), "weir: warning:"); errs.Len() > 0 != (name == "deadlock") || errs.Len() > 0 && !warned {
				t.Errorf("on stderr: %s", &errs)
			}
		})
	}
}

func TestCommitStats(t *testing.T) {
	got := output(t, "commit-stats")
	want := `(?s)^(there is no repository.*\n)?1 commits: \d+\n2 busiest day: [A-Z][a-z]{2}\n3 longest subject: \d+ characters\n4 most about: \S+\n$`
	if !regexp.MustCompile(want).MatchString(got) {
		t.Errorf("%q", got)
	}
}
