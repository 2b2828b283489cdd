package script

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
)

// table is a stage's descriptors while its redirections are carried out from
// left to right. A descriptor that is not in it is the runtime's default.
type table map[int]*attach

// closed stands in a table for a descriptor that the stage does not have.
var closed = &attach{}

func (lo *lowering) addStage(s *stage, in, out *attach) error {
	lo.stand(s)
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
	rs.Text = write(s)
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
	rs := plan.Stage{Argv: argv, Dir: s.set.dir, Timeout: s.set.timeout, Origin: s.Origin.String(), Env: changes(s.set.env)}
	rs.Name = s.set.name
	if rs.Name == "" {
		rs.Name = s.baseName(argv)
	}
	rs.Name = lo.stages.unique(rs.Name, rs.Name+"#")
	lo.places[rs.Origin] = s.Origin
	lo.places[rs.Name] = s.Origin
	return rs
}

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

// finish adds a stage with its descriptors. The files of redirections come in the order
// in which they were written: the first that cannot be opened is the error.
func (lo *lowering) finish(rs plan.Stage, fds table, replaced ...heldEnd) {
	lo.top.Stages = append(lo.top.Stages, rs)
	st := &lo.top.Stages[len(lo.top.Stages)-1]
	switch {
	case fds[0] != nil || rs.Relay != nil:
	case lo.away:
		fds[0] = lo.noInput()
	default:
		lo.inherit++
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
		lo.top.Ends = append(lo.top.Ends, plan.End{Stage: rs.Name, Channel: g.end.channel, Mode: g.end.mode, FD: g.fd, Replaced: g.replaced})
	}
}

// dup makes descriptor fd what descriptor from is, dup2(2).
func (lo *lowering) dup(fds table, fd, from int) error {
	a := fds[from]
	if a == closed {
		return fmt.Errorf("%d: bad file descriptor: it is closed", from)
	}
	if a == nil {
		if from > 2 {
			return fmt.Errorf("%d: bad file descriptor: nothing has opened it", from)
		}
		if a = lo.standard(from, nil); from == 0 && lo.away {
			a = lo.noInput()
		}
	}
	fds[fd] = a
	return nil
}

// noInput is an input that is at its end.
func (lo *lowering) noInput() *attach {
	if lo.nothing == nil {
		lo.nothing = &attach{channel: lo.newChannel(plan.Channel{Kind: ipc.KindFile, Path: os.DevNull}, problem.Origin{})}
	}
	return lo.nothing
}

// open attaches a file that a redirection names to descriptor fd.
func (lo *lowering) open(s *stage, fds table, fd int, path string, mode ipc.Mode) {
	c := &channel{Origin: s.Origin, kind: ipc.KindFile, path: absolute(path, s.set.dir), mode: mode, modeSet: true, own: &ownEnds{}}
	if mode == ipc.Read && lo.line[filepath.Clean(c.path)] {
		// As in bash it is there when this command starts.
		name := lo.newChannel(plan.Channel{Kind: c.kind, Path: c.path, Made: true}, c.Origin)
		fds[fd] = &attach{channel: name}
		return
	}
	fds[fd] = &attach{channel: lo.fileChannel(c, mode), mode: mode}
}
