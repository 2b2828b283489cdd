package repl

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"weir/repl/help"
	"weir/script"
)

// newPrompt is a prompt whose output and errors are kept, in a file: scripts that
// it runs write there, too.
func newPrompt(tb testing.TB, input string) (*Prompt, *os.File) {
	tb.Helper()
	out, err := os.Create(filepath.Join(tb.TempDir(), "out"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { out.Close() })
	vm := script.New(script.Options{Script: "weir", Stdout: out, Stderr: out, Interactive: true})
	tb.Cleanup(func() { vm.Close() })
	p := &Prompt{VM: vm, Editor: NewPlainEditor(strings.NewReader(input)), Out: out, Err: out,
		Context: func() (context.Context, context.CancelFunc) { return context.WithCancel(context.Background()) }}
	help.Add(vm, p.Width)
	return p, out
}

// captured runs a session and gives what it printed.
func captured(tb testing.TB, p *Prompt) string {
	tb.Helper()
	p.Run()
	data, err := os.ReadFile(p.Out.(*os.File).Name())
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// said gives what a session prints.
func said(tb testing.TB, input string) string {
	tb.Helper()
	p, _ := newPrompt(tb, input)
	return captured(tb, p)
}

func TestShow(t *testing.T) {
	for _, row := range []struct{ input, want string }{
		{`1 + 1`, "2"},
		{`nil, true, "a"`, "nil\ttrue\t\"a\""},
		{`{}`, "{}"},
		{`{1, 2, {3, {4}}}`, "{1, 2, {3, {4}}}"},
		{`{a = 1, ["end"] = 2, ["b c"] = 3, [10] = 4, [true] = 5, 6}`, `{6, [true] = 5, [10] = 4, a = 1, ["b c"] = 3, ["end"] = 2}`},
		{"t = {1}; t[2] = t; return t", "{1, <cycle>}"},
		{"u = {{}, {}}; u[1].u = u[2]; u[2].u = u[1]; return u", "{{u = {u = <cycle>}}, {u = {u = <cycle>}}}"},
		{"s = {1}; return {s, s}", "{{1}, {1}}"},
		{`{{{{{{{{}}}}}}}}`, "{{{{{{{...}}}}}}}"},
		{`"say \"x\" \\ \t\n\0001"`, `"say \"x\" \\ \t\n\0001"`},
		{`"\27[31m\155[m\194\155größe\128日本"`, `"\027[31m\155[m\194\155größe\128日本"`},
		{`{["\27[31m"] = "\27]0;x\7"}`, `{["\027[31m"] = "\027]0;x\007"}`},
		{`setmetatable({}, {__tostring = function() return "\27[2Jmine\nyours" end})`, "\\027[2Jmine\nyours"},
		{`{setmetatable({}, {__tostring = function() return "a\nb" end})}`, `{a\nb}`},
		{`setmetatable({}, {__tostring = function() error("no") end})`, "<table whose __tostring fails>"},
		{`setmetatable({1}, {__index = {}})`, "{1}"},
		{`({(sh"ls -l" | "sort")})`, `{"ls -l" | "sort"}`},
		{`int64(5)`, "5"},
		{`"\226\128\174x"`, `"\226\128\174x"`},
	} {
		if strings.Contains(row.input, "return ") && !strings.Contains(row.input, "(function") && !strings.Contains(row.input, "setmeta") {
			row.input = "(function() " + row.input + " end)()"
		}
		if got := strings.TrimSuffix(said(t, row.input+"\n"), "\n"); got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.input, got, row.want)
		}
	}
}

// TestShowIsCut: long strings, long lists, many lists, deep tables.
func TestShowIsCut(t *testing.T) {
	for _, row := range []struct{ input, want string }{
		{`("x"):rep(9000)`, `" ... 7000 more bytes`},
		{`{("x"):rep(900)}`, `" ... 700 more bytes`},
		{`(function() local t = {} for i = 1, 1000 do t[i] = i end return t end)()`, "... 950 more"},
		{`(function() local t = {} for i = 1, 1000 do t["k" .. i] = {i} end return t end)()`, "... 950 more"},
		{`(function() local t = {} for i = 1, 40 do t[i] = {} for k = 1, 40 do t[i][k] = k end end return t end)()`, "{...}"},
	} {
		got := said(t, row.input+"\n")
		if !strings.Contains(got, row.want) || len(got) > 20_000 {
			t.Errorf("%s\n got %s\nwant %s", row.input, got, row.want)
		}
		for _, line := range strings.Split(got, "\n") {
			if len(line) > 80 && !strings.Contains(line, `"`) {
				t.Errorf("%s: a line of %d cells: %s", row.input, len(line), line)
			}
		}
	}
}

func TestShowResult(t *testing.T) {
	rows := []struct{ input, want string }{
		{`run("true" | cmd("sh", "-c", "exit 3"):named("\27[31mthree"), {check = false})`,
			`^failed \(exit\), \d+\.\d{3} s
  stage +pid  end  user s  sys s  memory
  true +\d+    0   \d\.\d{3}  \d\.\d{3} +<\d+\.\dM
  \\027\[31mthree +\d+    3   \d\.\d{3}  \d\.\d{3} +<\d+\.\dM
$`},
		{`run(cmd("false"):named("a\nb"), {check = false})`, `\n  a\\nb +\d+ `},
		{`run(cmd("false"):named("a\nb") | cmd("false"):named("c\27\t"))`, `^input 1:[0-9:]+: a\\nb exited with status 1; c\\027\\t failed too\n`},
		{`run(cmd("sleep", "9"):named("a\nb"):timeout"10ms")`, `^input 1:[0-9:]+: a\\nb took longer than`},
		{`run(proc(function() error("no") end):named("a\nb"))`, `\(in stage a\\nb\)`},
		{`run(proc(function() return {1, "\27"} end))`, `^ok, \d.* s\n  stage .*  value\n  .*  \{1, "\\027"\}\n$`},
		{`run("yes" | "head -n 1" | file("/dev/null", "w"))`, `(?s)^ok, .*yes .* SIGPIPE `},
		{`{ok = true, why = "exit", elapsed = 1, stages = {7}}`, `^\{elapsed = 1, ok = true, stages = \{7\}, why = "exit"\}\n$`},
	}
	for _, row := range rows {
		if got := said(t, row.input+"\n"); !regexp.MustCompile(row.want).MatchString(got) {
			t.Errorf("%s\n got %s\nwant %s", row.input, got, row.want)
		}
	}
}
