package lualib_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/script"
)

// childEnv, if set, makes the test binary run its last argument as a Lua script
// in weir, in place of lua5.1.
const childEnv = "WEIR_LUALIB_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runScript(os.Args[len(os.Args)-1]))
	}
	os.Exit(leak.Main(m, nil))
}

// runScript is weir run: errors are in the words that a script sees.
func runScript(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	vm := script.New(script.Options{})
	defer vm.Close()
	if err := vm.Run("script.lua", string(text)); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return 0
}

// position is where an error says that it was raised, as both say it.
var position = regexp.MustCompile(`[^ ,]*script\.lua:\d+: |=?\bx:1: `)

// TestLibrary runs the lines of each file of testdata, each printed with what it gives
// or raises, with the real Lua and in weir, in a zone with summer time.
func TestLibrary(t *testing.T) {
	real := oracle(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	show, err := os.ReadFile("testdata/show.lua")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if _, err := os.Stat("/usr/share/zoneinfo/" + zone); err != nil && slices.Contains(aboutTime, filepath.Base(file)) {
				t.Skip("the files of time zones are not installed")
			}
			lines, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := t.TempDir() + "/script.lua"
			code := "local lines = [==[\n" + string(lines) + "]==]\n" + string(show)
			if err := os.WriteFile(path, []byte(code), 0o600); err != nil {
				t.Fatal(err)
			}
			want, got := output(t, real, path), output(t, exe, path)
			if len(want) != len(got) {
				t.Errorf("%d lines, want %d", len(got), len(want))
			}
			for i := range min(len(want), len(got)) {
				if want[i] != got[i] {
					t.Errorf("got  %q\nwant %q", got[i], want[i])
				}
			}
		})
	}
}

// zone is one with summer time. Without its file C takes it for UTC, where isdst shifts
// the time nevertheless, and Go may have a file of its own.
const zone = "Europe/Berlin"

// aboutTime have the rows that need the zone.
var aboutTime = []string{"date.txt", "time.txt"}

func output(t *testing.T, program, path string) []string {
	t.Helper()
	c := exec.Command(program, path)
	c.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0", "TZ="+zone, "LC_ALL=C")
	var failure bytes.Buffer
	c.Stderr = &failure
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, failure.String())
	}
	return strings.Split(string(position.ReplaceAll(out, nil)), "\n")
}
