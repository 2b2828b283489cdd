package luagen

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// A side is one of the two implementations that are compared.
type side struct {
	name    string
	command []string // what stands before the name of the file
}

// An outcome is how one run of a file ended.
type outcome struct {
	stdout, stderr []byte
	failed         bool // the status is not 0
	late           bool // the run was stopped at its time limit
}

// run executes a file of dir. The file's name is relative, so that both sides print the same.
func (s side) run(t *testing.T, dir, file string, limit time.Duration) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, s.command[0], append(s.command[1:], file)...)
	c.Dir = dir
	c.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		t.Fatalf("%s %s: %v", s.name, file, err)
	}
	return outcome{stdout.Bytes(), stderr.Bytes(), err != nil, ctx.Err() != nil}
}

// lua returns the side that is right.
func lua(t *testing.T) side {
	if _, err := exec.LookPath("lua5.1"); err != nil {
		t.Fatal("lua5.1 is what the programs are compared with: ", err)
	}
	return side{"lua5.1", []string{"lua5.1"}}
}

// weir returns the side under test: the binary that -luagen.weir names, or one built here.
func weir(t *testing.T) side {
	path := *weirPath
	if path == "" {
		path = filepath.Join(t.TempDir(), "weir")
		c := exec.Command("go", "build", "-o", path, "weir")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("go build weir: %v\n%s", err, out)
		}
	}
	return side{"weir", []string{path, "run"}}
}

func write(t *testing.T, dir, file, text string) {
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	message = regexp.MustCompile(`(?:[\w.]+|\[string[^\n]*?\]):\d+: [^\n]*|(?:attempt to|bad argument|cannot|invalid|'for') [^\n]*`)
	where   = regexp.MustCompile(`^(?:lua5\.1: )?(\w+\.lua:\d+:)`)
)

// same reports whether two outputs are equal. With -luagen.words=false errors may differ in
// their words and lines.
func same(a, b string) bool {
	if a == b || *words {
		return a == b
	}
	return message.ReplaceAllString(a, "message") == message.ReplaceAllString(b, "message")
}

// agree reports whether a whole program ended alike on both sides: the same output, success
// or failure, and for an error the same place.
func agree(l, w outcome) bool {
	return l.late == w.late && l.failed == w.failed && same(string(l.stdout), string(w.stdout)) && place(l) == place(w)
}

// place returns the file and line that an uncaught error names, or "".
func place(o outcome) string {
	if !*words {
		return ""
	}
	if m := where.FindSubmatch(o.stderr); m != nil {
		return string(m[1])
	}
	return ""
}
