package script

import (
	"fmt"
	"path/filepath"

	"weir/ipc"
	"weir/runtime"
	"weir/script/problem"
)

// lowering turns nodes into a topology of the runtime's. It goes down the nodes; its parts keep
// what each subject has in the run.
type lowering struct {
	vm          *VM
	opts        runOptions
	top         *draft
	std         *standardStreams
	relays      *relays
	pipes       pipes
	objects     runObjects
	connections connections
	outcomes    outcomes
	standings   standings
	mail        runMail
	stageFDs    map[*stageFD]*attach
	inside      []*lowering // of what a listener runs

	perConnection bool // it is one of these, and has copies of the files of channels
}

func newLowering(vm *VM) *lowering {
	top := newDraft()
	std := &standardStreams{top: top, names: map[int]string{}}
	relays := &relays{top: top, std: std}
	return &lowering{
		vm: vm, top: top, std: std, relays: relays,
		pipes:       newPipes(top, relays),
		objects:     newRunObjects(vm, top),
		connections: connections{top: top},
		outcomes:    outcomes{vm: vm, top: top, of: map[string]*outcome{}},
		standings:   standings{of: map[*stage]*standing{}},
		stageFDs:    map[*stageFD]*attach{},
	}
}

// surroundings are what the outermost stages read and write: nil is weir's own
// descriptor.
type surroundings struct{ in, out *attach }

// lower adds all nodes as one topology.
func (lo *lowering) lower(nodes []node, around surroundings) error {
	for _, n := range nodes {
		lo.standings.family = n
		if err := lo.add(n, around.in, around.out); err != nil {
			return err
		}
	}
	if err := lo.pipes.checkFiles(); err != nil {
		return err
	}
	lo.pipes.share()
	lo.connections.packets(&lo.objects)
	lo.connections.comeAbout(lo.vm, lo.opts.deadlock == runtime.DeadlockOff)
	return nil
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
	case *inlineRelay:
		lo.relays.inline(n, in, out)
		return nil
	case *loop:
		return lo.addLoop(n, in, out)
	case *into:
		return problem.New(n.Origin, "%s stands alone: it is an argument of cmd", write(n)).
			Hinted("write cmd(\"tee\", into(sh\"wc -l\"))").Pointing("into")
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
	defer lo.standings.enterChain()()
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
		right, next = lo.top.newPipe(n.Origin)
		return right, next, nil
	}
	if _, several := n.parts[i].(*group); several && c.msg != nil {
		right = &attach{mode: ipc.Write, source: c} // each of them gets a relay: see collectFrom
		if i+2 < len(n.parts) {
			next, err = lo.source(c)
		}
		return right, next, err
	}
	if c.stream != nil && i+2 < len(n.parts) {
		return lo.connections.between(c)
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
		place.Message = write(c) + " stands in the middle of a chain, where a file can be neither source nor sink"
		return place.Hinted("end the chain with it, or keep a copy on the way: | \"tee %s\" |", c.path)
	case i == 0 && c.onlyWritten():
		place.Message = write(c) + " is opened for writing, and stands at the left, where it is read"
		return place.Hinted("write file%s", problem.Quote(c.path))
	case i > 0 && c.onlyRead():
		place.Message = write(c) + " is opened for reading, and stands at the right, where it is written"
		return place.Hinted("write file(%s, \"w\")", problem.Quote(c.path))
	}
	return nil
}

// absolute gives a path as another working directory would need it.
func absolute(path, dir string) string {
	if filepath.IsAbs(path) || dir == "" {
		return path
	}
	return filepath.Join(dir, path)
}
