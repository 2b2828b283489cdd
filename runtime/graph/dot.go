package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// dotShapes are Graphviz's attributes for each kind of node.
var dotShapes = map[Kind]string{
	Program:  "shape=box",
	Lua:      "shape=box, style=bold",
	Thread:   "shape=box, style=dashed",
	Relay:    "shape=box, peripheries=2",
	Channel:  "shape=box, style=rounded",
	Terminal: "shape=plaintext",
}

// WriteDOT writes the graph for Graphviz: dot -Tsvg. Several parts are
// clusters. Replicas are folded.
func (g *Graph) WriteDOT(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString("digraph weir {\n  rankdir=LR;\n  node [fontname=\"monospace\", height=0.3];\n" +
		"  edge [fontname=\"monospace\", fontsize=10];\n")
	first := 0
	for i := range g.Parts {
		p := fold(&g.Parts[i])
		indent := "  "
		if len(g.Parts) > 1 || title(p) != "" {
			fmt.Fprintf(out, "  subgraph cluster_%d {\n    label=%s;\n    fontname=\"monospace\";\n    color=gray;\n",
				i+1, dotString(title(p)))
			indent = "    "
		}
		for k := range p.Nodes {
			n := &p.Nodes[k]
			fmt.Fprintf(out, "%sn%d [label=%s, %s];\n", indent, first+k+1, dotString(n.label(false)), dotShapes[n.Kind])
		}
		for k := range p.Edges {
			e := &p.Edges[k]
			fmt.Fprintf(out, "%sn%d -> n%d%s;\n", indent, first+e.From+1, first+e.To+1, dotEdge(e))
		}
		if indent != "  " {
			out.WriteString("  }\n")
		}
		first += len(p.Nodes)
	}
	out.WriteString("}\n")
	return out.Flush()
}

func dotEdge(e *Edge) string {
	var list []string
	if e.Label != "" {
		list = append(list, "label="+dotString(short(e.Label, textLimit, false)))
	}
	if l := e.fromLabel(); l != "" {
		list = append(list, "taillabel="+dotString(l))
	}
	if l := e.arrivalLabel(); l != "" {
		list = append(list, "headlabel="+dotString(l))
	}
	if e.Both {
		list = append(list, "dir=both")
	}
	if e.Loop {
		list = append(list, "constraint=false")
	}
	if len(list) == 0 {
		return ""
	}
	return " [" + strings.Join(list, ", ") + "]"
}

// dotString quotes a text: in a label a backslash begins an escape.
func dotString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
