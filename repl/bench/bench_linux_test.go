package bench

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	output = flag.String("weir-bench", "", "run the comparisons and write them to this file")
	only   = flag.String("weir-only", "", "run those whose name holds this")
)

// comparison is one claim: weir against others, first of all against the first.
type comparison struct {
	name   string
	weir   []string
	others map[string][]string
	limit  string // what weir is to reach
	rounds int
	same   bool // all must print the same
	count  int  // of messages, or of what else is counted; 0 is none
	// timed measures by itself; nil: from the start of a command to its end.
	timed func(argv []string) ([]time.Duration, error)
}

// measured is what bench.json holds of a comparison.
type measured struct {
	Name   string             `json:"name"`
	Weir   spread             `json:"weir_ms"`
	Others map[string]spread  `json:"others_ms"`
	Ratios map[string]float64 `json:"ratios"` // weir's time in that of the other
	Target string             `json:"target"`
	MaxRSS int64              `json:"weir_maxrss_bytes,omitempty"`
	Each   float64            `json:"weir_ns_each,omitempty"` // of what is counted
}

// spread is of the times of all rounds, in milliseconds.
type spread struct {
	Median float64 `json:"median"`
	P10    float64 `json:"p10"`
	P90    float64 `json:"p90"`
	P99    float64 `json:"p99,omitempty"` // where there are a hundred and more
}

func (s spread) String() string {
	text := fmt.Sprintf("%.2f to %.2f", s.P10, s.P90)
	if s.P99 > 0 {
		text += fmt.Sprintf(", one of a hundred %.2f", s.P99)
	}
	return text
}

func TestBench(t *testing.T) {
	if *output == "" {
		t.Skip("make bench runs this")
	}
	var all []measured
	for _, c := range comparisons(t) {
		if strings.Contains(c.name, *only) {
			m := measure(t, &c)
			all = append(all, m)
			show(m)
		}
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*output, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func show(m measured) {
	memory := ""
	if m.MaxRSS > 0 {
		memory = fmt.Sprintf(", at most %d MB", m.MaxRSS>>20)
	}
	fmt.Printf("%-34s weir %9.2f ms (%s)%s; target %s\n", m.Name, m.Weir.Median, m.Weir, memory, m.Target)
	if m.Each > 0 {
		fmt.Printf("%39s %9.1f ns each, %.1f million a second\n", "", m.Each, 1e3/m.Each)
	}
	names := make([]string, 0, len(m.Others))
	for name := range m.Others {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		o := m.Others[name]
		fmt.Printf("%38s %9.2f ms (%s)   ratio %.2f\n", name, o.Median, o, m.Ratios[name])
	}
}

// measure runs weir and the others in turn, after one round that does not
// count.
func measure(t *testing.T, c *comparison) measured {
	times := map[string][]time.Duration{}
	m := measured{Name: c.name, Others: map[string]spread{}, Ratios: map[string]float64{}, Target: c.limit}
	want := ""
	once := func(name string, argv []string, counts bool) {
		if c.timed != nil {
			took, err := c.timed(argv)
			if err != nil {
				t.Fatalf("%s: %s: %v", c.name, name, err)
			}
			if counts {
				times[name] = append(times[name], took...)
			}
			return
		}
		command := exec.Command(argv[0], argv[1:]...)
		begun := time.Now()
		out, err := command.Output()
		took := time.Since(begun)
		if err != nil {
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				t.Logf("%s", exit.Stderr)
			}
			t.Fatalf("%s: %s: %v", c.name, name, err)
		}
		if c.same && want == "" {
			want = string(out)
		}
		if c.same && string(out) != want {
			t.Fatalf("%s: %s prints %.80q, and weir %.80q", c.name, name, out, want)
		}
		if counts {
			times[name] = append(times[name], took)
		}
		if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok && name == "weir" {
			m.MaxRSS = max(m.MaxRSS, usage.Maxrss<<10)
		}
	}
	for round := range c.rounds + 1 {
		once("weir", c.weir, round > 0)
		for name, argv := range c.others {
			once(name, argv, round > 0)
		}
	}
	m.Weir = spreadOf(times["weir"])
	if c.count > 0 {
		m.Each = m.Weir.Median * 1e6 / float64(c.count)
	}
	for name := range c.others {
		m.Others[name] = spreadOf(times[name])
		m.Ratios[name] = m.Weir.Median / m.Others[name].Median
	}
	return m
}

func spreadOf(times []time.Duration) spread {
	slices.SortFunc(times, cmp.Compare)
	at := func(share float64) float64 {
		return float64(times[int(share*float64(len(times)-1)+0.5)].Microseconds()) / 1000
	}
	s := spread{Median: at(0.5), P10: at(0.1), P90: at(0.9)}
	if len(times) >= 100 {
		s.P99 = at(0.99)
	}
	return s
}

// comparisons are those whose tools are here.
func comparisons(t *testing.T) []comparison {
	dir := t.TempDir()
	weir, scat, hello := filepath.Join(dir, "weir"), filepath.Join(dir, "scat"), filepath.Join(dir, "hello")
	t.Setenv("CGO_ENABLED", "0") // as the Makefile builds it
	build(t, "go", "build", "-o", weir, "weir")
	build(t, "gcc", "-O2", "-static", "-nostdlib", "-o", scat, "testdata/scat.c")
	source := filepath.Join(dir, "hello.go")
	write(t, source, 1, func(w io.Writer, _ int) {
		io.WriteString(w, "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(\"\") }\n")
	})
	build(t, "go", "build", "-o", hello, source)
	big, lines := filepath.Join(dir, "big"), filepath.Join(dir, "lines")
	write(t, big, 8<<20, func(w io.Writer, _ int) { io.WriteString(w, strings.Repeat("weir ", 12)+"wei\n") })
	write(t, lines, 1_000_000, func(w io.Writer, i int) { fmt.Fprintf(w, "%d some words to read and write %d\n", i, i*7) })
	list := []comparison{
		{name: "bytes, two stages", limit: "0.35 of bash", rounds: 7, same: true,
			weir:   []string{weir, "-e", `run(cmd("cat", arg[1]) | "wc -c")`, big},
			others: tools("bash", "-c", `cat "$1" | wc -c`, "-", big)},
		{name: "bytes, three stages", limit: "0.35 of bash", rounds: 7, same: true,
			weir:   []string{weir, "-e", `run(cmd("cat", arg[1]) | "cat" | "wc -c")`, big},
			others: tools("bash", "-c", `cat "$1" | cat | wc -c`, "-", big)},
	}
	for _, n := range []int{10, 100, 1000} {
		shell := scat + strings.Repeat(" | "+scat, n-1) + " </dev/null"
		list = append(list, comparison{name: fmt.Sprintf("%d processes", n), limit: "0.80 of dash at 1000", rounds: max(7, 300/n), same: true,
			weir:   []string{weir, "-e", `local t = cmd(arg[1]) for i = 2, tonumber(arg[2]) do t = t | cmd(arg[1]) end run(file"/dev/null" | t)`, scat, fmt.Sprint(n)},
			others: merge(tools("dash", "-c", shell), tools("bash", "-c", shell))})
	}
	list = append(list, ringComparisons(t, dir, weir)...)
	list = append(list, relayComparisons(t, dir, weir, lines)...)
	list = append(list, tripComparisons(t, dir)...)
	list = append(list, sharedComparisons(weir)...)
	list = append(list, filterComparisons(t, dir, weir)...)
	list = append(list, computeComparisons(t, weir)...)
	list = append(list, promptComparisons(t, dir, weir)...)
	list = append(list, watchComparisons(t, dir, weir)...)
	const copyLua = `for l in io.lines() do io.write(l, "\n") end`
	return append(list,
		comparison{name: "empty script", limit: "2.0 ms where hello takes 1.3; 0.3 of elvish", rounds: 100, same: true,
			weir:   []string{weir, "-e", ""},
			others: merge(map[string][]string{"go hello": {hello}}, tools("dash", "-c", ""), tools("elvish", "-norc", "-c", ""), tools("luajit", "-e", ""))},
		comparison{name: "a million lines through Lua", limit: "ahead of python3", rounds: 7, same: true,
			weir: []string{weir, "-e", `run(file(arg[1]) | function() ` + copyLua + ` end | "cksum")`, lines},
			others: merge(
				shellLine("python3", "import sys\nw = sys.stdout.write\nfor l in sys.stdin: w(l)", lines),
				shellLine("lua5.1", copyLua, lines))},
		comparison{name: "a hundred Lua stages, one by one", limit: "500 ms", rounds: 5,
			weir:   []string{weir, "-e", `local n = 0 for i = 1, 100 do n = n + run(proc(function(k) return k end, i)).stages[1].value end assert(n == 5050)`},
			others: map[string][]string{"weir, a hundred small processes": {weir, "-e", `for i = 1, 100 do run(file"/dev/null" | cmd(arg[1])) end`, scat}}},
	)
}

// tools is one tool with its arguments, or none where it is not here.
func tools(argv ...string) map[string][]string {
	if _, err := exec.LookPath(argv[0]); err != nil {
		fmt.Printf("%s is not here: no comparison with it\n", argv[0])
		return nil
	}
	return map[string][]string{argv[0]: argv}
}

// shellLine is a shell that pipes a file through an interpreter into cksum.
func shellLine(interpreter, code, file string) map[string][]string {
	flag := "-c"
	if strings.HasPrefix(interpreter, "lua") {
		flag = "-e"
	}
	if _, err := exec.LookPath(interpreter); err != nil {
		fmt.Printf("%s is not here: no comparison with it\n", interpreter)
		return nil
	}
	return map[string][]string{interpreter: {"sh", "-c", `"$1" "$2" "$3" < "$4" | cksum`, "-", interpreter, flag, code, file}}
}

func merge(all ...map[string][]string) map[string][]string {
	merged := map[string][]string{}
	for _, some := range all {
		for name, argv := range some {
			merged[name] = argv
		}
	}
	return merged
}

func build(t *testing.T, argv ...string) {
	t.Helper()
	c := exec.Command(argv[0], argv[1:]...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out)
	}
}

// write makes a file of n lines. It holds none of them: what this process holds
// would count as the peak memory of what it starts, getrusage(2).
func write(t *testing.T, path string, n int, line func(w io.Writer, i int)) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<16)
	for i := range n {
		line(w, i)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}
