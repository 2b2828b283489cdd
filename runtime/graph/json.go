package graph

import (
	"encoding/json"
	"io"

	"weir/ipc"
)

// A graph as JSON.
type (
	jsonPart struct {
		Title string     `json:"title,omitempty"`
		Nodes []jsonNode `json:"nodes"`
		Edges []jsonEdge `json:"edges"`
	}
	jsonNode struct {
		ID        int      `json:"id"`
		Kind      Kind     `json:"kind"`
		Name      string   `json:"name,omitempty"`
		Mechanism ipc.Kind `json:"mechanism,omitempty"`
		Text      string   `json:"text"`
	}
	jsonEdge struct {
		From    int    `json:"from"`
		To      int    `json:"to"`
		FromFD  []int  `json:"from_fd,omitempty"`
		ToFD    []int  `json:"to_fd,omitempty"`
		Both    bool   `json:"both,omitempty"`
		Loop    bool   `json:"loop,omitempty"`
		Channel string `json:"channel,omitempty"`
		Label   string `json:"label,omitempty"`
		Full    bool   `json:"full,omitempty"`
	}
)

// WriteJSON writes a list with one object for each part. Nothing is folded or
// cut: every stage is there, numbered from 0 in its part.
func (g *Graph) WriteJSON(w io.Writer) error {
	list := []jsonPart{}
	for i := range g.Parts {
		p := &g.Parts[i]
		out := jsonPart{Title: p.Title, Nodes: []jsonNode{}, Edges: []jsonEdge{}}
		for k := range p.Nodes {
			n := &p.Nodes[k]
			out.Nodes = append(out.Nodes, jsonNode{k, n.Kind, n.Name, n.Mechanism, n.Text})
		}
		for _, e := range p.Edges {
			out.Edges = append(out.Edges, jsonEdge(e))
		}
		list = append(list, out)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(list)
}
