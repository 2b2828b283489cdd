package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// place is the file that says where one left off.
func place(home string) string { return filepath.Join(home, ".local", "state", "weir", "tour") }

// TestTourSessions: lessons at a terminal, with prompts, pauses and lines that are
// tried.
func TestTourSessions(t *testing.T) {
	for _, session := range []struct {
		name   string
		args   []string
		steps  [][2]string // typed, and the lines that the screen then ends with
		at     int         // the lesson where one left off
		narrow bool        // at 40 columns only, else at 80 only
	}{
		{"a lesson and the next", []string{"tour"}, [][2]string{
			{"", "10 lessons.*\n1 of 10  Processes, alone and together (L1)*\n\nEnter goes on:"},
			{"\r", "*\n  c  2, 2 and 2, and 1 here: each has an n of its own\n\na to c, or Enter to see:"},
			{"b\r", "a to c, or Enter to see: b\n\nin process *\n  you said     b  2, 2 and 2, and 2 here: the last one is kept\n" +
				"  it was       c  2, 2 and 2, and 1 here: each has an n of its own\n*\n" +
				"Enter: lesson 2, b: back, r: run again, q: leave, ?: more\ntour>"},
			{"?\r", "*Variables that are called*The key for the line before*\ntour>"},
			{"6 * 7\r", "tour> 6 * 7\n42\ntour>"},
			{"'seq 2' | 'tac'\r", "tour> 'seq 2' | 'tac'\n2\n1\ntour>"},
			{"x = = 1\r", "*\n    x = = 1\n        ^\ntour>"},
			{"12\r", "tour> 12\nthere is no lesson 12; there are 1 to 10\ntour>"},
			{"\r", "*2 of 10  Speed-up (L1, L2)*:"},
			{"q\r", "*\nweir tour goes on here, with lesson 2."},
		}, 2, false},
		{"a narrow screen", []string{"tour", "4"}, [][2]string{
			{"", "4 of 10*Messages: to wait or not to wait*Enter goes on:"},
			{"\r", "local q = queue{max = 2, size = 64}*a to c, or Enter to see:"},
			{"B\r", "send 3*nil*would block*item 3*Enter goes on:"},
			{"\r", "*as you said  b  nil, \"would block\"*Enter goes on:"},
			{"\r", "*Enter: lesson 5, b: back, r: run again, q: leave, ?: more\ntour>"},
			{"b\r", "*3 of 10*Enter goes on:"},
			{"\x04", "*weir tour goes on here, with lesson 3."},
		}, 3, true},
		{"run again, and the lesson's lines by a key", []string{"tour", "8"}, [][2]string{
			{"", "*8 of 10*:"},
			{"\r", "*a to c, or Enter to see:"},
			{"\r", "*it was       c*tour>"},
			{"r\r", "*tour> r*it was       c*tour>"},
			{"\x1b[A", "*tour> local r = run(\"yes\" | \"head -n 2\")*\n   .. end)"},
			{"\r", "*head: status 0, yes: SIGPIPE\nread 1\nread 2\nend of file\ntour>"},
			{"run(\"sl\t", "*\ntour> run(\"sl*"},
			{"\x03", "*\ntour>"},
			{"q\r", "*weir tour goes on here, with lesson 8."},
		}, 8, false},
		{"a run that is watched", []string{"tour", "6"}, [][2]string{
			{"", "*Enter goes on:"},
			{"\r", "*:"},
			{"\r", "*it was       b*tour>"},
			{"slow = proc(function() time.sleep(1) print(#io.read('a')) end):named'slow'\r", "*tour>"},
			{"watch('seq 1e5' | 'tr 1 2' | slow)\r", "weir top*Which stage holds it up?*"},
			{"\x1b[F\r", "*Which pipe fills next?*"},
			{"n", "*you said slow: *right so far*"},
			{"xq", "*588895\nok, *tour>"},
			{"q\r", "*weir tour goes on here, with lesson 6."},
		}, 6, false},
		{"Ctrl-C stops a run", []string{"tour", "9"}, [][2]string{
			{"", "*Enter goes on:"},
			{"\r", "*a to c, or Enter to see:"},
			{"\x03", "*a to c, or Enter to see:\na to c, or Enter to see:"},
			{"\r", "*asleep"},
			{"\x03", "*The run was interrupted, so there is nothing to compare. r runs it again.\n*\ntour>"},
			{"1 + 1\r", "2\ntour>"},
			{"r\r", "*asleep"},
			{"\x03", "*The run was interrupted*tour>"},
			{"\x04", "*weir tour goes on here, with lesson 9."},
		}, 9, false},
		{"the end", []string{"tour", "10"}, [][2]string{
			{"", "*Enter goes on:"},
			{"\r", "*:"},
			{"\r", "*deadlock: no stage can go on*it was       b*:"},
			{"\r", "*Enter: the end, b: back, r: run again, q: leave, ?: more\ntour>"},
			{"\r", "*That was the last one.*what is native."},
		}, 0, false},
	} {
		t.Run(session.name, func(t *testing.T) {
			home, cols := t.TempDir(), 80
			if session.narrow {
				cols = 40
			}
			s := sit(t, cols, 24, home, []string{"TMPDIR=" + home, "PATH=" + asleep(t, home) + ":/usr/bin:/bin"}, session.args...)
			for _, step := range session.steps {
				if step[0] != "" {
					s.keys(step[0])
				}
				s.shows(step[1])
			}
			if status := s.ends(); status != 0 {
				t.Errorf("status %d", status)
			}
			data, err := os.ReadFile(place(home))
			if want := fmt.Sprintf(`{"lesson":%d,`, session.at); session.at > 0 && (err != nil || !strings.HasPrefix(string(data), want)) {
				t.Errorf("%q, %v, not %q", data, err, want)
			} else if session.at == 0 && err == nil {
				t.Errorf("%q is kept", data)
			}
			if names, _ := filepath.Glob(filepath.Join(home, "lua_*")); len(names) > 0 {
				t.Errorf("%q are left", names)
			}
		})
	}
}

// asleep makes a program sleep that says that it runs, and then takes its time.
func asleep(t *testing.T, home string) string {
	t.Helper()
	dir := filepath.Join(home, "bin")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sleep"), []byte("#!/bin/sh\necho asleep\nexec /bin/sleep 1000\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTourGoesOn: the next tour begins where one left off, and tour 1 anew.
func TestTourGoesOn(t *testing.T) {
	home := t.TempDir()
	begin := func(want string, args ...string) *seat {
		s := sit(t, 80, 24, home, []string{"NO_COLOR="}, append([]string{"tour"}, args...)...)
		s.shows("*" + want + "*Enter goes on:")
		return s
	}
	for _, step := range []struct{ want, keys string }{{"1 of 10", "7\r"}, {"This is where you left off; weir tour 1 begins anew.\n\n7 of 10", "\x04"}, {"7 of 10", "q\r"}} {
		s := begin(step.want)
		s.keys(step.keys)
		if step.keys == "7\r" {
			s.shows("*7 of 10*Enter goes on:")
			s.keys("\x04")
		}
		s.ends()
	}
	s := begin("10 lessons.*1 of 10", "1")
	s.keys("\x04")
	s.ends()
	if data, err := os.ReadFile(place(home)); err != nil || string(data) != "{\"lesson\":1,\"guesses\":{}}\n" {
		t.Errorf("%q, %v", data, err)
	}
}

// TestTourKilled: a tour that is killed while a lesson runs leaves no process and no
// name, and the next one goes on there.
func TestTourKilled(t *testing.T) {
	home, token := t.TempDir(), fmt.Sprintf("tour-%d", os.Getpid())
	s := sit(t, 80, 24, home, []string{"TMPDIR=" + home, "WEIR_TEST_TOKEN=" + token, "PATH=" + asleep(t, home) + ":/usr/bin:/bin"}, "tour", "9")
	s.shows("*Enter goes on:")
	s.keys("\r")
	s.shows("*a to c, or Enter to see:")
	s.keys("a\r")
	s.shows("*asleep")
	_ = s.c.Process.Kill()
	gone(t, token)
	if names, _ := filepath.Glob(filepath.Join(home, "lua_*")); len(names) > 0 {
		t.Errorf("%q are left", names)
	}
	if data, _ := os.ReadFile(place(home)); !strings.HasPrefix(string(data), `{"lesson":9,`) {
		t.Errorf("%q is kept", data)
	}
}

// TestTourFaults: what is missing around it is told, or does not matter.
func TestTourFaults(t *testing.T) {
	for _, row := range []struct {
		name string
		cols int
		env  []string
		args []string
		make func(home string)
		want string
		end  string
	}{
		{"no HOME", 80, []string{"HOME="}, nil, nil, "10 lessons*Enter goes on:", "weir tour 1 goes on here."},
		{"a folder where the place is kept", 250, nil, nil, func(home string) { os.MkdirAll(place(home), 0o700) },
			"tour: where you are is not kept: *is no file of the tour's; remove it\n10 lessons*:", "weir tour 1 goes on here."},
		{"no terminal's name", 80, []string{"TERM="}, nil, nil, "10 lessons*Enter goes on:", "weir tour goes on here, with lesson 1."},
		{"plain", 80, nil, []string{"--plain"}, nil, "10 lessons*Enter goes on:", "weir tour goes on here, with lesson 1."},
		{"one column", 1, nil, nil, nil, "Entergoeson:", "with lesson 1."},
	} {
		t.Run(row.name, func(t *testing.T) {
			home := t.TempDir()
			if row.make != nil {
				row.make(home)
			}
			s := sit(t, row.cols, 24, home, row.env, append([]string{"tour"}, row.args...)...)
			s.shows("*" + row.want)
			s.keys("q\r")
			s.shows("*" + row.end)
			if status := s.ends(); status != 0 {
				t.Errorf("status %d", status)
			}
		})
	}
}
