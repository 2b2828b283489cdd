package command

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPromptHistory: inputs come back in the next session, one of several lines as
// one.
func TestPromptHistory(t *testing.T) {
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter("x = 1")
	s.shows("weir>")
	s.enter(" secret = 1")
	s.shows("weir>")
	s.enter("for i = 1, 1 do\rprint('loop')\rend")
	s.shows("loop\nweir>")
	s.keys("\x04")
	s.ends()
	s = sit(t, 40, 24, home, nil)
	s.shows("weir>")
	s.keys("\x1b[A")
	s.shows("weir> for i = 1, 1 do\n   .. print('loop')\n   .. end")
	s.keys("\x1b[A\x1b[A\x1b[A")
	s.shows("weir> x = 1")
	s.keys("\x03\x04")
	s.ends()
	info, err := os.Stat(filepath.Join(home, ".local", "state", "weir", "history"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestPromptConfig: init.lua sets the prompt; a fault in it is told, and the prompt
// comes.
func TestPromptConfig(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, ".config", "weir")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "init.lua"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("local n = 0\nconfig.prompt = function() n = n + 1 return n .. ') ' end\nfunction hello() return 'hi' end\n")
	s := sit(t, 80, 24, home, nil)
	s.shows("1)")
	s.enter("hello()")
	s.shows("\"hi\"\n2)")
	s.keys("\x04")
	s.ends()
	write("config.editing = 'vi'\nerror('in init')\n")
	s = sit(t, 200, 24, home, nil)
	s.shows("*init.lua:2: in init\n    error('in init')\nweir>")
	s.keys("abc\x1b")
	s.shows("weir> abc\n-- command --")
	s.keys("\x03\x04")
	s.ends()
}

// TestPromptFaults: what is missing or broken around it is told, and the prompt
// comes.
func TestPromptFaults(t *testing.T) {
	for _, row := range []struct {
		name string
		env  []string
		want string
		make func(home string)
	}{
		{"no HOME", []string{"HOME="}, "history: there is no HOME: inputs are not kept\n" + greeting + "\nweir>", nil},
		{"the history is a folder", nil, "history: inputs are not kept: *no regular file\n" + greeting + "\nweir>", func(home string) {
			os.MkdirAll(filepath.Join(home, ".local", "state", "weir", "history"), 0o700)
		}},
		{"rubbish in the history", nil, "history: *is no history of weir's; *kept as history.old\n" + greeting + "\nweir>", func(home string) {
			dir := filepath.Join(home, ".local", "state", "weir")
			os.MkdirAll(dir, 0o700)
			os.WriteFile(filepath.Join(dir, "history"), []byte("\x00\xff\x1b[31m\n\n{"), 0o600)
		}},
		{"no terminal's name", []string{"TERM="}, greeting + "\nweir>", nil},
		{"a dumb terminal", []string{"TERM=dumb"}, greeting + "\nweir>", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			home := t.TempDir()
			if row.make != nil {
				row.make(home)
			}
			s := sit(t, 250, 24, home, row.env)
			s.shows(row.want)
			s.enter("6 * 7")
			s.shows("42\nweir>")
			s.keys("\x04")
			if status := s.ends(); status != 0 {
				t.Errorf("status %d", status)
			}
		})
	}
}

// TestPromptPlain: --plain edits no lines and paints nothing.
func TestPromptPlain(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil, "--plain")
	s.shows(greeting + "\nweir>")
	s.enter("for i = 1, 2 do")
	s.shows("weir> for i = 1, 2 do\n   ..")
	s.enter("print(i) end")
	s.shows("   .. print(i) end\n1\n2\nweir>")
	s.enter("for i = 1, 2 do")
	s.shows("   ..")
	s.keys("dropped")
	s.shows("   .. dropped")
	s.keys("\x03")
	s.shows("   .. dropped^C\nweir>")
	s.enter("print('in') while true do end")
	s.shows("in")
	s.keys("\x03")
	s.shows("^C\ninterrupted\nweir>")
	s.enter("1 + 1")
	s.shows("weir> 1 + 1\n2\nweir>")
	s.enter("$ printf x")
	s.shows("weir> $ printf x\nx\nweir>")
	s.enter("io.write('x') return 5")
	s.shows("weir> io.write('x') return 5\nx\n5\nweir>")
	s.enter("io.write('x') error('boom')")
	s.shows("weir> io.write('x') error('boom')\nx\ninput *: boom\n    io.write('x') error('boom')\nweir>")
	s.keys("\x04")
	s.ends()
}

// TestPromptResize: a program in the foreground is told of a new size, and the line
// is painted anew.
func TestPromptResize(t *testing.T) {
	s := sit(t, 200, 24, t.TempDir(), nil)
	s.shows("weir>")
	// It is told only once it has the terminal.
	s.enter(`$ bash -c 'trap "stty size; exit" WINCH; until [ "$g" = "$t" -a "$t" ]; do read -r _ _ _ _ g _ _ t _ </proc/self/stat; done; echo on; while :; do sleep 0.01; done'`)
	s.shows("on")
	s.size(60, 20)
	s.shows("20 60\nweir>")
	s.enter("1 + 1")
	s.shows("2\nweir>")
	s.size(40, 20)
	s.enter(`help"retry"`)
	s.shows("weir> help\"retry\"\nretry: t:restart{...} starts a stage\nagain that has failed; help\"restart\"\ntells more\n    run(sh\"true\":restart{max = 3})\nweir>")
	s.keys("\x04")
	s.ends()
}
