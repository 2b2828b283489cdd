package luaio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/leak"
	"weir/script/luaio"
)

// state is a Lua state whose files are pipes of the test, as on a thread.
type state struct {
	*lua.LState
	*luaio.Streams
	in, out *os.File // the test's ends
	own     []*os.File
}

func newState(t testing.TB) *state {
	t.Helper()
	inR, inW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	L := lua.NewState()
	s := &state{L, luaio.Open(L, inR, outW, outW), inW, outR, []*os.File{inR, outW, inW, outR}}
	t.Cleanup(func() {
		s.Streams.Close()
		L.Close()
		for _, f := range s.own {
			f.Close()
		}
	})
	return s
}

// finish runs a script to its end and returns all that it wrote.
func (s *state) finish(t testing.TB, in, code string) string {
	t.Helper()
	go func() {
		io.WriteString(s.in, in)
		s.in.Close()
	}()
	done := make(chan error, 1)
	go func() {
		err := s.DoString(code)
		err = errors.Join(err, s.Streams.Close())
		s.own[1].Close()
		done <- err
	}()
	b, _ := io.ReadAll(s.out)
	if err := <-done; err != nil {
		t.Error(err)
	}
	return string(b)
}

// What lua5.1 cannot be asked: it cuts lines at a zero byte and knows no "L".
func TestBeyondLua51(t *testing.T) {
	rows := []struct{ in, code, want string }{
		{"a\x00b\n\x00\nc\x00", `for l in io.lines() do io.write("<", l, ">") end`, "<a\x00b><\x00><c\x00>"},
		{"a\nb", `io.write(io.read("*L"), io.read("L"), tostring(io.read("L")))`, "a\nbnil"},
		{"1 x\nrest\nmore", `print(io.read("n", "l", "l", "a"))`, "1\t x\trest\tmore\n"},
		{"", `print("a\0b", 1e15)`, "a\x00b\t1e+15\n"},
		{"ab", `local a, b = coroutine.wrap(function() coroutine.yield(io.read(1)) end)() print(a, io.read(1))`, "a\tb\n"},
	}
	for _, row := range rows {
		if got := newState(t).finish(t, row.in, row.code); got != row.want {
			t.Errorf("%s\n got %q\nwant %q", row.code, got, row.want)
		}
	}
}

// Two stages that answer each other's lines must not wait for a full buffer.
func TestDialogue(t *testing.T) {
	c := leak.Begin(t, child(t, `print("ready") for l in io.lines() do io.write("echo ", l, "\n") end print("bye")`))
	c.Expect(t, "ready")
	for i := range 100 {
		c.Say(t, fmt.Sprintf("line %d", i))
		c.Expect(t, fmt.Sprintf("echo line %d", i))
	}
	if rest := c.End(t); rest != "bye\n" {
		t.Errorf("it ends with %q", rest)
	}
}

// Two children, each the other's reader, over two pipes.
func TestDialogueOfTwo(t *testing.T) {
	a := child(t, `print(1) for l in io.lines() do local n = tonumber(l) if n > 200 then break end print(n + 1) end`)
	b := child(t, `for l in io.lines() do print(l + 1) end io.stderr:write("end\n")`)
	r1, w1, _ := os.Pipe()
	r2, w2, _ := os.Pipe()
	var end bytes.Buffer
	a.Stdin, a.Stdout, a.Stderr = r2, w1, os.Stderr
	b.Stdin, b.Stdout, b.Stderr = r1, w2, &end
	for _, c := range []*exec.Cmd{a, b} {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []*os.File{r1, w1, r2, w2} {
		f.Close()
	}
	if err := a.Wait(); err != nil {
		t.Error(err)
	}
	b.Wait() // it may die of SIGPIPE, once a has gone
}

func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	rows := []struct{ code, stderr string }{
		{`io.write("x") io.stderr:write(tostring(io.flush()), " ", select(2, io.flush()) == nil and "again fine" or "again", "\n")`, "nil again fine\nat the end: write standard output: no space left on device\n"},
		{`io.stderr:write(table.concat({tostring(io.write(("x"):rep(100000)))}, " "), "\n")`, "nil\nat the end: write standard output: no space left on device\n"},
		{`local _, m, n = io.write(("x"):rep(100000)) io.stderr:write(m, " ", n, "\n")`, "No space left on device 28\nat the end: write standard output: no space left on device\n"},
		{`print("x")`, "at the end: write standard output: no space left on device\n"},
		{`for i = 1, 30000 do print("xxxxxxx") end local _, m = io.flush() io.stderr:write(m, "\n")`, "No space left on device\nat the end: write standard output: no space left on device\n"},
		{`local f = io.open("/dev/full", "w") f:write("x") local ok, m, n = f:close() io.stderr:write(m, n, io.type(f), "\n")`, "No space left on device28closed file\n"},
		{`io.open("/dev/full", "w"):write("x")`, "at the end: write /dev/full: no space left on device\n"},
	}
	for _, row := range rows {
		c := child(t, row.code)
		var stderr bytes.Buffer
		c.Stdout, c.Stderr = full, &stderr
		c.Run()
		if stderr.String() != row.stderr {
			t.Errorf("%s\n got %q\nwant %q", row.code, stderr.String(), row.stderr)
		}
	}
}

// A process dies of SIGPIPE when the reader of its stdout has gone.
func TestSIGPIPE(t *testing.T) {
	for _, code := range []string{
		`while true do print("y") end`, `while true do io.write(("y"):rep(1000)) end`, `print("y")`,
		`print("y") io.read()`, `io.stdout:setvbuf("no") while true do print("y") end`,
	} {
		c := child(t, code)
		r, w, _ := os.Pipe()
		inR, inW, _ := os.Pipe()
		c.Stdin, c.Stdout, c.Stderr = inR, w, os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		r.Close()
		w.Close()
		c.Wait()
		inR.Close()
		inW.Close()
		if ws, ok := c.ProcessState.Sys().(syscall.WaitStatus); ok && (!ws.Signaled() || ws.Signal() != syscall.SIGPIPE) {
			t.Errorf("%s: %v", code, c.ProcessState)
		}
	}
}

// On a thread the same is a Lua error, and the process lives on.
func TestBrokenPipe(t *testing.T) {
	for _, code := range []string{
		`while true do print("y") end`, `while true do io.write("y\n") end`, `print("y") io.flush()`,
		`print("y") io.read()`, `print("y") for l in io.lines() do end`, `io.stderr:write("y")`,
		`coroutine.wrap(function() while true do print("y") end end)()`,
		`xpcall(function() while true do print("y") end end, function(e) error(e, 0) end) print("y") io.flush()`,
	} {
		s := newState(t)
		s.out.Close()
		err := s.DoString(code)
		if err == nil || !strings.Contains(err.Error(), "broken pipe") || !s.BrokenPipe() {
			t.Errorf("%s: %v", code, err)
		}
		if !strings.Contains(code, "coroutine") && !luaio.IsBrokenPipe(err) {
			t.Errorf("%s: not known as a broken pipe: %v", code, err)
		}
	}
	s := newState(t)
	s.out.Close()
	s.DoString(`print("y")`)
	if err := s.Flush(); !luaio.IsBrokenPipe(err) {
		t.Error(err)
	}
}

// A process that shares stdin goes on where the script stopped reading.
func TestSharedStdin(t *testing.T) {
	name := filepath.Join(t.TempDir(), "in")
	os.WriteFile(name, []byte("one\ntwo\nthree\n"), 0o600)
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c := child(t, `print(io.read()) io.write(io.popen("head -n 1 | cat; true"):read("*a"))`)
	c.Stdin = in
	b, err := c.Output()
	if err != nil || string(b) != "one\ntwo\n" {
		t.Errorf("%q, %v", b, err)
	}
}

// A line of 100 MB arrives whole, by pipe and by file.
func TestLongLine(t *testing.T) {
	if testing.Short() {
		t.Skip("moves 200 MB")
	}
	const size = 100 << 20
	name := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(name, append(bytes.Repeat([]byte{'x'}, size), "\nend"...), 0o600); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%d\tend\n", size)
	for _, code := range []string{
		`print(#io.read(), io.read())`,
		`local f = io.popen("cat") print(#f:read(), f:read())`,
		`local s = io.read("*a") print(s:find("\n", 1, true) - 1, s:sub(-3))`,
	} {
		in, _ := os.Open(name)
		c := child(t, code)
		c.Stdin, c.Stderr = in, os.Stderr
		b, err := c.Output()
		in.Close()
		if err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", code, b, err)
		}
	}
}

// Files that a script drops are closed without it, those of popen waited for.
func TestDroppedFiles(t *testing.T) {
	dir := t.TempDir()
	s := newState(t)
	before := descriptors()
	err := s.DoString(fmt.Sprintf(`for i = 1, 200 do
		io.open(%q .. i, "w"):write("kept")
		io.lines("/dev/zero")
		if i %% 20 == 0 then io.popen("true") end
	end`, dir+"/"))
	if err != nil {
		t.Fatal(err)
	}
	s.SetTop(0)
	goruntime.GC()
	if err := s.Streams.Close(); err != nil {
		t.Error(err)
	}
	if n := descriptors(); n > before {
		t.Errorf("%d descriptors before, %d after", before, n)
	}
	for i := 1; i <= 200; i++ {
		if b, _ := os.ReadFile(fmt.Sprint(dir, "/", i)); string(b) != "kept" {
			t.Fatalf("file %d holds %q", i, b)
		}
	}
}

func isFile(v lua.LValue) bool {
	_, ok := luaio.ToFile(v)
	return ok
}

// Lua reaches a file again and again through one value.
func TestPush(t *testing.T) {
	s := newState(t)
	r, w, _ := os.Pipe()
	f := luaio.NewFile("made in Go", w, luaio.ModeWrite)
	a, b := luaio.Push(s.LState, f), luaio.Push(s.LState, f)
	if a != b || !isFile(a) || isFile(lua.LNil) || isFile(s.NewUserData()) {
		t.Error("a file is not one value")
	}
	s.SetGlobal("f", a)
	if n := len(s.Files()); n != 4 {
		t.Errorf("%d files", n)
	}
	if err := s.DoString(`f:write("x", 1) assert(io.type(f) == "file") f:close()`); err != nil {
		t.Error(err)
	}
	text, err := luaio.NewFile("r", r, luaio.ModeRead).Reader.ReadAll()
	if err != nil || text != "x1" || !f.Closed() || len(s.Files()) != 3 {
		t.Error(text, err, f.Closed())
	}
	r.Close()
}

// One allocation a line: the string.
func TestAllocations(t *testing.T) {
	const n = 20000
	name := filepath.Join(t.TempDir(), "in")
	os.WriteFile(name, bytes.Repeat([]byte("a line of some forty bytes or thereabout\n"), n), 0o600)
	s := newState(t)
	null, _ := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	defer null.Close()
	fn, err := s.LoadString(fmt.Sprintf(`local out = ... for l in io.lines(%q) do out:write(l, 7, "\n") end`, name))
	if err != nil {
		t.Fatal(err)
	}
	out := luaio.Push(s.LState, luaio.NewFile("null", null, luaio.ModeWrite))
	got := testing.AllocsPerRun(3, func() {
		s.Push(fn)
		s.Push(out)
		s.Call(1, 0)
	})
	if got > 1.1*n {
		t.Errorf("%.2f allocations a line", got/n)
	}
}

// A script that keeps one line in a hundred keeps no more than that.
func TestKeptLines(t *testing.T) {
	const n, size = 300_000, 95
	name := filepath.Join(t.TempDir(), "in")
	os.WriteFile(name, bytes.Repeat(append(bytes.Repeat([]byte{'x'}, size-1), '\n'), n), 0o600)
	s := newState(t)
	heap := func() uint64 {
		var m goruntime.MemStats
		goruntime.GC()
		goruntime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	err := s.DoString(fmt.Sprintf(`kept = {} local i = 0 for l in io.lines(%q) do i = i + 1 if i %% 100 == 0 then kept[#kept + 1] = l end end`, name))
	if err != nil {
		t.Fatal(err)
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("%d bytes kept for %d of text", grown, n/100*size)
	}
	s.SetGlobal("kept", lua.LNil)
}
