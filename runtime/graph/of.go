package graph

import (
	"fmt"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"

	"weir/ipc"
	"weir/ipc/luatext"
	"weir/runtime/explain"
	"weir/runtime/plan"
)

// Of makes a graph of plans. What is only the way in which weir runs Lua stages
// is left out, and so are standard streams that nobody redirected, but for the
// standard output at the right end of a chain. Whether the stage at its left
// end reads standard input, which it has, nobody knows.
func Of(plans ...*plan.Plan) *Graph {
	g := &Graph{}
	for _, p := range plans {
		b := &builder{plan: p, joins: make([][]join, len(p.Channels))}
		b.addStages()
		b.gather()
		for i := range p.Channels {
			b.addChannel(i)
		}
		g.Parts = append(g.Parts, b.part)
	}
	return g
}

type builder struct {
	plan  *plan.Plan
	part  Part
	joins [][]join // by channel
}

// join is all that one stage has of one channel, in one direction.
type join struct {
	stage int // ownStage is the script
	mode  ipc.Mode
	fds   []int
}

const ownStage = -1

// both reports whether bytes may go either way through it.
func (j *join) both() bool { return j.mode == ipc.Both }

func (b *builder) addStages() {
	for i := range b.plan.Stages {
		st := &b.plan.Stages[i]
		n := Node{Kind: Program, Name: st.Name, Count: 1}
		plainName := withoutNumber(st.Name)
		switch {
		case st.Relay != nil:
			n.Kind, n.Text = Relay, plainName
		case st.Thread != nil:
			n.Kind, n.Text = Thread, functionText(st, plainName, "thread")
		case b.plan.RunsLua(st):
			n.Kind, n.Text = Lua, functionText(st, plainName, "proc")
		default:
			n.Text = explain.CommandLine(st)
			if len(st.Argv) > 0 && plainName != filepath.Base(st.Argv[0]) {
				n.Text = plainName + ": " + n.Text
			}
		}
		n.Text = plan.Visible(n.Text)
		b.part.Nodes = append(b.part.Nodes, n)
	}
}

// functionText names a Lua stage: proc and its function, unless the user wrote
// something else, such as listen(...).
func functionText(st *plan.PlannedStage, name, verb string) string {
	if st.Text != "" && !strings.HasPrefix(st.Text, verb+"(") {
		return st.Text
	}
	if strings.HasPrefix(name, verb+"@") {
		return verb + " line " + strings.TrimPrefix(name, verb+"@")
	}
	return verb + " " + name
}

// withoutNumber takes off what makes the name of a second stage of one name
// unique: "cat#2" is a cat.
func withoutNumber(name string) string {
	if i := strings.LastIndexByte(name, '#'); i > 0 && isNumber(name[i+1:]) {
		return name[:i]
	}
	return name
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// gather sorts the ends by channel.
func (b *builder) gather() {
	for i := range b.plan.Stages {
		st := &b.plan.Stages[i]
		for _, end := range st.Ends {
			if ch := &b.plan.Channels[end.Channel]; !b.hidden(st, ch, end.FD) {
				b.join(end.Channel, i, end.Mode, end.FD)
			}
		}
	}
	index := map[string]int{}
	for i := range b.plan.Channels {
		index[b.plan.Channels[i].Name] = i
	}
	for _, end := range b.plan.Topology.Ends {
		if i := index[end.Channel]; end.Stage == "" && b.plan.Channels[i].Kind != ipc.KindMemory {
			b.join(i, ownStage, end.Mode, end.FD)
		}
	}
}

func (b *builder) join(channel, stage int, mode ipc.Mode, fd int) {
	if mode == ipc.Append {
		mode = ipc.Write
	}
	list := b.joins[channel]
	for i := range list {
		if list[i].stage == stage && list[i].mode == mode {
			list[i].fds = append(list[i].fds, fd)
			slices.Sort(list[i].fds)
			return
		}
	}
	b.joins[channel] = append(list, join{stage, mode, []int{fd}})
}

// hidden tells what no drawing shows: the memory by which a Lua function
// travels, the second and further descriptors of one object, and standard
// streams where they are by default.
func (b *builder) hidden(st *plan.PlannedStage, ch *plan.PlannedChannel, fd int) bool {
	switch {
	case ch.Kind == ipc.KindStandard:
		return st.Relay == nil && fd == ch.FD
	case ch.Kind == ipc.KindMemory && (ch.Name == st.Name+".in" || ch.Name == st.Name+".out"):
		return b.plan.RunsLua(st)
	case ch.File != nil && ch.Call == "":
		of, _, found := cutLast(ch.Name, ".")
		return found && slices.ContainsFunc(b.plan.Channels, func(c plan.PlannedChannel) bool {
			return c.Name == of && c.Kind == ch.Kind && c.Call != ""
		})
	}
	return false
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// addChannel draws a channel: as an edge, as terminals, or as a node of its own.
func (b *builder) addChannel(i int) {
	ch, joins := &b.plan.Channels[i], b.joins[i]
	if ch.Kind == ipc.KindStandard {
		b.addStandard(ch, joins)
		return
	}
	if len(joins) == 0 || len(joins) == 1 && ch.Kind == ipc.KindMailbox && ch.Path == "" {
		return // a stage's own mailbox, to which nobody sends
	}
	writers, readers := sides(joins)
	if ch.Kind == ipc.KindPipe && len(joins) == 2 && len(writers) == 1 && len(readers) == 1 {
		b.addEdge(writers[0], readers[0], Edge{Channel: ch.Name, Label: pipeLabel(ch), Loop: ch.Loop})
		return
	}
	if ch.Kind == ipc.KindFile && ch.Path == "/dev/null" {
		for _, j := range joins {
			b.end(j, "/dev/null")
		}
		return
	}
	node := len(b.part.Nodes)
	b.part.Nodes = append(b.part.Nodes, Node{Kind: Channel, Name: ch.Name, Text: channelText(ch),
		Mechanism: ch.Kind, Count: 1})
	for _, j := range joins {
		at, fds := b.side(j)
		e := Edge{From: at, To: node, FromFD: fds, Both: j.both()}
		if j.both() {
			e.Both = !b.direct(&e, j.stage)
		} else if !j.mode.Writes() {
			e = Edge{From: node, To: at, ToFD: fds, Loop: ch.Loop}
		}
		b.part.Edges = append(b.part.Edges, e)
	}
}

// direct turns the edge between a relay and an object the way in which the
// relay moves, where its other ends say so.
func (b *builder) direct(e *Edge, stage int) bool {
	if stage == ownStage || b.plan.Stages[stage].Relay == nil {
		return false
	}
	reads, writes := false, false
	for _, end := range b.plan.Stages[stage].Ends {
		reads = reads || end.Mode == ipc.Read
		writes = writes || end.Mode == ipc.Write || end.Mode == ipc.Append
	}
	if writes && !reads {
		e.From, e.To = e.To, e.From
	}
	return reads != writes
}

func sides(joins []join) (writers, readers []join) {
	for _, j := range joins {
		switch {
		case j.both():
		case j.mode.Writes():
			writers = append(writers, j)
		default:
			readers = append(readers, j)
		}
	}
	return writers, readers
}

// addEdge joins two stages; the script's side ends in a terminal.
func (b *builder) addEdge(from, to join, e Edge) {
	e.From, e.FromFD = b.side(from)
	e.To, e.ToFD = b.side(to)
	b.part.Edges = append(b.part.Edges, e)
}

// side gives the node of a join, and the descriptors to be written there.
func (b *builder) side(j join) (node int, fds []int) {
	if j.stage == ownStage {
		return b.terminal("script"), nil
	}
	if b.plan.Stages[j.stage].Relay != nil {
		return j.stage, nil
	}
	return j.stage, j.fds
}

func (b *builder) terminal(text string) int {
	b.part.Nodes = append(b.part.Nodes, Node{Kind: Terminal, Text: text, Count: 1})
	return len(b.part.Nodes) - 1
}

// end draws a join to a small terminal of its own.
func (b *builder) end(j join, text string) {
	at, fds := b.side(j)
	e := Edge{From: at, FromFD: fds, To: b.terminal(text)}
	if !j.mode.Writes() {
		e = Edge{From: e.To, To: at, ToFD: fds}
	}
	b.part.Edges = append(b.part.Edges, e)
}

// addStandard draws what is joined to one of weir's own descriptors. For
// standard output these are the right ends of chains, too.
func (b *builder) addStandard(ch *plan.PlannedChannel, joins []join) {
	if ch.FD == 1 {
		for i := range b.plan.Stages {
			st := &b.plan.Stages[i]
			if st.Relay == nil && b.fed(st) && b.has(st, ch.Name, 1) {
				k := slices.IndexFunc(joins, func(j join) bool { return j.stage == i && j.mode.Writes() })
				if k < 0 {
					k, joins = len(joins), append(joins, join{stage: i, mode: ipc.Write})
				}
				joins[k].fds = append([]int{1}, joins[k].fds...)
			}
		}
	}
	for _, j := range joins {
		b.end(j, [...]string{"stdin", "stdout", "stderr"}[ch.FD])
	}
}

// fed reports whether a stage reads from something in the drawing.
func (b *builder) fed(st *plan.PlannedStage) bool {
	return slices.ContainsFunc(st.Ends, func(end plan.PlannedEnd) bool {
		ch := &b.plan.Channels[end.Channel]
		return end.Mode == ipc.Read && !b.hidden(st, ch, end.FD)
	})
}

func (b *builder) has(st *plan.PlannedStage, channel string, fd int) bool {
	return slices.ContainsFunc(st.Ends, func(end plan.PlannedEnd) bool {
		return end.FD == fd && b.plan.Channels[end.Channel].Name == channel
	})
}

// ownName is a channel's name where somebody gave it one.
func ownName(ch *plan.PlannedChannel) string {
	number, ok := strings.CutPrefix(ch.Name, string(ch.Kind))
	if ok && isNumber(number) || ch.Name == ch.Channel.Path || ch.Name == "capture" {
		return ""
	}
	return ch.Name
}

// pipeLabel says what is not usual about a pipe.
func pipeLabel(ch *plan.PlannedChannel) string {
	var parts []string
	if name := ownName(ch); name != "" {
		parts = append(parts, plan.Visible(name))
	}
	if ch.Channel.Capacity > 0 {
		parts = append(parts, size(ch.Channel.Capacity))
	}
	if n := len(ch.Data); n > 0 {
		parts = append(parts, "holds "+size(n))
	}
	return strings.Join(parts, ", ")
}

func size(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return strconv.Itoa(n>>20) + "M"
	case n >= 1<<10 && n%(1<<10) == 0:
		return strconv.Itoa(n>>10) + "K"
	}
	return strconv.Itoa(n) + "B"
}

// system decides what is an emulation; the tests draw for Linux.
var system = goruntime.GOOS

// channelText says the mechanism and what it is called there.
func channelText(ch *plan.PlannedChannel) string {
	var text string
	switch {
	case ch.Kind == ipc.KindMemory && len(ch.Data) > 0:
		text = "text " + luatext.Quote(string(ch.Data[:min(len(ch.Data), 4*textLimit)]))
	case ch.Channel.Path != "":
		text = string(ch.Kind) + " " + ch.Channel.Path
		if ipc.SupportOn(system, ch.Kind).Level == ipc.Emulated {
			text += " (emulated)"
		}
	default:
		text = string(ch.Kind)
		if ownName(ch) == "" {
			text = ch.Name
		}
	}
	if name := ownName(ch); name != "" {
		text = fmt.Sprintf("%s: %s", name, text)
	}
	return plan.Visible(text)
}
