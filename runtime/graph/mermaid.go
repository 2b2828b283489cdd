package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// mermaidShapes are the brackets for each kind of node.
var mermaidShapes = map[Kind][2]string{
	Program: {"[", "]"}, Lua: {"[[", "]]"}, Thread: {"[", "]:::thread"},
	Relay: {"{{", "}}"}, Channel: {"([", "])"}, Terminal: {"[", "]:::terminal"},
}

// WriteMermaid writes the graph as a flowchart, for Markdown that shows such.
// Several parts are subgraphs. Replicas are folded.
func (g *Graph) WriteMermaid(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString("flowchart LR\n  classDef thread stroke-dasharray: 5 3\n  classDef terminal fill:none,stroke:none\n")
	first := 0
	for i := range g.Parts {
		p := fold(&g.Parts[i])
		indent := "  "
		if len(g.Parts) > 1 || title(p) != "" {
			name := title(p)
			if name == "" {
				name = fmt.Sprintf("%d", i+1)
			}
			fmt.Fprintf(out, "  subgraph g%d[%s]\n    direction LR\n", i+1, mermaidString(name))
			indent = "    "
		}
		for k := range p.Nodes {
			n := &p.Nodes[k]
			shape := mermaidShapes[n.Kind]
			fmt.Fprintf(out, "%sn%d%s%s%s\n", indent, first+k+1, shape[0], mermaidString(n.label(false)), shape[1])
		}
		for k := range p.Edges {
			e := &p.Edges[k]
			fmt.Fprintf(out, "%sn%d %s n%d\n", indent, first+e.From+1, mermaidArrow(e), first+e.To+1)
		}
		if indent != "  " {
			out.WriteString("  end\n")
		}
		first += len(p.Nodes)
	}
	return out.Flush()
}

func mermaidArrow(e *Edge) string {
	arrow := "-->"
	switch {
	case e.Both:
		arrow = "<-->"
	case e.Loop:
		arrow = "-.->"
	}
	from, to := e.fromLabel(), e.arrivalLabel()
	var words []string
	if from != "" || to != "" {
		words = append(words, strings.TrimSpace(from+" → "+to))
	}
	if e.Both {
		words = []string{from + to}
	}
	if e.Label != "" {
		words = append([]string{short(e.Label, textLimit, false)}, words...)
	}
	if len(words) == 0 {
		return arrow
	}
	return arrow + "|" + mermaidString(strings.Join(words, " ")) + "|"
}

// mermaidString quotes a text. What means something to Mermaid, Markdown or
// HTML is written as Mermaid's entities, by number.
func mermaidString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r >= 0x80, r == ' ', r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case i > 0 && s[i-1] != ' ' && strings.ContainsRune("-./:,=", r) && !startsList(s[:i+1]):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// startsList reports whether Markdown takes the beginning of a text, "1.", for a
// list.
func startsList(s string) bool {
	return strings.Trim(s[:len(s)-1], "0123456789") == ""
}
