package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// acts are scripts that change the folder that they run in, and what explain says of each.
var acts = []struct{ code, would string }{
	{`assert(os.remove("have"))`, "remove have"},
	{`assert(os.rename("have", "other"))`, "rename have to other"},
	{`io.open("new", "w")`, "create new"},
	{`io.open("have", "w")`, "overwrite have"},
	{`io.open("have", "a"):write("x")`, "append to have"},
	{`io.open("have", "r+"):write("x")`, "open for writing have"},
	{`io.output("new")`, "create new"},
	{`assert(os.remove(os.tmpname()) and io.open("new", "w"))`, "create new"},
	{`file("new", "w"):write("x")`, "create new"},
	{`file("have", "a"):write("x")`, "append to have"},
	{`file("have"):write("x")`, "overwrite have"},
	{`io.popen("touch new"):close()`, "sh -c 'touch new'"},
	{`os.execute("touch new")`, "sh -c 'touch new'"},
	{`run(cmd("touch", "new"))`, "touch new"},
	{`for _ in sh"touch new":lines() do end`, "touch new"},
	{`sh"touch new":text()`, "touch new"},
	{`start("touch new"):wait()`, "touch new"},
	{`assert(os.setenv("NAME", "new")) run(sh"touch $NAME")`, "set NAME=new"},
}

// TestForeseen: whatever a script changes when it runs, it changes nothing when it is explained
// or drawn, and explain says what it would be.
func TestForeseen(t *testing.T) {
	for _, row := range acts {
		t.Run(row.code, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "have"), []byte("text\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			before := contents(t, dir)
			for _, command := range []string{"explain", "graph"} {
				c := weir(t, command, "-e", row.code)
				c.Dir = dir
				if got := finish(t, c); got.status != 0 || command == "explain" && !strings.Contains(got.stdout, row.would) {
					t.Errorf("%s: %+v\nwant %q", command, got, row.would)
				}
				if now := contents(t, dir); now != before {
					t.Fatalf("weir %s has changed %q to %q", command, before, now)
				}
			}
			c := weir(t, "-e", row.code)
			c.Dir = dir
			if got := finish(t, c); contents(t, dir) == before {
				t.Errorf("the script itself changes nothing: %+v", got)
			}
		})
	}
}

// contents writes out the names in a folder with what they hold.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		text := []byte(nil)
		if err == nil && d.Type().IsRegular() && d.Name() != "huge" {
			text, err = os.ReadFile(filepath.Join(dir, path))
		}
		fmt.Fprintf(&b, "%s %v %s\n", path, d.Type(), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// goesOn are scripts that go on with what they have changed, and what their last run is then.
var goesOn = []struct{ code, run string }{
	{`local f = io.open("new", "w") f:write("a b") f:close() for l in io.lines("new") do run("echo " .. l) end`, "echo a b"},
	{`local n = os.tmpname() assert(io.open(n)) assert(os.remove(n)) run("echo " .. tostring(io.open(n)))`, "echo nil"},
	{`os.rename("have", "new") run("echo " .. io.open("new"):read() .. tostring(io.open("have")))`, "echo textnil"},
	{`local f = io.open("have", "a") f:write("more") f:close() run("echo " .. (io.open("have"):read("*a"):gsub("%s", ".")))`, "echo text.more"},
	{`local f = io.open("have", "r+") run("echo " .. f:read())`, "echo text"},
	{`os.remove("have") local f = io.open("have", "a") f:write("x") f:close() run("echo " .. io.open("have"):read("*a"))`, "echo x"},
	{`os.rename("have", "new") local f = io.open("new", "a") f:write("x") f:close() run("echo " .. (io.open("new"):read("*a"):gsub("%s", ".")))`, "echo text.x"},
	{`for i = 1, 2 do local f = io.open("have", "a") f:write(i) f:close() end run("echo " .. (io.open("have"):read("*a"):gsub("%s", ".")))`, "echo text.12"},
	{`local f = io.open("huge", "a") f:write("x") f:close() local g = io.open("huge", "a") print(g:seek("end")) run("echo x")`, "echo x"},
	{`run("echo " .. select(2, io.open("huge", "r+")))`, "echo huge: open huge: it is only explained, on a copy, and no more than 64 MiB are copied"},
	{`os.rename("huge", "new") run("echo " .. io.open("new"):seek("end"))`, "echo 2000000000000"},
	{`run("echo " .. select(3, os.remove("none")) .. select(3, os.rename("none", "x")) .. select(3, io.open("no/x", "w")))`, "echo 222"},
	{`run("echo " .. select(3, io.open("have/x", "w")) .. " " .. select(3, io.open(".", "w")))`, "echo 20 21"},
	{`os.setenv("NAME", "x") run(sh"echo $NAME")`, "echo x"},
	{`run("echo " .. tostring(io.open("meet"):read()))`, "echo nil"},
	{`io.open("meet", "w"):write("x") fifo("meet"):write("x") run("echo x")`, "echo x"},
	{`for _, c in ipairs{ring("/foreseen"), queue("/foreseen"), mailslot("foreseen", {client = true})} do c:send("x") end
		shm("/foreseen", {size = 9}) mutex("foreseen") semaphore("foreseen", 1):wait() run("echo x")`, "echo x"},
	{`socket("tcp:127.0.0.1:1"):write("x") socket("udp:127.0.0.1:1"):send("x") socket("unix:foreseen", {listen = true}) run("echo x")`, "echo x"},
}

// TestForeseenGoesOn: a script that is explained finds what it has written, removed and set.
func TestForeseenGoesOn(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "have"), []byte("text\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	huge := filepath.Join(dir, "huge")
	if err := errors.Join(syscall.Mkfifo(filepath.Join(dir, "meet"), 0o600), os.WriteFile(huge, nil, 0o600), os.Truncate(huge, 2e12)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(huge)
	if err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	for _, row := range goesOn {
		c := weir(t, "explain", "-e", row.code)
		c.Dir = dir
		if got := finish(t, c); got.status != 0 || !strings.HasSuffix(strings.TrimSpace(got.stdout), row.run) {
			t.Errorf("%s: %+v\nwant %q", row.code, got, row.run)
		}
	}
	if now := contents(t, dir); now != before {
		t.Errorf("the folder was %q, and is %q", before, now)
	}
	if now, err := os.Stat(huge); err != nil || now.ModTime() != info.ModTime() || now.Size() != info.Size() {
		t.Errorf("the large file is changed: %v, %v", now, err)
	}
	if got := finish(t, weir(t, "ls")); strings.Contains(got.stdout, "foreseen") {
		t.Errorf("a name is left: %s", got.stdout)
	}
}

// TestForeseenInput: at the prompt, an input that is explained or drawn starts and changes nothing.
func TestForeseenInput(t *testing.T) {
	for _, row := range acts {
		for _, command := range []string{":explain ", ":graph "} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "have"), []byte("text\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			before := contents(t, dir)
			c := weir(t)
			c.Dir, c.Stdin = dir, strings.NewReader(command+"(function() "+row.code+" end)()\nos.exit(9)\n")
			if got := finish(t, c); got.status != 9 || got.stderr == "" {
				t.Errorf("%s%s: %+v", command, row.code, got)
			}
			if now := contents(t, dir); now != before {
				t.Errorf("%s%s has changed %q to %q", command, row.code, before, now)
			}
		}
	}
	c := weir(t)
	c.Stdin = strings.NewReader(":explain os.exit(3)\nos.exit(9)\n")
	if got := finish(t, c); got.status != 9 || got.stderr != "os.exit: the expression would end weir with status 3\n" {
		t.Errorf("%+v", got)
	}
}

// ofTheSession are uses of what a session has.
var ofTheSession = []string{
	`r:send("x")`, `r:receive{timeout = 0}`, `r:close()`, `r:send_all{"x"}`, `for _ in r:messages{timeout = 0} do end`,
	`q:send("x")`, `b:send("x")`, `s:wait()`, `s:post()`, `u:lock()`, `e:set()`, `m.a = 3`, `m.b[1] = 3`, `m:add("a", 3)`, `m:store("a", 3)`,
	`m:cas("a", 0, 3)`, `m:exchange("a", 3)`, `m:write(0, "abcd")`, `m.s:post()`, `f:write("x")`, `f:close()`, `f:seek("end")`, `f:read(1)`,
	`f:setvbuf("no")`, `f:flush()`, `io.output(f)`, `io.input(f)`, `p:write("x")`, `p:send("x")`, `p:close()`, `j:kill()`, `j:wait()`,
	`li()`, `fi()`, `bi()`, `ri()`, `for l in li do end`,
}

// TestForeseenSession: an input that is explained or drawn acts on nothing that the session has,
// says so, and looks at it. It may use what it makes itself.
func TestForeseenSession(t *testing.T) {
	const makes = "r = ring{slots = 4} r:send(\"was\") q = queue{max = 4} b = mailbox() s = semaphore(1) u = mutex() e = event()\n" +
		"m = shm{layout = \"int a; int b[3]; sem_t s;\"} f = io.open(\"held\", \"w+\") p = pipe() j = start(p | \"cat\") g = proc(function() end)\n" +
		"h = io.open(\"lines\", \"w\") h:write(\"one\\ntwo\\n\") h:close() li = io.lines(\"lines\") fi = io.open(\"lines\"):lines() " +
		"io.input(\"lines\") bi = io.blocks() io.input(io.stdin) ri = r:messages{timeout = 0}\n"
	const after = "print(r:receive{timeout = 0}, r:receive{timeout = 0}, q:receive{timeout = 0}, b:receive{timeout = 0}, s:value(), m.a, m.b[1], m.s:value())\n" +
		"p:write(\"fine\\n\") p:close() j:wait() f:write(\"fine\") f:close() print(u:lock(), e:wait{timeout = 0}) " +
		"print(li(), fi(), bi())\n"
	for _, command := range []string{":explain ", ":graph "} {
		for _, act := range ofTheSession {
			t.Run(command+act, func(t *testing.T) {
				t.Parallel()
				c := weir(t)
				c.Dir = t.TempDir()
				c.Stdin = strings.NewReader(makes + command + "(function() " + act + " return \"true\" end)()\n" + after)
				got := finish(t, c)
				if !strings.Contains(got.stderr, "what is explained or drawn changes nothing") {
					t.Errorf("%q", got.stderr)
				}
				if wants := "was\tnil\tnil\tnil\t1\t0\t0\t0\nfine\ntrue\tnil\twould block\none\tone\tone\ntwo\n\n"; !strings.Contains(got.stdout, wants) {
					t.Errorf("%q, want %q", got.stdout, wants)
				}
			})
		}
		c := weir(t)
		c.Dir = t.TempDir()
		c.Stdin = strings.NewReader(makes + command + `(function() local r = ring{slots = 4} r:send("x") g:send("x") ` +
			`return cmd("echo", r:receive(), s:value(), m.a, m:load("a"), r:stat().capacity, p:stat().kind) end)()` + "\n" + after)
		if got := finish(t, c); !strings.Contains(got.stdout, "x 1 0 0 4 pipe") || got.stderr != "" {
			t.Errorf("%+v", got)
		}
	}
}

// TestForeseenEnd: explain and graph say where a script ends by itself.
func TestForeseenEnd(t *testing.T) {
	for _, row := range []struct{ code, out, errs string }{
		{`os.exit(4) run("ls")`, "would end with status 4, -e:1\n", "weir explain: the script ends before it runs a topology\n"},
		{`pcall(os.exit, true) run("ls")`, "would end with status 0, -e:1\n", "weir explain: the script ends before it runs a topology\n"},
		{`x = 1`, "", "weir explain: the script runs no topology\n"},
	} {
		if got := finish(t, weir(t, "explain", "-e", row.code)); got.stdout != row.out || got.stderr != row.errs || got.status != 0 {
			t.Errorf("%s: %+v", row.code, got)
		}
		want := strings.ReplaceAll(row.errs, "explain", "graph")
		if row.out != "" {
			want = "weir graph: the script " + row.out + want
		}
		if got := finish(t, weir(t, "graph", "-e", row.code)); got.stdout != "" || got.stderr != want {
			t.Errorf("graph of %s: %+v", row.code, got)
		}
	}
	got := finish(t, weir(t, "explain", "-e", `run("ls") os.exit(3)`))
	if !strings.HasSuffix(got.stdout, "    ls\n\nwould end with status 3, -e:1\n") || got.stderr != "" {
		t.Errorf("%+v", got)
	}
}
