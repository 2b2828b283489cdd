package luastring_test

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/leak"
	"weir/script/luaio"
	"weir/script/luastring"
)

// childEnv, if set, makes the test binary run its last argument as a Lua script
// with this library, in place of lua5.1.
const childEnv = "WEIR_LUASTRING_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runScript(os.Args[len(os.Args)-1]))
	}
	os.Exit(leak.Main(m, nil))
}

func runScript(path string) int {
	L := lua.NewState()
	defer L.Close()
	s := luaio.Open(L, os.Stdin, os.Stdout, os.Stderr)
	defer s.Close()
	luastring.Open(L, nil)
	if err := L.DoFile(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// position is where an error says that it was raised.
var position = regexp.MustCompile(`[^ ,]*script\.lua:\d+: |=?\bx:1: `)

// both runs a script with the real Lua and with this library and gives the lines
// that each printed.
func both(t *testing.T, code string) (want, got []string) {
	t.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Fatal("lua5.1 is not installed: what is compared with it cannot be")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := t.TempDir() + "/script.lua"
	if err := os.WriteFile(script, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := func(c *exec.Cmd) []string {
		c.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0")
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", c.Path, err, out)
		}
		return strings.Split(string(position.ReplaceAll(out, nil)), "\n")
	}
	return lines(exec.Command(path, script)), lines(exec.Command(exe, script))
}

// compare tells of the lines that differ.
func compare(t *testing.T, code string) {
	t.Helper()
	want, got := both(t, code)
	if len(want) != len(got) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Errorf("got  %q\nwant %q", got[i], want[i])
		}
	}
}

// pairs holds a pattern and its subjects in each line, with tabs between.
//
//go:embed testdata/pairs.txt
var pairs string

//go:embed testdata/pairs.lua
var pairsLua string

func TestPairs(t *testing.T) {
	var code strings.Builder
	code.WriteString(pairsLua)
	count := 0
	for _, line := range strings.Split(pairs, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		for _, subject := range fields[1:] {
			fmt.Fprintf(&code, "try(\"%s\", \"%s\")\n", decimal(t, fields[0]), decimal(t, subject))
			count++
		}
	}
	if count < 1000 {
		t.Errorf("%d pairs, want 1,000", count)
	}
	compare(t, code.String())
}

// decimal reads Go's escapes and writes each byte as Lua's.
func decimal(t *testing.T, s string) string {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	var out strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&out, "\\%03d", text[i])
	}
	return out.String()
}

//go:embed testdata/library.lua
var libraryLua string

// TestLibrary runs lines of Lua, each printed with what it gives.
func TestLibrary(t *testing.T) { compare(t, libraryLua) }
