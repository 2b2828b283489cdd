// Package reference writes documents: the reference of weir doc, and the pages of the prompt's help,
// which are items of the same document.
//
//   - document.go has the parts of a document
//   - text.go writes them as text, html.go as a page of HTML, man.go as a manual page
//
// It knows nothing of Lua and of commands: packages help and command make documents of their tables.
package reference

import "strings"

// Document is the whole.
type Document struct {
	Name     string // of the program
	Version  string
	Summary  string   // a line
	Synopsis []string // how it is called
	Sections []Section
}

// Section has a title and what stands under it.
type Section struct {
	Title  string
	Blocks []Block
}

// Block is a Paragraph, Code, Rows, a Grid or an Item.
type Block interface{ isBlock() }

type (
	// Paragraph is prose, which is wrapped.
	Paragraph string
	// Code is not wrapped.
	Code string
	// Rows are names with a line about each.
	Rows [][2]string
	// Grid is a table; its first row is the head.
	Grid [][]string
)

// Item is one thing that can be looked up: a function, a method, a command.
type Item struct {
	ID        string // unlike any other in the document, "queue", "topology:restart"
	Signature string
	Of        string // whose member it is: "of a topology"; may be empty
	Summary   string // a line
	Example   string // as it is entered; may be empty
	Long      string // prose, as Prose reads it; may be empty
	Fields    []Field
}

// Field is one more fact: the manual page, the system's support.
type Field struct{ Title, Text string }

func (Paragraph) isBlock() {}
func (Code) isBlock()      {}
func (Rows) isBlock()      {}
func (Grid) isBlock()      {}
func (Item) isBlock()      {}

// Prose makes blocks of a text. Empty lines divide it; an indented part is code.
func Prose(text string) (blocks []Block) {
	for _, part := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		switch {
		case part == "":
		case strings.HasPrefix(part, "  "):
			blocks = append(blocks, Code(unindent(part)))
		default:
			blocks = append(blocks, Paragraph(part))
		}
	}
	return blocks
}

// unindent removes from every line the blanks that the first begins with.
func unindent(text string) string {
	lines := strings.Split(text, "\n")
	indent := lines[0][:len(lines[0])-len(strings.TrimLeft(lines[0], " "))]
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, indent)
	}
	return strings.Join(lines, "\n")
}
