package script

import (
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"

	"weir/ipc/oracle"
)

// levelScripts ask for places and calls by level, tail calls and protected calls
// between.
var levelScripts = []string{`
local function chk(x)
  error("bad x", 2)
end
local function caller()
  chk()
  return 1
end
print(pcall(caller))`, `
local function e(l) error("m", l) end
local function a(l)
  e(l)
  return 1
end
local function b(l)
  a(l)
  return 1
end
local function tail(l)
  return a(l)
end
local function c(l)
  tail(l)
  return 1
end
for l = 0, 8 do
  print(l, pcall(b, l))
  print(l, pcall(c, l))
  print(l, pcall(tail, l))
  print(l, pcall(error, "x", l))
  print(l, pcall(error, 42, l))
  print(l, coroutine.resume(coroutine.create(b), l))
  print(l, coroutine.resume(coroutine.create(tail), l))
  print(l, pcall(function() return error("t", l) end))
  print(l, xpcall(function() tail(l) return 1 end, function(m) return m .. "!" end))
end
print(pcall(function() error() end))
print(pcall(error))
print(pcall(function() error(nil, 2) end))`, `
local function show(l)
  local t = debug.getinfo(l, "Sl")
  return t and t.what .. " " .. t.currentline .. " " .. t.linedefined or "none"
end
local function f() for i = 1, 2 do print(i, show(i)) end end
local function t() return f() end
f()
print(debug.getinfo(1).what, debug.getinfo(print).what, debug.getinfo(t).what)
local function g() for i = 1, 4 do print(i, show(i)) end end
local function t() return g() end
t()
pcall(g)
coroutine.wrap(function() g() return 1 end)()`, `
local function f()
  local here = 7
  pcall(function() print(debug.getlocal(3, 1)) end)
end
f()
print(pcall(debug.getlocal, 30, 1) == false)
print(debug.traceback({}) ~= nil, debug.traceback("m", 1):match("^m\nstack traceback:\n\t"))`,
}

// TestLevels: a level is what lua5.1 takes it for.
func TestLevels(t *testing.T) {
	lua := oracle.Need(t, "lua5.1")
	for i, text := range levelScripts {
		dir := t.TempDir()
		path := filepath.Join(dir, "x.lua")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		program := exec.Command(lua, "x.lua")
		program.Dir = dir
		want, err := program.CombinedOutput()
		if err != nil {
			t.Fatalf("script %d: lua5.1: %v: %s", i, err, want)
		}
		if got := printed(t, text); got != string(want) {
			t.Errorf("script %d\n got %s\nwant %s", i, got, want)
		}
	}
}

// printed gives what a script prints.
func printed(t *testing.T, text string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	vm := New(Options{Script: "x.lua", Stdout: f})
	defer vm.Close()
	if err := vm.Run("x.lua", text); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestTailCallTrace: a trace has a bounded length however many tail calls there were.
func TestTailCallTrace(t *testing.T) {
	const loop = "local function st(n) if n == 0 then nothing.x() end return st(n - 1) end "
	for _, code := range []string{
		loop + "st(5e5)",
		loop + "local function deep(n) if n > 0 then deep(n - 1) else st(5e5) end return 1 end deep(100)",
		"local ok, m = pcall(function() " + loop + "return st(5e5) end) error(m, 0)",
		loop + "error(select(2, xpcall(function() st(5e5) end, debug.traceback)), 0)",
		loop + "xpcall(function() st(5e5) end, function() st(5e5) end) nothing.x()",
		loop + "coroutine.wrap(st)(5e5)",
	} {
		vm := newVM(t)
		var before, after goruntime.MemStats
		goruntime.ReadMemStats(&before)
		_, err := vm.Eval("x.lua", code)
		goruntime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if err == nil || len(vm.Trace()) > 4000 || allocated > 16<<20 {
			t.Errorf("%s\n%d bytes for %v, the trace %.200s", code, allocated, err, vm.Trace())
		}
	}
}

func TestTrace(t *testing.T) {
	const traceFirst, traceLast = 12, 10 // LEVELS1 and LEVELS2 of ldblib.c
	for _, row := range []struct{ code, want string }{
		{"local function k() nosuch.x() end\nk()",
			"x.lua:1: in function 'k'\n\tx.lua:2: in main chunk"},
		{"local function k() nosuch.x() end\nlocal function a() return k() end\nlocal function b() return a() end\nb()",
			"x.lua:1: in function <x.lua:1>\n\t(tail call): ?\n\t(tail call): ?\n\tx.lua:4: in main chunk"},
		{"local function k() nosuch.x() end\nlocal function a() return k() end\na()",
			"x.lua:1: in function <x.lua:1>\n\t(tail call): ?\n\tx.lua:3: in main chunk"},
		{"error('x')", "[C]: in function 'error'\n\tx.lua:1: in main chunk"},
		{"local function r(n) if n == 0 then nosuch.x() end r(n - 1) end r(100)",
			strings.Repeat("x.lua:1: in function 'r'\n\t", traceFirst-1) + "...\n\t" + strings.Repeat("x.lua:1: in function 'r'\n\t", traceLast-2) + "x.lua:1: in main chunk"},
	} {
		vm := newVM(t)
		vm.Eval("x.lua", row.code)
		if want := "stack traceback:\n\t" + row.want; vm.Trace() != want {
			t.Errorf("%s\n got %s\nwant %s", row.code, vm.Trace(), want)
		}
	}
}
