// Package annotations writes the library's table as one file of LuaCATS, the annotations that
// lua-language-server and other editors' servers read.
//
//   - annotations.go writes the file; signature.go reads the signatures of the table
//   - types.go has the types of their words, the classes, and what editors know already
package annotations

import (
	"fmt"
	"slices"
	"strings"

	"weir/script/library"
)

// Field is a field of a table that is not in the library, such as the prompt's config.
type Field struct{ Name, Types, Summary string }

// File writes entries, of which those of one class must stand together, and the class weir.Config with
// these fields.
func File(entries []library.Entry, config []Field) (string, error) {
	f := file{entries: entries}
	f.WriteString(fixed)
	f.operators()
	f.config(config)
	for _, e := range entries {
		if f.err == nil && unknown(e) {
			f.entry(e)
		}
	}
	return f.String(), f.err
}

// unknown reports whether editors lack an entry.
func unknown(e library.Entry) bool {
	switch e.Group {
	case library.GroupStandard:
		return has(lua51, e.Name)
	case library.GroupOperator:
		return false
	}
	return !has(lua54, e.Name) && e.Name != "_"
}

type file struct {
	strings.Builder
	entries []library.Entry
	class   string // whose methods are being written
	err     error
}

func (f *file) printf(format string, args ...any) { fmt.Fprintf(&f.Builder, format, args...) }

// operands are the operators between stages, with LuaCATS' names of them and the types of right operands.
var operands = []struct{ sign, name, right string }{
	{"|", "bor", "weir.Stage"}, {"+", "add", "weir.Topology"}, {"*", "mul", "integer"},
}

// operators writes the operators between stages. Topologies have all of them; a string has | alone, since
// the others are arithmetic. The class of topologies begins here.
func (f *file) operators() {
	f.printf("\n-- A string beside | is a line of shell words.\n---@class string\n")
	f.operator("|")
	f.printf("\n---What can be run: stages and the channels between them.\n---@class weir.Topology\n")
	f.operator("|+*")
	f.printf("local Topology = {}\n")
}

// operator writes those of some signs.
func (f *file) operator(signs string) {
	for _, o := range operands {
		for _, e := range f.entries {
			if e.Group == library.GroupOperator && e.Name == o.sign && strings.Contains(signs, o.sign) {
				f.printf("---@operator %s(%s): %s\n", o.name, o.right, e.Returns)
			}
		}
	}
}

func (f *file) config(fields []Field) {
	f.printf("\n---The prompt's settings.\n---@class weir.Config\n")
	for _, x := range fields {
		f.printf("---@field %s %s %s\n", x.Name, x.Types, x.Summary)
	}
}

// key names an entry for the types of its words: "topology:fd", "json.encode".
func key(e library.Entry) string {
	if e.Of != "" {
		return e.Of + ":" + e.Name
	}
	return e.Name
}

func (f *file) entry(e library.Entry) {
	class := classOf(e.Of)
	if e.Of != "" && class == "" {
		return // io's files are Lua's
	}
	if e.Group == library.GroupOption || e.Group == library.GroupResult || e.Group == library.GroupStage {
		f.begin(class, false)
		optional := ""
		if e.Group == library.GroupOption {
			optional = "?"
		}
		f.printf("---@field %s%s %s %s\n", e.Name, optional, e.Returns, e.Summary)
		return
	}
	list, err := forms(words{key(e), e.Group == library.GroupStandard}, e.Signature, returnsOf(e))
	if err != nil {
		f.err = err
		return
	}
	if e.Of != "" {
		f.begin(class, true)
	}
	f.about(e)
	if len(list) == 0 {
		f.value(e)
		return
	}
	f.function(e, list)
}

// begin begins a class if the last entry was of another. Methods need a local in which they are made.
func (f *file) begin(class string, methods bool) {
	if f.class == class {
		return
	}
	f.class = class
	if class == "weir.Topology" { // the operators began it
		return
	}
	f.printf("\n---@class %s", class)
	if parent := parentOf(class); parent != "" {
		f.printf(": %s", parent)
	}
	f.printf("\n")
	if parentOf(class) != "" {
		f.operator("|+")
	}
	f.printf("%s", fieldsOf(class))
	if methods {
		f.printf("local %s = {}\n", local(class))
	}
}

// fieldsOf are the fields of a class that have no entries.
func fieldsOf(class string) string {
	switch class {
	case "weir.Region":
		return "---@field [string] any a field of the layout\n"
	case "weir.Peer":
		return "---@field name string\n---@field pid integer\n"
	}
	return ""
}

func local(class string) string { return strings.TrimPrefix(class, "weir.") }

// about is what an editor shows beside a name.
func (f *file) about(e library.Entry) {
	f.printf("\n---%s\n", e.Summary)
	for _, line := range strings.Split(e.Long, "\n") {
		if e.Long != "" {
			f.printf("---\n---%s\n", line)
		}
	}
	if e.Example != "" {
		f.printf("---\n---```lua\n---%s\n---```\n", e.Example)
	}
	if e.Manual != "" {
		f.printf("---\n---Manual: %s\n", e.Manual)
	}
}

// value writes a global that is no function.
func (f *file) value(e library.Entry) {
	if e.Returns == "" {
		f.printf("---@class weir.%s\n%s = {}\n", e.Name, e.Name)
		return
	}
	f.printf("---@type %s\n%s = nil\n", e.Returns, e.Name)
}

// function writes the first form of a call as a function, the others as overloads.
func (f *file) function(e library.Entry, list []form) {
	first := list[0]
	if slices.Equal(first.returns, []string{"self"}) { // of whatever class it is
		f.printf("---@generic T\n---@param self T\n")
		first.returns = []string{"T"}
	}
	names := make([]string, len(first.params))
	for i, p := range first.params {
		names[i] = p.name
		f.printf("---@param %s %s\n", p.label(), p.types)
	}
	for _, r := range first.returns {
		f.printf("---@return %s\n", r)
	}
	for _, c := range list[1:] {
		f.printf("---@overload %s\n", overload(e, c))
	}
	name := e.Name
	if e.Of != "" {
		name = local(classOf(e.Of)) + ":" + e.Name
	}
	f.printf("function %s(%s) end\n", name, strings.Join(names, ", "))
}

// label is a parameter's name, with ? if it can be left out.
func (p param) label() string {
	if p.optional && p.name != "..." {
		return p.name + "?"
	}
	return p.name
}

func overload(e library.Entry, c form) string {
	var params []string
	if e.Of != "" {
		params = append(params, "self: "+classOf(e.Of))
	}
	for _, p := range c.params {
		params = append(params, p.label()+": "+p.types)
	}
	text := "fun(" + strings.Join(params, ", ") + ")"
	if len(c.returns) > 0 {
		text += ": " + strings.Join(c.returns, ", ")
	}
	return text
}

// returnsOf is what an entry returns. Of Lua's own library it is rough: editors know that themselves.
func returnsOf(e library.Entry) string {
	switch {
	case e.Group != library.GroupStandard:
		return e.Returns
	case strings.HasPrefix(e.Name, "math."):
		return "number"
	}
	return "any ..."
}
