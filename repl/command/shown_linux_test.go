package command

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/library"
)

// shownWidths are the columns of the terminals at which all that weir shows is tried.
var shownWidths = []int{80, 40}

// ready waits for the prompt after an input, and gives what stands on the screen.
func (s *seat) ready(input, prompt string) (screen string) {
	s.t.Helper()
	s.await("the prompt after "+input, func(text string) bool {
		screen = text
		return strings.HasSuffix(text, "\n"+prompt)
	})
	return screen
}

// faulty finds what begins as an error of an input, of an example or of weir's own does.
var faulty = regexp.MustCompile(`(?m)^(input \d+:|example:\S+:\d|weir: |:\w+:).*`)

// telling are what shows errors on purpose.
var telling = []string{"error(", "example:deadlock", "example:mailslot"}

// try enters an input at the prompt, and finds fault with what comes.
func (s *seat) try(input, prompt string) {
	s.t.Helper()
	s.keys("\x0c") // an empty screen, so that nothing scrolls away
	s.keys("\x1b[200~" + input + "\x1b[201~\r")
	if strings.Contains(input, "watch(") || strings.HasPrefix(input, ":top") {
		s.showsAll("weir top")
		s.keys("q")
	}
	screen := s.ready(input, prompt)
	told := slices.ContainsFunc(telling, func(part string) bool { return strings.Contains(input, part) })
	if fault := faulty.FindString(screen); fault != "" && !told {
		s.t.Errorf("%s\n%s", input, screen)
	}
}

// TestShownInHelp enters the example of each name in help at a prompt, one prompt after
// the other: some have names that only one can have.
func TestShownInHelp(t *testing.T) {
	for _, cols := range shownWidths {
		t.Run(fmt.Sprint(cols), func(t *testing.T) {
			s := sit(t, cols, 60, t.TempDir(), nil)
			s.shows("weir>")
			for _, e := range append(script.Library(), library.Standard()...) {
				s.try(e.Example, "weir>")
			}
			s.enter("os.exit(0)")
			s.ends()
		})
	}
}

// arguments make those examples shorter that take long.
var arguments = map[string]string{"pi": "300000 3", "wordcount": "1", "parallel-wordcount": "1", "speedup-sharing-modularity": "300000"}

// TestShownExamples runs each example at a prompt, and as a command at a terminal.
func TestShownExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("what runs at a terminal runs elsewhere, too")
	}
	for _, cols := range shownWidths {
		for _, e := range embedded() {
			t.Run(fmt.Sprintf("%s at %d columns", e.Name, cols), func(t *testing.T) {
				t.Parallel()
				name := examplePrefix + e.Name
				args := strings.Fields(arguments[e.Name])
				c := sit(t, cols, 60, t.TempDir(), nil, append([]string{"run", name}, args...)...)
				if status := c.ends(); status != 0 {
					t.Errorf("status %d:\n%s", status, c.model.Text(false))
				}
				s := sit(t, cols, 60, t.TempDir(), nil)
				s.shows("weir>")
				s.try(":run "+name+" "+strings.Join(args, " "), "weir>")
				s.enter("os.exit(0)")
				s.ends()
			})
		}
	}
}

// TestShownLessons goes through the tour, and enters what each lesson proposes to try.
func TestShownLessons(t *testing.T) {
	if testing.Short() {
		t.Skip("what runs at a terminal runs elsewhere, too")
	}
	files, err := filepath.Glob("../tour/lessons/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	vm := script.New(script.Options{})
	defer vm.Close()
	for _, cols := range shownWidths {
		for i, file := range files {
			values, err := vm.Eval("lesson", "return dofile("+script.Quote(file)+").try")
			if err != nil {
				t.Fatal(err)
			}
			lines := lua.LVAsString(values[0])
			t.Run(fmt.Sprintf("%s at %d columns", filepath.Base(file), cols), func(t *testing.T) {
				t.Parallel()
				s := sit(t, cols, 100, t.TempDir(), nil, "tour", fmt.Sprint(i+1))
				s.shows("*, or Enter to see:")
				s.keys("\r")
				if text := s.ready("the lesson", "tour>"); !strings.Contains(text, "it was") {
					t.Errorf("the lesson's run does something else:\n%s", text)
				}
				for _, line := range strings.Split(lines, "\n") {
					s.try(line, "tour>")
				}
				s.keys("q\r")
				if status := s.ends(); status != 0 {
					t.Errorf("status %d", status)
				}
			})
		}
	}
}

// TestShownSessions types README's sessions at a prompt.
func TestShownSessions(t *testing.T) {
	bin := binFolder(t)
	for _, cols := range shownWidths {
		for _, session := range sessions(t) {
			line, rest, _ := strings.Cut(strings.TrimPrefix(session, shellSign), "\n")
			if line != "weir" {
				continue
			}
			t.Run(fmt.Sprintf("%s at %d columns", line, cols), func(t *testing.T) {
				t.Parallel()
				s := sit(t, cols, 60, t.TempDir(), []string{"PATH=" + bin + ":/usr/bin:/bin"})
				s.shows("weir>")
				for _, part := range strings.Split("\n"+rest, "\n"+promptSign)[1:] {
					typed, want, _ := strings.Cut(part, "\n")
					s.keys("\x0c" + typed + "\r")
					got := s.ready(typed, "weir>")
					for _, line := range strings.Split(want, "\n") {
						if strings.HasPrefix(line, "    ") && cols < 80 {
							continue // an excerpt of the source, which is cut
						}
						if !strings.Contains(squeeze(got), squeeze(line)) {
							t.Errorf("README shows after %s\n%s\nbut it is\n%s", typed, want, got)
						}
					}
				}
				s.enter("os.exit(0)")
				s.ends()
			})
		}
	}
}
