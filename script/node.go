package script

import (
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// node is one part of a topology as the script wrote it: a *stage, *channel,
// *chain, *group, *inlineRelay,
// *loop or *server. Nodes do not change; methods of theirs make changed
// copies.
type node interface {
	At() problem.Origin
	// each makes a copy in which every stage was changed.
	each(*change) node
}

// stage is something that runs, written in one of four ways.
type stage struct {
	problem.Origin
	argv   []string      // cmd: a program and its arguments
	subs   []substitute  // the arguments that are topologies
	line   *string       // sh, or a bare string: a line of shell words, which may be several stages
	fn     *luaCode      // proc or thread, or what runs filters
	filter []*lua.LTable // weir's own filters, one behind the other, as fn is told of them
	thread bool          // fn runs on a thread of this process
	set    settings
	mail   *mail // its own mailbox; nil where it runs no function
}

// luaCode is a function that is to travel, with its arguments.
type luaCode struct {
	fn   *lua.LFunction
	args []lua.LValue
	name string // what the function is called in its source; may be empty
}

// settings are what the methods of a stage change.
type settings struct {
	name     string
	env      map[string]*string // nil removes a variable
	dir      string
	timeout  time.Duration
	stageFDs []*stageFD
	watch    supervision
}

// channel is something that carries or holds bytes between stages, as a topology names it.
type channel struct {
	problem.Origin
	kind     ipc.Kind
	path     string   // of a file or FIFO
	mode     ipc.Mode // of a file, where modeSet
	modeSet  bool
	data     string // of a memory channel
	capacity int    // of a pipe, in bytes; 0 lets the runtime choose
	create   *bool  // of a FIFO; nil makes it where it is not there
	made     bool   // this script has made it, and no run has removed it
	perm     uint32 // of a FIFO
	name     string
	spill    *inlineRelay // of a pipe: it takes all that comes
	meter    bool         // of a pipe: what goes through is counted
	*opened
}

// chain is two or more nodes joined by |, none of them a chain.
type chain struct {
	problem.Origin
	parts []node
	used  *int // how much of the array behind parts is taken; nil where it is not to be shared
}

func (s *stage) each(to *change) node {
	c := *s
	if to.parts {
		c.subs = slices.Clone(s.subs)
		for i := range c.subs {
			c.subs[i].node = c.subs[i].node.each(to)
		}
		c.set.stageFDs = to.ends(s.set.stageFDs)
	}
	to.stage(&c)
	to.count++
	return &c
}

func (c *channel) each(*change) node { return c }

func (c *chain) each(to *change) node {
	return &chain{Origin: c.Origin, parts: eachOf(c.parts, to)}
}

func eachOf(parts []node, to *change) []node {
	changed := make([]node, len(parts))
	for i, p := range parts {
		changed[i] = p.each(to)
	}
	return changed
}

// join makes a | b. A chain that grows part by part shares one array with its
// beginnings: t = t | x in a loop costs no more than it must.
func join(o problem.Origin, a, b node) *chain {
	left, right := chainParts(a), chainParts(b)
	c := &chain{Origin: o, parts: left}
	if grown, ok := a.(*chain); ok && grown.used != nil && *grown.used == len(left) && cap(left)-len(left) >= len(right) {
		c.used = grown.used
	} else {
		c.parts, c.used = append(make([]node, 0, 2*(len(left)+len(right))), left...), new(int)
	}
	c.parts = append(c.parts, right...)
	*c.used = len(c.parts)
	return c
}

func chainParts(n node) []node {
	if c, ok := n.(*chain); ok {
		return c.parts
	}
	return []node{n}
}

// toNode gives the node that a Lua value is.
func toNode(v lua.LValue) (node, bool) {
	if ud, ok := v.(*lua.LUserData); ok {
		n, ok := ud.Value.(node)
		return n, ok
	}
	return nil, false
}
