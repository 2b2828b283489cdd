package words

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// reading is one line being read.
type reading struct {
	*source
	env Env
}

func parse(line string, env Env) ([]Command, error) {
	r := &reading{source: newSource(line), env: env}
	if i := strings.IndexByte(line, 0); i >= 0 {
		return nil, r.errorAt(i, 1, "a NUL byte cannot be part of a word",
			"no system passes a NUL in an argument; send such bytes through a pipe: text\"...\" |")
	}
	f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(r.text), "")
	if err != nil {
		return nil, r.syntaxError(err)
	}
	r.restore(f)
	switch {
	case len(f.Stmts) == 0:
		return nil, r.errorAt(0, len(line), "an empty line names no program", `write a program and its arguments: sh"ls -l"`)
	case len(f.Stmts) > 1:
		return nil, r.severalCommands(f.Stmts[0], f.Stmts[1])
	}
	var parts []part
	if parts, err = r.flatten(nil, f.Stmts[0], false); err != nil {
		return nil, err
	}
	commands := make([]Command, 0, len(parts))
	for _, p := range parts {
		c, err := r.command(p)
		if err != nil {
			return nil, err
		}
		commands = append(commands, c)
	}
	return commands, nil
}

// part is one command of the pipeline; both where |& follows it.
type part struct {
	stmt *syntax.Stmt
	both bool
	op   syntax.Pos
}

// flatten adds the commands of s to parts, left to right.
func (r *reading) flatten(parts []part, s *syntax.Stmt, both bool) ([]part, error) {
	if err := r.modifiers(s); err != nil {
		return nil, err
	}
	b, ok := s.Cmd.(*syntax.BinaryCmd)
	if !ok {
		return append(parts, part{stmt: s, both: both}), nil
	}
	if b.Op != syntax.Pipe && b.Op != syntax.PipeAll {
		return nil, r.notAPipe(b)
	}
	parts, err := r.flatten(parts, b.X, b.Op == syntax.PipeAll)
	if err != nil {
		return nil, err
	}
	parts[len(parts)-1].op = b.OpPos
	return r.flatten(parts, b.Y, both)
}

func (r *reading) command(p part) (Command, error) {
	s := p.stmt
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok && s.Cmd != nil {
		return Command{}, r.compound(s.Cmd)
	}
	c := Command{Col: r.col(s.Position.Offset())}
	if call == nil || len(call.Args) == 0 {
		return c, r.nothingToRun(s, call)
	}
	for _, n := range nodes(s, call) {
		if err := r.permit(n); err != nil {
			return c, err
		}
	}
	x := newExpander(r)
	for _, w := range call.Args {
		args, err := x.fields(w)
		if err != nil {
			return c, err
		}
		if len(c.Args) == 0 && len(args) > 0 {
			if way, refused := builtinWay(args[0]); refused {
				return c, r.refuse(w, args[0]+" changes the shell that runs it, and", way)
			}
		}
		c.Args = append(c.Args, args...)
	}
	if len(c.Args) == 0 {
		return c, r.fault(call, "nothing is left of this command: its words expand to nothing",
			"an unset variable is empty; a word in quotes is kept even when it is empty")
	}
	if c.Args[0] == "" {
		return c, r.fault(call.Args[0], "the name of the program is empty", "write the program's name first")
	}
	for _, rd := range s.Redirs {
		redirs, err := x.redirect(rd)
		if err != nil {
			return c, err
		}
		c.Redirs = append(c.Redirs, redirs...)
	}
	if p.both {
		// bash(1): "this implicit redirection of the standard error to the
		// standard output is performed after any redirections specified by
		// the command".
		c.Redirs = append(c.Redirs, Redir{FD: 2, Op: Dup, Target: 1, Col: r.col(p.op.Offset())})
	}
	for _, a := range call.Assigns {
		v, err := x.assignment(a)
		if err != nil {
			return c, err
		}
		c.Assign = append(c.Assign, v)
	}
	return c, nil
}

// nodes are the parts of a command in the order of the line.
func nodes(s *syntax.Stmt, call *syntax.CallExpr) []syntax.Node {
	var all []syntax.Node
	for _, a := range call.Assigns {
		all = append(all, a)
	}
	redirs := s.Redirs
	for _, w := range call.Args {
		for len(redirs) > 0 && w.Pos().After(redirs[0].Pos()) {
			all = append(all, redirs[0])
			redirs = redirs[1:]
		}
		all = append(all, w)
	}
	for _, rd := range redirs {
		all = append(all, rd)
	}
	return all
}

func (x *expander) assignment(a *syntax.Assign) (Assignment, error) {
	value, err := x.value(a.Value)
	if err != nil {
		return Assignment{}, err
	}
	if a.Append {
		old, _ := x.get(a.Name.Value)
		value = old + value
	}
	x.set(a.Name.Value, value)
	return Assignment{a.Name.Value, value}, nil
}
