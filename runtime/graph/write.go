package graph

import (
	"fmt"
	"io"

	"weir/ipc/luatext"
)

// Formats are those that Write knows.
func Formats() []string { return []string{"text", "dot", "mermaid", "svg", "json"} }

// Write draws in a format by its name; o is for text.
func (g *Graph) Write(w io.Writer, format string, o TextOptions) error {
	switch format {
	case "text":
		return g.WriteText(w, o)
	case "dot":
		return g.WriteDOT(w)
	case "mermaid":
		return g.WriteMermaid(w)
	case "svg":
		return g.WriteSVG(w)
	case "json":
		return g.WriteJSON(w)
	}
	return fmt.Errorf("unknown format %s", luatext.Quote(format))
}
