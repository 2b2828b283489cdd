// Package examples holds the example scripts, which are inside the binary:
// weir examples lists them, weir run example:NAME runs one.
package examples

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.lua
var files embed.FS

// Example is one script: its name without .lua, its first comment line, and its
// text.
type Example struct {
	Name    string
	Summary string
	Text    string
}

// All gives the examples in the order of their names.
func All() []Example {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil
	}
	var list []Example
	for _, e := range entries {
		x, ok := Find(strings.TrimSuffix(e.Name(), ".lua"))
		if ok {
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
	return Example{name, strings.TrimSpace(strings.TrimLeft(first, "- ")), text}, true
}
