// Package examples holds the example scripts, which are inside the binary:
// weir examples lists them, weir run example:NAME runs one.
package examples

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.lua *.c
var files embed.FS

// Example is one script: its name without .lua, its first comment line, its text, and
// the C program that joins it.
type Example struct {
	Name    string
	Summary string
	Text    string
	Program string // in C, at the other end; empty where there is none
}

// All gives the examples in the order of their names.
func All() []Example {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil
	}
	var list []Example
	for _, e := range entries {
		name, isScript := strings.CutSuffix(e.Name(), ".lua")
		if x, ok := Find(name); ok && isScript {
			list = append(list, x)
		}
	}
	return list
}

// Find gives the example of that name.
func Find(name string) (Example, bool) {
	data, err := files.ReadFile(name + ".lua")
	if err != nil {
		return Example{}, false
	}
	text := string(data)
	first, _, _ := strings.Cut(text, "\n")
	program, _ := files.ReadFile(name + ".c") // else it has none
	return Example{name, strings.TrimSpace(strings.TrimLeft(first, "- ")), text, string(program)}, true
}
