package luaio_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/ipc/oracle"
)

// benchLoops are the loops of `make bench` and their twins in python3.
var benchLoops = []struct{ name, lua, python string }{
	{"copy", `for l in io.lines() do io.write(l, "\n") end`, "import sys\nfor l in sys.stdin: sys.stdout.write(l)"},
	{"upper", `for l in io.lines() do print(l:upper()) end`, "import sys\nfor l in sys.stdin: print(l.rstrip('\\n').upper())"},
}

// BenchmarkLines times a million lines of 95 bytes from a file to a pipe,
// against python3 in turns, and reports the ratio of the sums.
func BenchmarkLines(b *testing.B) {
	python := oracle.Need(b, "python3")
	// A version manager's shim costs more than a short loop.
	if b, err := exec.Command(python, "-c", "import sys; print(sys.executable)").Output(); err == nil {
		python = strings.TrimSpace(string(b))
	}
	input := filepath.Join(b.TempDir(), "lines")
	line := strings.Repeat("some words, as in a log ", 4)[:94] + "\n"
	if err := os.WriteFile(input, bytes.Repeat([]byte(line), 1_000_000), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, row := range benchLoops {
		b.Run(row.name, func(b *testing.B) {
			var ours, theirs time.Duration
			for b.Loop() {
				ours += timed(b, child(b, row.lua), input)
				theirs += timed(b, exec.Command(python, "-c", row.python), input)
			}
			b.ReportMetric(ours.Seconds()/float64(b.N), "s/lua")
			b.ReportMetric(theirs.Seconds()/float64(b.N), "s/python")
			b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
		})
	}
}

// timed runs a command from the file into a pipe and checks what comes out.
func timed(b *testing.B, c *exec.Cmd, input string) time.Duration {
	b.Helper()
	in, err := os.Open(input)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	var out counter
	c.Stdin, c.Stdout, c.Stderr = in, &out, os.Stderr
	start := time.Now()
	if err := c.Run(); err != nil {
		b.Fatal(err)
	}
	if out != 95_000_000 {
		b.Fatalf("%s wrote %d bytes", c.Path, out)
	}
	return time.Since(start)
}

// counter is a Writer that counts.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
