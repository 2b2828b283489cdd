package repl

import (
	"fmt"

	"weir/ipc/luatext"
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

// examples are those that a prompt knows.
type examples []Example

func (list examples) named(name string) (Example, error) {
	for _, e := range list {
		if e.Has(name) {
			return e, nil
		}
	}
	if similar, ok := syntax.Nearest(name, list.names()); ok {
		return Example{}, fmt.Errorf("no example %s; did you mean %s?", luatext.Quote(name), luatext.Quote(similar))
	}
	return Example{}, fmt.Errorf("no example %s; :examples lists them", luatext.Quote(name))
}

func (list examples) names() (names []string) {
	for _, e := range list {
		names = append(names, e.Name)
	}
	return names
}

// rows are the names, each with a line about the example.
func (list examples) rows() (rows reference.Rows) {
	for _, e := range list {
		rows = append(rows, [2]string{e.Name, e.Summary})
	}
	return rows
}
