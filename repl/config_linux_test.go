package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
		p, out := newPrompt(t, "")
		p.Configure()
		p.prompts()
		first, _ := p.prompts()
		told, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(told), filepath.Dir(path)+"/", ""); first != row.prompt || got != row.told {
			t.Errorf("%s: the prompt is %q, and it says %q", row.init, first, got)
		}
	}
}
