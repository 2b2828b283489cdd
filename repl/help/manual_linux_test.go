package help

import (
	"slices"
	"strings"
	"testing"

	"weir/repl/edit"
	"weir/repl/reference"
)

// TestManual: the reference has every entry once, as help tells of it.
func TestManual(t *testing.T) {
	there := map[string]int{}
	for _, s := range Manual() {
		if len(s.Blocks) == 0 {
			t.Errorf("%s is empty", s.Title)
		}
		for _, b := range s.Blocks {
			if item, ok := b.(reference.Item); ok {
				there[item.ID]++
			}
		}
	}
	for _, e := range Entries() {
		if there[Title(e)] != 1 {
			t.Errorf("%s is in the reference %d times", Title(e), there[Title(e)])
		}
		delete(there, Title(e))
	}
	for id := range there {
		t.Errorf("%s is in the reference only", id)
	}
}

// TestManualKeys: the reference has the keys of both modes.
func TestManualKeys(t *testing.T) {
	rows := map[string]bool{}
	for _, s := range Manual() {
		for _, b := range s.Blocks {
			if list, ok := b.(reference.Rows); ok {
				for _, row := range list {
					rows[row[1]] = true
				}
			}
		}
	}
	for _, k := range slices.Concat(edit.Keys(), edit.ViKeys()) {
		if !rows[k.What] {
			t.Errorf("%s is not there: %s", k.Shown(), k.What)
		}
	}
}

// TestManualExamples: what the reference's prose shows can be entered.
func TestManualExamples(t *testing.T) {
	for _, s := range Manual() {
		for _, b := range s.Blocks {
			if code, ok := b.(reference.Code); ok && !strings.HasPrefix(string(code), "$ ") { // a session
				vm := newPages(t).VM
				vm.Lua().SetGlobal("config", vm.Lua().NewTable())
				if _, err := vm.Eval("manual", string(code)); err != nil {
					t.Errorf("%s\n%v", code, err)
				}
			}
		}
	}
}

// TestAnnotations: editors learn of the prompt, too.
func TestAnnotations(t *testing.T) {
	text, err := Annotations()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"---@field editing \"emacs\"|\"vi\" ", "function help(x) end", "---@type weir.Config\nconfig = nil", "---@operator bor(weir.Stage): weir.Topology",
		"function Messages:send_all(list, opts) end", "---@return weir.Result\n", "---@field code integer? "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
