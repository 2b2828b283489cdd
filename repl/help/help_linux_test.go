package help

import (
	"os"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/repl/input"
	"weir/runtime/cells"
	"weir/runtime/guard"
	"weir/script"
	"weir/script/library"
	"weir/script/syntax"
)

// TestMain lets the test binary play the guard and the Lua stages.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": guard.Main, "stage": script.StageMain})
	os.Exit(leak.Main(m, guard.Shutdown))
}

// newPages is help for a session with nothing in it.
func newPages(tb testing.TB) Pages {
	vm := script.New(script.Options{Script: "weir", Interactive: true})
	tb.Cleanup(func() { vm.Close() })
	Add(vm, func() int { return 80 })
	return Pages{vm, 80}
}

// TestOverviewFits: help() fits a screen of 80 by 24 with the prompt below it, and
// names every function of weir's.
func TestOverviewFits(t *testing.T) {
	h := newPages(t)
	text := h.overview()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > 23 {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	for _, line := range lines {
		if cells.Text(line) >= 80 || strings.HasSuffix(line, "...") {
			t.Errorf("a line is too wide: %s", line)
		}
	}
	for _, e := range script.Library() {
		if e.Group == library.GroupFunction && !strings.Contains(text, e.Name) {
			t.Errorf("%s is not in the overview", e.Name)
		}
	}
}

// TestEveryNameHasHelp: all entries are found by their names, and their pages are
// no wider than the screen but for the examples.
func TestEveryNameHasHelp(t *testing.T) {
	h := newPages(t)
	for _, e := range Entries() {
		for _, name := range []string{e.Name, Title(e)} {
			text := h.named(name)
			if e.Of != "" && e.Group == library.GroupStandard && name == e.Name {
				continue // f:read is found as "file of io's:read", "read" is weir's
			}
			if flat := strings.Join(strings.Fields(text), " "); !strings.Contains(flat, strings.Join(strings.Fields(e.Example), " ")) {
				t.Errorf("help(%q) does not tell of %s:\n%s", name, e.Signature, text)
			}
			for _, line := range strings.Split(text, "\n") {
				if cells.Text(line) >= 80 && !strings.HasPrefix(line, "    ") {
					t.Errorf("help(%q): a line is too wide: %s", name, line)
				}
			}
		}
	}
}

// TestWordsHaveHelp: all of Lua's words, and what help shows of them can be entered.
func TestWordsHaveHelp(t *testing.T) {
	h := newPages(t)
	for _, w := range syntax.Keywords {
		if _, ok := wordNamed(w); !ok {
			t.Errorf("%s has no help", w)
		}
	}
	for _, w := range keywords {
		if _, err := h.VM.EvalExpression("word", w.example); err != nil {
			t.Errorf("%s: %v", w.words, err)
		}
	}
}

// TestFieldHasNoLibrary: .sys of a stage is not the table sys.
func TestFieldHasNoLibrary(t *testing.T) {
	h := newPages(t)
	if text := h.named("stage of a result:sys"); !strings.Contains(text, ".sys") || strings.Contains(text, "has") {
		t.Error(text)
	}
}

// TestNarrowHelp: on 40 columns nothing is wider that can be broken.
func TestNarrowHelp(t *testing.T) {
	h := newPages(t)
	h.Width = 40
	texts := []string{h.overview()}
	if n := strings.Count(texts[0], "\n"); n > 40 {
		t.Errorf("the overview has %d lines", n)
	}
	for _, e := range Entries() {
		texts = append(texts, h.brief(e))
	}
	for _, c := range input.Commands {
		texts = append(texts, h.command(c.Name))
	}
	for _, text := range texts {
		for _, line := range strings.Split(text, "\n") {
			if cells.Text(line) >= 40 && strings.Contains(strings.Trim(strings.TrimLeft(line, " "), "|"), " ") && !strings.ContainsAny(line, "\"'") {
				t.Errorf("too wide: %s", line)
			}
		}
	}
}
