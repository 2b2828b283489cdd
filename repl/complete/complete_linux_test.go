package complete

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/ipc/leak"
	"weir/repl/help"
	"weir/runtime/guard"
	"weir/script"
)

// TestMain lets the test binary play the guard and the Lua stages.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": guard.Main, "stage": script.StageMain})
	os.Exit(leak.Main(m, guard.Shutdown))
}

// newSession is a session in which some Lua was run.
func newSession(tb testing.TB, text string) *Session {
	tb.Helper()
	vm := script.New(script.Options{Script: "weir", Interactive: true})
	tb.Cleanup(func() { vm.Close() })
	help.Add(vm, func() int { return 80 })
	if _, err := vm.Eval("test", text); err != nil {
		tb.Fatal(err)
	}
	return &Session{VM: vm, Width: 80}
}

// completionFolder makes the folder in which completions are asked for, and a PATH
// of its own.
func completionFolder(tb *testing.T) {
	tb.Helper()
	dir := tb.TempDir()
	for _, name := range []string{"alpha.txt", "a b.txt", "it's", "sub/inner.lua", "my dir/x", "run.sh", ".hidden", "esc\x1b[31m.txt"} {
		path := filepath.Join(dir, "work", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	for _, name := range []string{"grep", "grepper", "sort", "notes"} {
		path := filepath.Join(dir, "bin", name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		mode := os.FileMode(0o755)
		if name == "notes" {
			mode = 0o644
		}
		if err := os.WriteFile(path, nil, mode); err != nil {
			tb.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "work", "run.sh"), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "work", "pipe.fifo"), 0o600); err != nil {
		tb.Fatal(err)
	}
	tb.Setenv("PATH", filepath.Join(dir, "bin"))
	tb.Setenv("HOME", filepath.Join(dir, "work"))
	tb.Setenv("WEIR_EXAMPLE", "1")
	tb.Chdir(filepath.Join(dir, "work"))
}

// completed gives what a text becomes with each candidate; the cursor is at its
// end.
func completed(s *Session, text string) (list []string) {
	from, candidates := s.Complete(text, len(text))
	for _, c := range candidates {
		list = append(list, text[:from]+c.Text)
	}
	return list
}

func TestComplete(t *testing.T) {
	completionFolder(t)
	s := newSession(t, `t = {alpha = 1, beta = {gamma = function() end}, ["no name"] = 2}; setmetatable(t.beta, {__index = {delta = 1}})
chain = "seq 3" | "cat"
r = ring(); m = shm{layout = "int counter; struct { int x; } at;"}; job = start(proc(function() end)); job:wait(); res = job:result()
trap = setmetatable({}, {__index = function() error("called") end, __tostring = function() error("called") end})
q = queue"/complete-orders"; s = semaphore("/complete-seats", 1)
arr = {{foo = 1}, [-2.5] = {bar = 2}}; tt = {alpha = {one = {two = 2}}, ["a b"] = {three = 3}}; m2 = shm{layout = "struct { sem_t s; int n; } a[2];"}
`)
	s.Examples = [][2]string{{"hello", "says hello"}, {"help-me"}, {"deadlock"}}
	for _, row := range []struct {
		text string
		want string // separated by ;
	}{
		{"whi", "while"},
		{"unti", "until"},
		{"gre", "grep"},
		{"sem", "semaphore"},
		{"tra", "trap"},
		{"x = chai", "x = chain"},
		{"local some = 1; print(som", "local some = 1; print(some"},
		{"json.de", "json.decode"},
		{"string.gs", "string.gsub"},
		{"t.", "t.alpha;t.beta"},
		{"t.beta.", "t.beta.delta;t.beta.gamma"},
		{"t.beta:", "t.beta:gamma"},
		{"trap.", ""},
		{"arr[1].", "arr[1].foo"},
		{"arr[2].", ""},
		{"arr[ -2.5 ].b", "arr[ -2.5 ].bar"},
		{"trap[1].", ""},
		{"x[1].", ""},
		{`tt["alpha"].`, `tt["alpha"].one`},
		{`tt['a b'].`, `tt['a b'].three`},
		{`tt.alpha["one"].t`, `tt.alpha["one"].two`},
		{"res.stages[1].co", "res.stages[1].code"},
		{"print(1, arr[1].", "print(1, arr[1].foo"},
		{"chain[1].", ""},
		{"m2.a[1].", "m2.a[1].n;m2.a[1].s"},
		{"m2.a[1].s:po", "m2.a[1].s:post"},
		{"m2.a[9].", ""},
		{"none.x", ""},
		{"1.", ""},
		{"a..gre", "a..grep"},
		{"chain:ti", "chain:timeout"},
		{"r:se", "r:send;r:send_all"},
		{"m.", "m.at;m.counter"},
		{"m:c", "m:cas;m:close"},
		{"job:ki", "job:kill"},
		{"res.", "res.elapsed;res.meters;res.ok;res.stages;res.unwritten;res.why"},
		{`("x"):rep`, `("x"):rep`},
		{`name = ("x"):up`, `name = ("x"):upper`},
		{`sh"ls":te`, `sh"ls":text`},
		{`("a" | "b"):na`, `("a" | "b"):named`},
		{`run("true").wh`, `run("true").why`},
		{`start("true"):wa`, `start("true"):wait`},
		{`grep("x"):nam`, `grep("x"):named`},
		{`sh"ls":named("x"):di`, `sh"ls":named("x"):dir`},
		{`ring{sl`, `ring{slots`},
		{`ring("x", {si`, `ring("x", {size`},
		{`run("true", {ch`, `run("true", {check`},
		{`chain:restart{ma`, `chain:restart{max`},
		{"-- gre", ""},
		{"--[[ gre", ""},
		{"print([[gre", ""},
		// lines of shell
		{`"gre`, `"grep;"grepper`},
		{`"no`, ``},
		{`x = [[gre`, `x = [[grep;x = [[grepper`},
		{`"sort" | "gre`, `"sort" | "grep;"sort" | "grepper`},
		{`run("sort | gre`, `run("sort | grep;run("sort | grepper`},
		{`sh"LC_ALL=C so`, `sh"LC_ALL=C sort`},
		{`sh"sort al`, `sh"sort alpha.txt`},
		{`sh"sort < al`, `sh"sort < alpha.txt`},
		{`sh"sort su`, `sh"sort sub/`},
		{`sh"sort sub/`, `sh"sort sub/inner.lua`},
		{`sh"sort a`, `sh"sort 'a b.txt';sh"sort alpha.txt`},
		{`sh"sort 'a `, `sh"sort 'a b.txt'`},
		{`sh'sort a`, `sh'sort \'a b.txt\';sh'sort alpha.txt`},
		{`sh'sort \'a `, `sh'sort \'a b.txt\'`},
		{`sh"sort it`, `sh"sort \"it's\"`},
		{`sh"sort \"it`, `sh"sort \"it's\"`},
		{`sh"sort m`, `sh"sort 'my dir/`},
		{`sh"sort 'my dir/`, `sh"sort 'my dir/x'`},
		{`sh"sort .`, `sh"sort .hidden`},
		{`sh"sort esc`, ``},
		{`sh"./ru`, `sh"./run.sh`},
		{`sh"./al`, ``},
		{`sh"sort ~/al`, `sh"sort ~/alpha.txt`},
		{`$ ~/ru`, `$ ~/run.sh`},
		{`sh"~/al`, ``},
		{`sh"echo $WEIR_EX`, `sh"echo $WEIR_EXAMPLE`},
		{`$ gre`, `$ grep;$ grepper`},
		{`$ cd `, `$ cd 'my dir/;$ cd sub/`},
		{`$ sort it`, `$ sort "it's"`},
		{`$ sort a\ `, `$ sort 'a b.txt'`},
		{`t["al`, ``},
		{`cmd("gre`, `cmd("grep;cmd("grepper`},
		{`cmd("sort", "al`, `cmd("sort", "alpha.txt`},
		{`cmd{"sort", "a `, `cmd{"sort", "a b.txt`},
		{`grep"gre`, ``},
		// names
		{`queue"/complete-o`, `queue"/complete-orders`},
		{`queue("comp`, `queue("/complete-orders`},
		{`semaphore("/complete-`, `semaphore("/complete-seats`},
		{`fifo"pi`, `fifo"pipe.fifo`},
		{`file"su`, `file"sub/`},
		{`io.open("al`, `io.open("alpha.txt`},
		{`os.getenv"WEIR_EX`, `os.getenv"WEIR_EXAMPLE`},
		{`socket"unixg`, `socket"unixgram:`},
		{`graph(chain, "me`, `graph(chain, "mermaid`},
		{`job:kill("IN`, `job:kill("INT`},
		{`help"mutex:lo`, `help"mutex:lock`},
		{`config.editing="`, `config.editing="emacs;config.editing="vi`},
		{`config.editing = 'v`, `config.editing = 'vi`},
		{`if config.editing ~= "v`, `if config.editing ~= "vi`},
		{`config.prompt = "gre`, ``},
		{`myconfig.editing = "gre`, `myconfig.editing = "grep;myconfig.editing = "grepper`},
		// commands
		{":ex", ":examples;:explain"},
		{":run example:he", ":run example:hello;:run example:help-me"},
		{":run exa", ":run example:deadlock;:run example:hello;:run example:help-me"},
		{":load su", ":load sub/"},
		{":help grep", ":help grep"},
		{":help :ex", ":help :examples;:help :explain"},
		{":time chain:te", ":time chain:text"},
		{`:explain "gre`, `:explain "grep;:explain "grepper`},
	} {
		got := completed(s, row.text)
		var want []string
		if row.want != "" {
			want = strings.Split(row.want, ";")
			if strings.Contains(row.text, "; ") {
				want = []string{row.want}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", row.text, got, want)
		}
	}
}

// TestCompleteAnywhere: no beginning of any text stops it, nor any place in it.
func TestCompleteAnywhere(t *testing.T) {
	completionFolder(t)
	s := newSession(t, "")
	text := "local x = \"a | b 'c d\\\" $E ~\" | sh[=[ x ]=]:err(out) -- c\nrun{1, [2]=3, f.g:h\"\\\"\\\\\", ('é'):rep(3)} :run $ a\xff"
	for i := range len(text) + 1 {
		for _, part := range []string{text[:i], text[i:]} {
			for _, cursor := range []int{-1, 0, len(part) / 2, len(part), len(part) + 9} {
				from, _ := s.Complete(part, cursor)
				if at := min(max(cursor, 0), len(part)); from < 0 || from > at {
					t.Fatalf("Complete(%q, %d) begins at %d", part, cursor, from)
				}
			}
		}
	}
}

// TestCandidatesHaveHelp: a line about each of the library's.
func TestCandidatesHaveHelp(t *testing.T) {
	s := newSession(t, "")
	for _, text := range []string{"", "string.", "json.", "sh\"x\":", "ring():", "start():", ":"} {
		_, candidates := s.Complete(text, len(text))
		if len(candidates) < 4 {
			t.Errorf("%q: %d candidates", text, len(candidates))
		}
		for _, c := range candidates {
			if c.Help == "" || c.Kind == "" {
				t.Errorf("%q: %+v", text, c)
			}
		}
	}
}

// TestCompleteWithoutPath: what is found where PATH is not set.
func TestCompleteWithoutPath(t *testing.T) {
	t.Setenv("PATH", "")
	os.Unsetenv("PATH")
	s := newSession(t, "")
	if got := completed(s, `run("sleep`); !slices.Contains(got, `run("sleep`) {
		t.Errorf("sleep is completed to %q", got)
	}
}

// TestCompletePrograms: 5,000 programs, in a folder that changes.
func TestCompletePrograms(t *testing.T) {
	dir := t.TempDir()
	add := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5000 {
		add(fmt.Sprintf("program%04d", i))
	}
	t.Setenv("PATH", dir)
	s := newSession(t, "")
	for _, row := range []struct {
		text string
		n    int
	}{{`"program`, 5000}, {`"program12`, 100}, {`"program1234`, 1}, {`"`, 5000}} {
		start := time.Now()
		if got := completed(s, row.text); len(got) != row.n {
			t.Errorf("%s: %d programs, want %d", row.text, len(got), row.n)
		}
		t.Logf("%s: %v", row.text, time.Since(start))
	}
	add("qrogram")
	if err := os.Chtimes(dir, time.Time{}, time.Now().Add(time.Second)); err != nil { // the clock of a file system may be coarse
		t.Fatal(err)
	}
	if got := completed(s, `"qro`); len(got) != 1 {
		t.Errorf("a new program is not found: %q", got)
	}
}
