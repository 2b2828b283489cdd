package lualib_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestCells calls every function of lua5.1's libraries with odd values at every place,
// in lua5.1 and in weir, and compares what each call gives, prints or raises: by pcall,
// which knows no name of it, by a line, and by a method. testdata/cells.lua leaves out:
//
//   - assert, error, pcall, xpcall, load, loadfile, loadstring, dofile, getfenv, setfenv,
//     coroutine and debug, which are not this package's, and os.clock, execute, exit,
//     getenv, remove, rename and tmpname, which are package script's;
//   - the time that it is, random numbers, the memory in use: only their types are
//     compared, or that no time is given is not tried;
//   - commands of a shell, which package luaio tries;
//   - what weir does on purpose: string.dump has no compiled code, package.loadlib no
//     libraries, math.random knows 64 bits;
//   - the sign of NaN that glibc's pow changes, and names that hold a NaN.
func TestCells(t *testing.T) {
	lua := oracle(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("testdata/cells.lua")
	if err != nil {
		t.Fatal(err)
	}
	want, got := cellsOf(t, lua, code), cellsOf(t, exe, code)
	if len(want) < 30_000 {
		t.Errorf("%d cells, want 30,000", len(want))
	}
	bad := 0
	for name, w := range want {
		if got[name] == w {
			continue
		}
		if bad++; bad <= 20 {
			t.Errorf("%s\n got %q\nwant %q", name, got[name], w)
		}
	}
	if bad > 20 {
		t.Errorf("%d of %d cells differ", bad, len(want))
	}
}

// addresses differ from run to run.
var addresses = regexp.MustCompile(`(table|function|thread|userdata|file)(: | \()(0x[0-9a-f]+|builtin: [0-9a-f]+)\)?`)

// cellsOf runs the cells and gives by the text of each call what came of it.
func cellsOf(t *testing.T, program string, code []byte) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/cells.lua", code, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "cells.lua")
	c.Dir = dir
	c.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0", "TZ="+zone, "LC_ALL=C")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	cells := map[string]string{}
	for _, text := range strings.Split(string(out), "\n@")[1:] {
		name, text, _ := strings.Cut(text, "\n")
		cells[name] = addresses.ReplaceAllString(text, "$1")
	}
	return cells
}

// oracle gives the path of the real Lua, which must be there.
func oracle(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Fatal("lua5.1 is not installed: what is compared with it cannot be")
	}
	return path
}
