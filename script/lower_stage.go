package script

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"weir/runtime/plan"
)

// table is a stage's descriptors while its redirections are carried out from
// left to right. A descriptor that is not in it is the runtime's default.
type table map[int]*attach

// closed stands in a table for a descriptor that the stage does not have.
var closed = &attach{}

func (lo *lowering) addStage(s *stage, in, out *attach) error {
	lo.standings.add(s)
	switch {
	case s.line != nil:
		return lo.addLine(s, in, out)
	case s.fn != nil:
		return lo.addFunction(s, in, out)
	}
	fds := descriptors(in, out)
	if err := lo.extend(s, fds); err != nil {
		return err
	}
	if err := lo.follow(s, fds, nil); err != nil {
		return err
	}
	argv, err := lo.substituted(s, fds)
	if err != nil {
		return err
	}
	rs := lo.newStage(s, argv)
	if err := lo.supervise(&rs, s, fds); err != nil {
		return err
	}
	lo.finish(rs, fds)
	return nil
}

func descriptors(in, out *attach) table {
	fds := table{}
	if in != nil {
		fds[0] = in
	}
	if out != nil {
		fds[1] = out
	}
	return fds
}

// newStage is a stage with a name of its own.
func (lo *lowering) newStage(s *stage, argv []string) plan.Stage {
	rs := lo.top.newStage(cmp.Or(s.set.name, s.baseName(argv)), write(s), s.Origin)
	rs.Argv, rs.Dir, rs.Timeout, rs.Env = argv, s.set.dir, s.set.timeout, changes(s.set.env)
	return rs
}

// called is the name of a stage that runs a function, before runs tell it from others.
func (s *stage) called() string { return cmp.Or(s.set.name, s.baseName(nil)) }

func (s *stage) baseName(argv []string) string {
	switch {
	case s.fn == nil:
		return filepath.Base(argv[0])
	case s.filter != nil:
		return filterNames(s.filter)
	case s.fn.name != "":
		return s.fn.name
	case s.thread:
		return fmt.Sprintf("thread@%d", s.fn.fn.Proto.LineDefined)
	}
	return fmt.Sprintf("proc@%d", s.fn.fn.Proto.LineDefined)
}

// changes writes an environment's changes as the runtime reads them.
func changes(env map[string]*string) []string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(env)) {
		if v := env[k]; v != nil {
			k += "=" + *v
		}
		list = append(list, k)
	}
	return list
}

// heldEnd is what a stage's descriptor was attached to.
type heldEnd struct {
	fd       int
	end      *attach
	replaced bool // by what the descriptor was attached to later
}

// finish adds a stage with its descriptors. The files of redirections come in the order
// in which they were written: the first that cannot be opened is the error.
func (lo *lowering) finish(rs plan.Stage, fds table, replaced ...heldEnd) {
	lo.top.Stages = append(lo.top.Stages, rs)
	st := &lo.top.Stages[len(lo.top.Stages)-1]
	if fds[0] == nil && rs.Relay == nil {
		if in := lo.std.input(); in != nil {
			fds[0] = in
		}
	}
	ends := replaced
	for fd, end := range fds {
		if end != closed {
			ends = append(ends, heldEnd{fd: fd, end: end})
		} else if fd <= 2 {
			st.Closed = append(st.Closed, fd)
		}
	}
	slices.SortFunc(ends, func(a, b heldEnd) int { return cmp.Or(a.end.turn-b.end.turn, a.fd-b.fd) })
	for _, g := range ends {
		lo.top.Ends = append(lo.top.Ends, plan.End{Stage: rs.Name, Channel: g.end.channel, Mode: g.end.mode,
			FD: g.fd, Replaced: g.replaced})
	}
}
