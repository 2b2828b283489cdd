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
		X         int      `json:"x"` // of its left edge, in cells of a drawing, from 0
		Y         int      `json:"y"` // of its upper edge, in rows, from 0 downwards
		W         int      `json:"w"`
		H         int      `json:"h"`
	}
	jsonEdge struct {
		From    int      `json:"from"`
		To      int      `json:"to"`
		FromFD  []int    `json:"from_fd,omitempty"`
		ToFD    []int    `json:"to_fd,omitempty"`
		Both    bool     `json:"both,omitempty"`
		Loop    bool     `json:"loop,omitempty"`
		Channel string   `json:"channel,omitempty"`
		Label   string   `json:"label,omitempty"`
		Full    bool     `json:"full,omitempty"`
		Points  [][2]int `json:"points,omitempty"` // x and y where its line begins, turns and ends
	}
)

// WriteJSON writes a list with one object for each part. Nothing is folded or
// cut: every stage is there, numbered from 0 in its part.
func (g *Graph) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(g.json())
}

// JSON is what WriteJSON writes, on one line.
func (g *Graph) JSON() json.RawMessage {
	text, err := json.Marshal(g.json())
	if err != nil {
		return nil
	}
	return text
}

func (g *Graph) json() []jsonPart {
	list := []jsonPart{}
	for i := range g.Parts {
		list = append(list, g.Parts[i].json())
	}
	return list
}

func (p *Part) json() jsonPart {
	out := jsonPart{Title: p.Title, Nodes: []jsonNode{}, Edges: []jsonEdge{}}
	for k := range p.Nodes {
		n := &p.Nodes[k]
		out.Nodes = append(out.Nodes, jsonNode{ID: k, Kind: n.Kind, Name: n.Name, Mechanism: n.Mechanism, Text: n.Text})
	}
	for _, e := range p.Edges {
		out.Edges = append(out.Edges, jsonEdge{From: e.From, To: e.To, FromFD: e.FromFD, ToFD: e.ToFD,
			Both: e.Both, Loop: e.Loop, Channel: e.Channel, Label: e.Label, Full: e.Full})
	}
	below := 0 // the components stand one below the other
	for _, d := range draw(p, false) {
		for _, b := range d.boxes {
			n := &out.Nodes[b.node]
			n.X, n.Y, n.W, n.H = b.x, below+b.y, b.w, b.h
		}
		for _, at := range d.paths {
			e := &out.Edges[at.edge]
			for _, p := range at.points {
				e.Points = append(e.Points, [2]int{p.x, below + p.y})
			}
		}
		below += d.h + 1
	}
	return out
}
