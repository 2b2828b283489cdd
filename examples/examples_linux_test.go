package examples_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"weir/examples"
	"weir/ipc/leak"
)

// example is a command that runs one.
func example(tb testing.TB, name string, args ...string) *exec.Cmd {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	c := exec.Command(exe, append([]string{"run", "example:" + name}, args...)...)
	c.Env = append(os.Environ(), playEnv+"=1", "LC_ALL=C")
	c.WaitDelay = time.Second
	return c
}

// output runs an example to its end and gives what it printed.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := example(t, name, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(leak.Patience, func() { c.Process.Kill() })
	err := c.Wait()
	if !stuck.Stop() {
		t.Fatalf("%s takes longer than %v", name, leak.Patience)
	}
	if err != nil || errs.Len() > 0 {
		t.Fatalf("%s: %v\n%s", name, err, &errs)
	}
	return out.String()
}

// tested names the examples that have a test here.
var tested = []string{"backpressure", "bottleneck", "bounded-buffer-atomic", "bounded-buffer-condition", "bounded-buffer-ring",
	"bounded-buffer-semaphore", "bounded-buffer", "buffering", "butterfly", "chromium",
	"commit-stats", "deadlock", "diff-substitution", "dining-philosophers", "direct-indirect", "feedback", "fifo", "hello", "log-report", "mailslot",
	"parallel-wordcount", "pi", "pipe", "queue", "readers-writers", "select", "send-receive-nonblocking", "send-receive", "shm", "sieve", "socket",
	"speedup-sharing-modularity", "spell-check", "starvation", "supervised-server", "threads-and-processes", "two-players",
	"windows-anonymous-pipe", "windows-mailslot", "windows-named-pipe", "windows-shared-memory", "wordcount"}

func TestEveryExampleIsTestedAndExplained(t *testing.T) {
	var names []string
	for _, e := range examples.All() {
		names = append(names, e.Name)
		comment, _, _ := strings.Cut(e.Text, "\n\n")
		if !strings.HasPrefix(e.Text, "-- ") || e.Summary == "" {
			t.Errorf("%s does not begin with a comment that says what it is", e.Name)
		}
		if !strings.HasSuffix(e.Summary, ".") {
			t.Errorf("what %s is takes more than a line: %s", e.Name, e.Summary)
		}
		if regexp.MustCompile(`\b[a-z]+\.c\b`).MatchString(e.Text) != (e.Program != "") || e.Program != "" && !strings.Contains(e.Text, "weir examples "+e.Name+".c") {
			t.Errorf("%s does not say how its C program is had, or has none", e.Name)
		}
		if !strings.Contains(comment, "\n--\n-- Look at: ") {
			t.Errorf("%s does not say what to look at", e.Name)
		}
	}
	if fmt.Sprint(names) != fmt.Sprint(tested) {
		t.Errorf("the examples are %q, the tests are for %q", names, tested)
	}
}

func TestHello(t *testing.T) {
	want := `HELLO!
WORLD!
1  printf   ended with status 0
2  sort     ended with status 0
3  uniq     ended with status 0
4  shout    ended with status 0
`
	if got := output(t, "hello"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSieve(t *testing.T) {
	const limit = 50
	var want strings.Builder
	composite := [limit + 1]bool{}
	for n := 2; n <= limit; n++ {
		if composite[n] {
			continue
		}
		fmt.Fprintln(&want, n)
		for m := n * n; m <= limit; m += n {
			composite[m] = true
		}
	}
	if got := output(t, "sieve", strconv.Itoa(limit)); got != want.String() {
		t.Errorf("got %q, want %q", got, want.String())
	}
}

var estimates = regexp.MustCompile(`^1 process:   pi = (\S+) in \S+ s\n3 processes: pi = (\S+) in \S+ s\nspeed-up: (\S+)\n$`)

func TestPi(t *testing.T) {
	out := output(t, "pi", "300000", "3")
	m := estimates.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("got %q", out)
	}
	for _, text := range m[1:3] {
		if pi, err := strconv.ParseFloat(text, 64); err != nil || math.Abs(pi-math.Pi) > 0.05 {
			t.Errorf("π is not %s", text)
		}
	}
	if gain, err := strconv.ParseFloat(m[3], 64); err != nil || gain <= 0 {
		t.Errorf("no speed-up: %q", m[3])
	}
}

var sums = regexp.MustCompile(`^1\. information sharing: [^\n]*\n4\n2\. computation speed-up: [^\n]*\n   one process  (\S+) in \S+ s\n` +
	`   two of them  (\S+) in \S+ s\n   speed-up     \S+\n3\. modularity: [^\n]*\n97\n87\n79\n$`)

func TestSpeedupSharingModularity(t *testing.T) {
	const n = 300000
	want := 0.0
	for k := 1.0; k <= n; k++ {
		want += 1 / (k * k)
	}
	out := output(t, "speedup-sharing-modularity", strconv.Itoa(n))
	m := sums.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("got\n%s", out)
	}
	for _, text := range m[1:] {
		if text != fmt.Sprintf("%.6f", want) {
			t.Errorf("the sum is %.6f, not %s", want, text)
		}
	}
}

// TestWordcount has awk count what the example writes: its generator, taken
// from its text.
func TestWordcount(t *testing.T) {
	e, _ := examples.Find("wordcount")
	from, to := strings.Index(e.Text, "local megabytes"), strings.Index(e.Text, "local function count_words")
	if from < 0 || to < from {
		t.Fatal("the example does not have its generator where the test looks")
	}
	generator := filepath.Join(t.TempDir(), "text.lua")
	if err := os.WriteFile(generator, []byte(e.Text[from:to]+"\nwrite_text()\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := example(t, "")
	c.Args = append(c.Args[:1], "run", generator, "1")
	text, err := c.Output()
	if err != nil || len(text) < 1e6 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	awk := exec.Command("sh", "-c", `awk '{for (i = 1; i <= NF; i++) n[$i]++} END {for (w in n) print n[w] "\t" w}' | sort -rn | head -n 10`)
	awk.Stdin = bytes.NewReader(text)
	awk.Env = append(os.Environ(), "LC_ALL=C")
	want, err := awk.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := output(t, "wordcount", "1"); got != string(want) {
		t.Errorf("got\n%sawk's\n%s", got, want)
	}
}

func TestFIFOInside(t *testing.T) {
	want := ""
	for i := 1; i <= 5; i++ {
		want += fmt.Sprintf("line %d through the fifo\n", i)
	}
	if got := output(t, "fifo"); got != want+"the name is gone\n" {
		t.Errorf("got %q", got)
	}
}

// TestFIFOOutside joins the name with a cat that weir knows nothing of.
func TestFIFOOutside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meeting")
	c := example(t, "fifo", path)
	said, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(leak.Patience, func() { c.Process.Kill() })
	defer stuck.Stop()
	cat := exec.Command("timeout", "10", "sh", "-c", `until [ -p "$1" ]; do :; done; exec cat "$1"`, "sh", path)
	got, err := cat.Output()
	if err != nil {
		t.Error(err)
	}
	if want := "line 1 through meeting\n"; !strings.HasPrefix(string(got), want) || strings.Count(string(got), "\n") != 5 {
		t.Errorf("cat got %q", got)
	}
	var rest bytes.Buffer
	rest.ReadFrom(said)
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	if want := "waiting for a reader: cat " + path + "\nthe name is gone\n"; rest.String() != want {
		t.Errorf("weir said %q, not %q", rest.String(), want)
	}
}
