package script

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
)

// attach is one side of a channel, to which a stage's descriptor will go.
type attach struct {
	channel string
	mode    ipc.Mode
	source  *channel // where the script wrote the channel; nil for one that | made
	turn    int      // of a file that a redirection opens: which of the command's it is, from 1
}

// lowering turns nodes into a topology of the runtime's.
type lowering struct {
	vm               *VM
	top              plan.Topology
	stages, channels names
	pipes            map[any]*use              // pipes and FIFOs of the script's, which may stand in several chains
	order            []*use                    // pipes in the order of their first use
	places           map[string]problem.Origin // where stages and channels were written
	std              map[int]string            // channels of weir's own descriptors
	values           map[string]*outcome       // of Lua stages
	boxes            []*party                  // the stages that have a mailbox
	mails            []*mail                   // the mailboxes that the run has
	holdings         []holding                 // pipes inside travelling functions
	objects          map[object][]string       // the channels that stand for them
	writers, readers map[*messageChannel]int   // relays
	held             map[*messageChannel]int   // functions that hold one
	streams          []connected               // the channels of connections
	words            map[string]string         // what the source calls a stage, for the caret
	written          map[string]*channel       // files by the absolute path that a run writes anew
	read             map[string]*channel
	meters           []*meter
	extras           map[*extra]*attach
	inside           []*lowering     // of what a listener runs
	line             map[string]bool // the files that earlier commands of the line of shell write
	perConnection    bool            // it is one of these, and has copies of the files of channels
	away             bool            // from the terminal: where nothing else is read, nothing is
	nothing          *attach         // what is read there; nil until a stage does
	inherit          int             // so many stages have weir's own standard input
	crowded          bool            // they, or the script, read it at the same time
	copies           bool            // what is added next are replicas
	family           node            // of those that run together, the one that is added
	strand           *strand         // the chain in it
	aside            bool            // in a part of a group inside that chain
	standings        map[*stage]*standing
	stood            []*stage
}

// use counts the ends of one pipe or FIFO.
type use struct {
	name           string
	back           string // what is read, where a relay stands between the two sides
	channel        *channel
	reads, writes  int
	ownRead, ownWr bool
}

func newLowering(vm *VM) *lowering {
	return &lowering{vm: vm, stages: names{}, channels: names{}, pipes: map[any]*use{}, places: map[string]problem.Origin{},
		std: map[int]string{}, values: map[string]*outcome{}, words: map[string]string{},
		objects: map[object][]string{}, writers: map[*messageChannel]int{}, readers: map[*messageChannel]int{}, held: map[*messageChannel]int{},
		written: map[string]*channel{}, read: map[string]*channel{}, extras: map[*extra]*attach{}, standings: map[*stage]*standing{}}
}

// surroundings are what the outermost stages read and write: nil is weir's own
// descriptor.
type surroundings struct{ in, out *attach }

// readName is the runtime's channel that readers of a use have.
func (u *use) readName() string {
	if u.back != "" {
		return u.back
	}
	return u.name
}

// lower adds all nodes as one topology.
func (lo *lowering) lower(nodes []node, around surroundings) error {
	for _, n := range nodes {
		lo.family = n
		if err := lo.add(n, around.in, around.out); err != nil {
			return err
		}
	}
	if err := lo.checkFiles(); err != nil {
		return err
	}
	lo.sharePipes()
	return lo.connect()
}

// sharePipes gives the ends of pipes that no chain uses to the functions that
// hold the pipe, or else to the script. Where both sides are to be had, a
// function gets both, and its first use closes the other.
func (lo *lowering) sharePipes() {
	held := map[*use]int{}
	for _, h := range lo.holdings {
		held[h.use]++
		if h.use.channel.kind != ipc.KindPipe {
			continue
		}
		both := h.use.reads > 0 && h.use.writes > 0
		if both || h.use.reads == 0 {
			lo.end(h.stage, h.use.readName(), ipc.Read, h.read)
		}
		if both || h.use.writes == 0 {
			lo.end(h.stage, h.use.name, ipc.Write, h.write)
		}
		if h.use.reads == 0 && h.use.writes == 0 {
			lo.channelOf(h.use.name).Either = true
		}
	}
	for _, u := range lo.order {
		if u.channel.kind != ipc.KindPipe {
			continue
		}
		u.ownRead, u.ownWr = u.reads == 0, u.writes == 0
		if n := held[u]; n > 1 || n == 1 && u.ownRead != u.ownWr {
			u.ownRead, u.ownWr = false, false
		}
		if u.ownRead {
			lo.end("", u.readName(), ipc.Read, -1)
		}
		if u.ownWr {
			lo.end("", u.name, ipc.Write, -1)
		}
	}
}

func (lo *lowering) add(n node, in, out *attach) error {
	switch n := n.(type) {
	case *stage:
		return lo.addStage(n, in, out)
	case *chain:
		return lo.addChain(n, in, out)
	case *server:
		return lo.addServer(n, in, out)
	case *group:
		return lo.addGroup(n, in, out)
	case *through:
		return lo.addThrough(n, in, out)
	case *loop:
		return lo.addLoop(n, in, out)
	case *into:
		return problem.New(n.Origin, "%s stands alone: it is an argument of cmd", write(n)).Hinted("write cmd(\"tee\", into(sh\"wc -l\"))").Pointing("into")
	case *channel:
		return problem.New(n.Origin, "nothing runs: %s is a channel, and has no stage beside it", write(n)).
			Hinted("join it to one: %s", exampleFor(n)).Pointing(verbOf(n))
	}
	return fmt.Errorf("lower: unknown node %T", n)
}

func (lo *lowering) addChain(n *chain, in, out *attach) error {
	if err := checkChain(n, in, out); err != nil {
		return err
	}
	n = fuse(n)
	outer, aside := lo.strand, lo.aside
	lo.strand, lo.aside = &strand{}, false
	defer func() { lo.strand, lo.aside = outer, aside }()
	left := in
	for i, part := range n.parts {
		if c, ok := part.(*channel); ok {
			if i == 0 {
				var err error
				if left, err = lo.source(c); err != nil {
					return err
				}
			}
			continue
		}
		right, next, err := lo.link(n, i, out)
		if err != nil {
			return err
		}
		if err := lo.add(part, left, right); err != nil {
			return err
		}
		left = next
	}
	return nil
}

// link makes the channel to the right of part i, if any: what the part writes
// to, and what the part after it reads.
func (lo *lowering) link(n *chain, i int, out *attach) (right, next *attach, err error) {
	if i+1 == len(n.parts) {
		return out, nil, nil
	}
	c, ok := n.parts[i+1].(*channel)
	if !ok {
		name := lo.newChannel(plan.Channel{Kind: ipc.KindPipe}, n.Origin)
		return &attach{channel: name, mode: ipc.Write}, &attach{channel: name}, nil
	}
	if _, several := n.parts[i].(*group); several && c.msg != nil {
		right = &attach{mode: ipc.Write, source: c} // each of them gets a relay: see collectFrom
		if i+2 < len(n.parts) {
			next, err = lo.source(c)
		}
		return right, next, err
	}
	if c.stream != nil && i+2 < len(n.parts) {
		return lo.streamBetween(c)
	}
	if right, err = lo.sink(c); err != nil || i+2 == len(n.parts) {
		return right, nil, err
	}
	next, err = lo.source(c)
	return right, next, err
}

// checkChain refuses what cannot be joined.
func checkChain(n *chain, in, out *attach) error {
	last := len(n.parts) - 1
	for i, part := range n.parts {
		switch p := part.(type) {
		case *channel:
			if i > 0 {
				if c, ok := n.parts[i-1].(*channel); ok {
					return problem.New(n.Origin, "no stage stands between %s and %s", write(c), write(p)).
						Hinted("write %s | \"cat\" | %s", write(c), write(p)).Pointing("|")
				}
			}
			if err := checkPlace(p, i, last); err != nil {
				return err
			}
			if i == 0 && in != nil {
				return problem.New(n.Origin, "%s is fed from the left twice", write(n)).Pointing(verbOf(p))
			}
			if i == last && out != nil {
				return problem.New(n.Origin, "no output is left to take: %s goes into %s", write(n.parts[0]), write(p)).
					Hinted("leave %s out, or run it and read it", write(p)).Pointing(verbOf(p))
			}
		}
	}
	return nil
}

// checkPlace refuses a channel where its kind cannot stand.
func checkPlace(c *channel, i, last int) error {
	place := problem.New(c.Origin, "").Pointing(verbOf(c))
	switch {
	case c.kind == ipc.KindMemory && i > 0:
		place.Message = "a text is a source: it stands at the left end of a chain"
		return place
	case c.kind == ipc.KindFile && i > 0 && i < last:
		place.Message = fmt.Sprintf("%s stands in the middle of a chain, where a file can be neither source nor sink", write(c))
		return place.Hinted("end the chain with it, or keep a copy on the way: | \"tee %s\" |", c.path)
	case i == 0 && c.onlyWritten():
		place.Message = fmt.Sprintf("%s is opened for writing, and stands at the left, where it is read", write(c))
		return place.Hinted("write file%s", problem.Quote(c.path))
	case i > 0 && c.onlyRead():
		place.Message = fmt.Sprintf("%s is opened for reading, and stands at the right, where it is written", write(c))
		return place.Hinted("write file(%s, \"w\")", problem.Quote(c.path))
	}
	return nil
}

func exampleFor(c *channel) string {
	if c.onlyWritten() {
		return `"seq 3" | ` + write(c)
	}
	return write(c) + ` | "cat"`
}

// checkFiles refuses a run that would empty a file before it reads it.
func (lo *lowering) checkFiles() error {
	for path, c := range lo.written {
		if _, both := lo.read[path]; !both {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return problem.New(c.Origin, "this run reads %s and writes it anew: it would be empty before it is read", c.path).
				Hinted("write another file and rename it").Pointing(c.path)
		}
	}
	return nil
}

// unused lists the pipes that only the script itself could read or write.
func (lo *lowering) unused() []*use {
	return slices.DeleteFunc(slices.Clone(lo.order), func(u *use) bool {
		return u.channel.kind != ipc.KindPipe || !u.ownRead && !u.ownWr
	})
}

// absolute gives a path as another working directory would need it.
func absolute(path, dir string) string {
	if filepath.IsAbs(path) || dir == "" {
		return path
	}
	return filepath.Join(dir, path)
}

// verbOf is the function of the library that makes such a channel.
func verbOf(c *channel) string {
	if c.kind == ipc.KindMemory {
		return "text"
	}
	if c.stream != nil || c.msg != nil && c.msg.outside {
		return "socket"
	}
	return string(c.kind)
}

// Describe is for errors: "a pipe".
func (c *channel) Describe() string { return "a " + verbOf(c) }

// timeoutOf gives the time that a stage was allowed.
func (lo *lowering) timeoutOf(name string) time.Duration {
	for i := range lo.top.Stages {
		if lo.top.Stages[i].Name == name {
			return lo.top.Stages[i].Timeout
		}
	}
	return 0
}

// word is what the caret points at for a stage.
func (lo *lowering) word(name string) string {
	if w := lo.words[name]; w != "" {
		return w
	}
	base, _, _ := strings.Cut(name, "#")
	return base
}
