// Package complete says what may stand at the cursor of an input.
//
//   - complete.go takes inputs apart: Lua, a line of shell, a command with its argument
//   - cursor.go reads Lua up to the cursor; lua.go completes names, fields, methods and options;
//     string.go completes strings by what they are for
//   - line.go completes lines of shell; path.go has files and programs
//
// Nothing of a session is called: of values only names and tables are looked at.
package complete

import (
	"slices"
	"strings"

	"weir/repl/edit"
	"weir/repl/help"
	"weir/repl/input"
	"weir/runtime/cells"
	"weir/script"
	"weir/script/library"
)

// Candidate is what may stand at the cursor.
type Candidate = edit.Candidate

// Session is what completion looks at.
type Session struct {
	VM       *script.VM
	Examples [][2]string // names, each with a line about it
	Width    int         // of the screen
}

// Complete gives the candidates for the text between from and the cursor.
func (s *Session) Complete(text string, cursor int) (from int, candidates []Candidate) {
	cursor = min(max(cursor, 0), len(text))
	from, candidates = s.candidates(text[:cursor])
	slices.SortStableFunc(candidates, func(a, b Candidate) int { return strings.Compare(a.Text, b.Text) })
	candidates = slices.CompactFunc(candidates, func(a, b Candidate) bool { return a.Text == b.Text })
	return from, slices.DeleteFunc(candidates, func(c Candidate) bool {
		return cells.Harmless(c.Text, false) != c.Text
	})
}

func (s *Session) candidates(before string) (int, []Candidate) {
	trimmed := strings.TrimLeft(before, " \t")
	skipped := len(before) - len(trimmed)
	_, isColon := input.Colon(trimmed)
	switch {
	case isColon:
		from, list := s.command(trimmed)
		return skipped + from, list
	case input.IsShell(trimmed):
		from, list := shellLine(strings.TrimPrefix(trimmed, "$"), 0)
		if strings.HasPrefix(strings.TrimLeft(trimmed, "$ \t"), "cd ") {
			list = slices.DeleteFunc(list, func(c Candidate) bool { return c.Kind == "file" })
		}
		return skipped + 1 + from, list
	}
	return s.lua(before)
}

// command completes a command's name, or its argument.
func (s *Session) command(text string) (int, []Candidate) {
	name, _, spaced := strings.Cut(text[1:], " ")
	if !spaced {
		return 0, beginning(text, commands())
	}
	at := len(text) - len(strings.TrimLeft(text[len(name)+2:], " "))
	arg := text[at:]
	c, err := input.CommandNamed(name)
	if err != nil {
		return 0, nil
	}
	switch c.Name {
	case "run":
		if strings.Contains(arg, " ") {
			from, list := shellLine(arg, 0)
			return at + from, list
		}
		return at, append(s.examples(arg, input.ExamplePrefix), plainPaths(arg)...)
	case "load", "save":
		return at, plainPaths(arg)
	case "examples":
		return at, s.examples(arg, "")
	case "help":
		return at, helpNames(arg)
	case "time", "type", "graph", "explain":
		if c.Name == "graph" && strings.HasPrefix(arg, input.ExamplePrefix) {
			return at, s.examples(arg, input.ExamplePrefix)
		}
		from, list := s.lua(arg)
		return at + from, list
	}
	return at, nil
}

// beginning keeps the candidates that begin with a word.
func beginning(word string, list []Candidate) []Candidate {
	return slices.DeleteFunc(list, func(c Candidate) bool { return !strings.HasPrefix(c.Text, word) })
}

func commands() (list []Candidate) {
	for _, c := range input.Commands {
		help := strings.TrimSpace(c.Args + "  " + c.Summary)
		list = append(list, Candidate{Text: ":" + c.Name, Help: help, Kind: "command"})
	}
	return list
}

func (s *Session) examples(word, prefix string) (list []Candidate) {
	for _, e := range s.Examples {
		list = append(list, Candidate{Text: prefix + e[0], Help: e[1], Kind: "example"})
	}
	return beginning(word, list)
}

// helpNames gives the names that help knows.
func helpNames(word string) []Candidate {
	list := commands()
	for _, e := range help.Entries() {
		list = append(list, entryCandidate(help.Title(e), e))
	}
	return beginning(word, list)
}

func entryCandidate(name string, e library.Entry) Candidate {
	kind := "function"
	switch {
	case e.Group == library.GroupResult || e.Group == library.GroupStage:
		kind = "field"
	case e.Group == library.GroupOption:
		kind = "option"
	case e.Of != "":
		kind = "method"
	case e.Signature == e.Name:
		kind = "value"
	}
	return Candidate{Text: name, Help: e.Summary, Kind: kind}
}
