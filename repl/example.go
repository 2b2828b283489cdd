package repl

import (
	"fmt"

	"weir/repl/reference"
	"weir/script/syntax"
)

// Example is a script inside the binary.
type Example struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Text    string `json:"text"`
	Program string `json:"program,omitempty"` // in C, at the other end; empty where there is none
}

// Has reports whether the example goes by that name, or its C program does.
func (e *Example) Has(name string) bool {
	return e.Name == name || e.Program != "" && e.Name+".c" == name
}

func (p *Prompt) example(name string) (Example, error) {
	var names []string
	for _, e := range p.Examples {
		if e.Has(name) {
			return e, nil
		}
		names = append(names, e.Name)
	}
	if near, ok := syntax.Nearest(name, names); ok {
		return Example{}, fmt.Errorf("no example %q; did you mean %q?", name, near)
	}
	return Example{}, fmt.Errorf("no example %q; :examples lists them", name)
}

// exampleRows are the names of the examples, each with a line about it.
func (p *Prompt) exampleRows() reference.Rows {
	var rows reference.Rows
	for _, e := range p.Examples {
		rows = append(rows, [2]string{e.Name, e.Summary})
	}
	return rows
}
