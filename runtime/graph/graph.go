// Package graph draws plans: stages as boxes, channels as rounds, relays and
// threads told apart, ends labelled with their descriptors.
//
// Of makes a Graph of plans, pure data. Fold puts replicas together. A layered
// layout (rank.go, order.go, place.go, route.go) gives every box and line its
// place on a grid of character cells, from left to right; WriteText and
// WriteSVG draw that grid, WriteDOT and WriteMermaid leave the layout to
// others, and WriteJSON gives the graph itself.
package graph

import "weir/ipc"

// Graph is what plans look like, one part for each.
type Graph struct{ Parts []Part }

// Part is the graph of one plan. It may have several connected components.
type Part struct {
	Title string // written above it where it is not empty
	Nodes []Node
	Edges []Edge
}

// Kind says what a node is.
type Kind string

// The kinds of node.
const (
	Program  Kind = "program"  // a process that runs a program
	Lua      Kind = "lua"      // a process that runs a Lua function
	Thread   Kind = "thread"   // a thread of weir's own process
	Relay    Kind = "relay"    // weir itself, moving bytes
	Channel  Kind = "channel"  // what carries or holds
	Terminal Kind = "terminal" // where a chain ends: a standard stream, the script
)

// Node is a stage, a channel or the end of a chain.
type Node struct {
	Kind      Kind
	Name      string   // of the stage or channel in its topology; a terminal has none
	Text      string   // what is written into it, whole, with control characters spelt out
	Mechanism ipc.Kind // of a channel
	Count     int      // so many replicas that were folded into one; else 1
	Note      string   // of a run that is watched: what stands below the text in WriteText
}

// Edge goes the way that the bytes go: from Nodes[From] to Nodes[To].
type Edge struct {
	From    int
	To      int
	FromFD  []int // the stage's descriptors there, ascending; nil at a channel, a relay and a terminal
	ToFD    []int
	Both    bool   // bytes may go both ways
	Loop    bool   // closes a cycle that is meant
	Channel string // of a pipe from stage to stage: its name
	Label   string // and what is not usual about it
	Full    bool   // of a run that is watched: nothing more goes into it; it is drawn heavily
}

// fromLabel is what stands where the edge leaves: a stage's descriptor, but for
// its standard output.
func (e *Edge) fromLabel() string {
	if e.Both {
		return fdLabel(e.FromFD, -1)
	}
	return fdLabel(e.FromFD, 1)
}

// arrivalLabel is what stands where it arrives: a stage's descriptor, but for its
// standard input.
func (e *Edge) arrivalLabel() string {
	if e.Both {
		return fdLabel(e.ToFD, -1)
	}
	return fdLabel(e.ToFD, 0)
}

// toLabel has the edge's own label, too, where there is no other place for it.
func (e *Edge) toLabel() string {
	switch fds := e.arrivalLabel(); {
	case fds == "":
		return e.Label
	case e.Label == "":
		return fds
	default:
		return e.Label + " " + fds
	}
}
