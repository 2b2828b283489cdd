package repl

import (
	"slices"
	"strings"

	"weir/repl/edit"
	"weir/repl/help"
	"weir/repl/input"
	"weir/script"
)

// Candidate is what may stand at the cursor.
type Candidate = edit.Candidate

// Complete gives what may stand at the cursor, in place of what stands from from to
// the cursor. It calls nothing: of values only names and tables are looked at.
func (p *Prompt) Complete(text string, cursor int) (from int, candidates []Candidate) {
	cursor = min(max(cursor, 0), len(text))
	before := text[:cursor]
	from, candidates = p.candidates(before)
	slices.SortStableFunc(candidates, func(a, b Candidate) int { return strings.Compare(a.Text, b.Text) })
	candidates = slices.CompactFunc(candidates, func(a, b Candidate) bool { return a.Text == b.Text })
	return from, slices.DeleteFunc(candidates, func(c Candidate) bool { return harmless(c.Text, false) != c.Text })
}

func (p *Prompt) candidates(before string) (int, []Candidate) {
	trimmed := strings.TrimLeft(before, " \t")
	skipped := len(before) - len(trimmed)
	_, isColon := input.Colon(trimmed)
	switch {
	case isColon:
		from, list := p.completeCommand(trimmed)
		return skipped + from, list
	case input.IsShell(trimmed):
		from, list := completeLine(strings.TrimPrefix(trimmed, "$"), 0)
		if strings.HasPrefix(strings.TrimLeft(trimmed, "$ \t"), "cd ") {
			list = slices.DeleteFunc(list, func(c Candidate) bool { return c.Kind == "file" })
		}
		return skipped + 1 + from, list
	}
	return p.completeLua(before)
}

// completeCommand completes an input that begins with a colon.
func (p *Prompt) completeCommand(text string) (int, []Candidate) {
	name, _, spaced := strings.Cut(text[1:], " ")
	if !spaced {
		var list []Candidate
		for _, c := range input.Commands {
			if strings.HasPrefix(c.Name, name) {
				list = append(list, Candidate{Text: ":" + c.Name, Help: strings.TrimSpace(c.Args + "  " + c.Summary), Kind: "command"})
			}
		}
		return 0, list
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
			from, list := completeLine(arg, 0)
			return at + from, list
		}
		return at, append(p.completeExample(arg, input.ExamplePrefix), completePlainPath(arg)...)
	case "load", "save":
		return at, completePlainPath(arg)
	case "examples":
		return at, p.completeExample(arg, "")
	case "help":
		return at, completeHelp(arg)
	case "time", "type", "graph", "explain":
		if c.Name == "graph" && strings.HasPrefix(arg, input.ExamplePrefix) {
			return at, p.completeExample(arg, input.ExamplePrefix)
		}
		from, list := p.completeLua(arg)
		return at + from, list
	}
	return at, nil
}

func (p *Prompt) completeExample(word, prefix string) (list []Candidate) {
	for _, e := range p.Examples {
		if strings.HasPrefix(prefix+e.Name, word) {
			list = append(list, Candidate{Text: prefix + e.Name, Help: e.Summary, Kind: "example"})
		}
	}
	return list
}

// completeHelp gives the names that help knows.
func completeHelp(word string) (list []Candidate) {
	for _, e := range help.Entries() {
		if name := help.Title(e); strings.HasPrefix(name, word) {
			list = append(list, entryCandidate(name, e))
		}
	}
	for _, c := range input.Commands {
		if strings.HasPrefix(":"+c.Name, word) {
			list = append(list, Candidate{Text: ":" + c.Name, Help: c.Summary, Kind: "command"})
		}
	}
	return list
}

func entryCandidate(name string, e script.Entry) Candidate {
	kind := "function"
	switch {
	case e.Group == script.GroupResult || e.Group == script.GroupStage:
		kind = "field"
	case e.Group == script.GroupOption:
		kind = "option"
	case e.Of != "":
		kind = "method"
	case e.Signature == e.Name:
		kind = "value"
	}
	return Candidate{Text: name, Help: e.Summary, Kind: kind}
}
