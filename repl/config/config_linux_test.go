package config

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
	"weir/script"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, guard.Shutdown)) }

// newConfig reads the settings of an empty session; what is wrong in them goes to the file.
func newConfig(tb testing.TB) (*Config, *os.File) {
	tb.Helper()
	out, err := os.Create(filepath.Join(tb.TempDir(), "out"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { out.Close() })
	vm := script.New(script.Options{Script: "weir", Stdout: out, Stderr: out, Interactive: true})
	tb.Cleanup(func() { vm.Close() })
	return &Config{VM: vm, Err: out, Context: func() (context.Context, context.CancelFunc) {
		return context.WithCancel(context.Background())
	}}, out
}

// TestConfig: what is wrong in the user's settings is told once, and the prompt is as
// usual.
func TestConfig(t *testing.T) {
	for _, row := range []struct{ init, prompt, told string }{
		{``, promptFirst, ""},
		{`config.prompt = "> "`, "> ", ""},
		{`config.prompt = "two\nlines> "`, "two\nlines> ", ""},
		{`local n = 0; config.prompt = function() n = n + 1; return n .. ") " end`, "2) ", ""},
		{`config.editing, config.colours = "vi", false`, promptFirst, ""},
		{`config = nil`, promptFirst, ""},
		{`config.prompt = nil`, promptFirst, ""},
		{`config.prompt = 42`, promptFirst, "config: prompt: it is text or a function that gives text, but this is a number\n"},
		{`config.prompt = function() return {} end`, promptFirst, "config: prompt: it is text or a function that gives text, but this is a table\n"},
		{`config.prompt = function() end`, promptFirst, "config: prompt: the function gives no text\n"},
		{`config.prompt = function() error("no", 0) end`, promptFirst, "config: prompt: no\n"},
		{`config.editing = "nano"`, promptFirst, "config: editing: it is \"emacs\" or \"vi\", but this is \"nano\"\n"},
		{`config.colours = 1`, promptFirst, "config: colours: it is true or false, but this is 1\n"},
		{`config.promt = "x"`, promptFirst, "config: there is no setting promt; did you mean prompt?\n"},
		{`config["\27[2J"] = 1`, promptFirst, "config: there is no setting \\027[2J\n"},
		{`x x`, promptFirst, "init.lua:1:3: unexpected 'x'\n    x x\n      ^\n"},
		{`error("in init")`, promptFirst, "init.lua:1: in init\n    error(\"in init\")\n"},
	} {
		home := t.TempDir()
		t.Setenv("XDG_CONFIG_HOME", home)
		path := filepath.Join(home, "weir", "init.lua")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(row.init), 0o600); err != nil {
			t.Fatal(err)
		}
		c, out := newConfig(t)
		c.Load()
		c.Prompts()
		first, _ := c.Prompts()
		told, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(told), filepath.Dir(path)+"/", ""); first != row.prompt || got != row.told {
			t.Errorf("%s: the prompt is %q, and it says %q", row.init, first, got)
		}
	}
}

// TestInitOfOthers: a file that others may write, or replace, is not run; the word about
// it names what to mend and how, and that mends it.
func TestInitOfOthers(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(file, folder string) error
		mend  string // what it says, but for the folder's parent
	}{
		{"a file of all", func(file, _ string) error { return os.Chmod(file, 0o666) }, "weir/init.lua (mode 0666): chmod go-w "},
		{"a file of the group", func(file, _ string) error { return os.Chmod(file, 0o620) }, "weir/init.lua (mode 0620): chmod go-w "},
		{"a folder of all", func(_, folder string) error { return os.Chmod(folder, 0o777) }, "weir (mode 0777): chmod go-w "},
		{"a folder of the group", func(_, folder string) error { return os.Chmod(folder, 0o770) }, "weir (mode 0770): chmod go-w "},
		{"another's file", func(file, _ string) error { return os.Chown(file, 65534, -1) }, "weir/init.lua belongs to user 65534: chown "},
		{"another's folder", func(_, folder string) error { return os.Chown(folder, 65534, -1) }, "weir belongs to user 65534: chown "},
		{"a link to a folder of all", func(file, folder string) error {
			other := filepath.Join(filepath.Dir(folder), "other")
			return errors.Join(os.Mkdir(other, 0o700), os.Chmod(other, 0o777), os.Rename(file, other+"/init.lua"), os.Symlink(other+"/init.lua", file))
		}, "other (mode 0777): chmod go-w "},
	} {
		t.Run(row.name, func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "a b")
			t.Setenv("XDG_CONFIG_HOME", home)
			folder := filepath.Join(home, "weir")
			file := filepath.Join(folder, "init.lua")
			if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(file, []byte(`config.prompt = "run> "`), 0o600)); err != nil {
				t.Fatal(err)
			}
			if err := row.spoil(file, folder); errors.Is(err, fs.ErrPermission) {
				t.Skip(err)
			} else if err != nil {
				t.Fatal(err)
			}
			c, out := newConfig(t)
			c.Load()
			first, _ := c.Prompts()
			told, err := os.ReadFile(out.Name())
			if err != nil {
				t.Fatal(err)
			}
			said := strings.ReplaceAll(strings.ReplaceAll(string(told), home+"/", ""), "'", "")
			if first != promptFirst || !strings.HasPrefix(said, "weir/init.lua is not run: ") || !strings.Contains(said, row.mend) {
				t.Fatalf("the prompt is %q, and it says %q", first, said)
			}
			mends := string(told)[strings.LastIndex(string(told), ": ch")+2:]
			mend := exec.Command("sh", "-c", strings.TrimSuffix(mends, " mends it\n"))
			if text, err := mend.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			c, _ = newConfig(t)
			c.Load()
			if first, _ := c.Prompts(); first != "run> " {
				t.Errorf("mended, the prompt is %q", first)
			}
		})
	}
}
