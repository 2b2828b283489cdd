package script

import (
	"errors"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
	"weir/script/syntax"
	"weir/script/words"
)

// addLine adds the stages of a line of shell words.
func (lo *lowering) addLine(s *stage, in, out *attach) error {
	commands, err := words.Parse(*s.line, s.shellEnv())
	if err != nil {
		return s.lineProblem(lo.vm.sources, err)
	}
	to := redirections{top: lo.top, std: lo.std, pipes: &lo.pipes, stage: s, written: map[string]bool{}}
	left := in
	for i := range commands {
		c := &commands[i]
		right, next := out, (*attach)(nil)
		if i+1 < len(commands) {
			right, next = lo.top.newPipe(s.Origin)
		}
		rs := lo.newStage(s, c.Args)
		for _, a := range c.Assign {
			rs.Env = append(rs.Env, a.Name+"="+a.Value)
		}
		fds := descriptors(left, right)
		if err := lo.extend(s, fds); err != nil {
			return err
		}
		replaced, err := to.all(fds, c.Redirs)
		if err != nil {
			return s.lineProblem(lo.vm.sources, err)
		}
		if err := lo.follow(s, fds, c.Redirs); err != nil {
			return err
		}
		if err := lo.supervise(&rs, s, fds); err != nil {
			return err
		}
		lo.top.words[rs.Name] = c.Args[0]
		lo.finish(rs, fds, replaced...)
		to.note(c.Redirs)
		left = next
	}
	return nil
}

// lineProblem is a fault of a line, at its place inside the string.
func (s *stage) lineProblem(sources *syntax.Sources, err error) error {
	p := problem.New(s.Origin, "%v", err).Pointing(*s.line)
	var fault *words.Error
	if errors.As(err, &fault) {
		p.Column, p.Width, p.Hint = fault.Col, fault.Width, fault.Hint
	}
	placeInLines(sources, p, *s.line)
	return p
}

// placeInLines puts a problem into the line of a string of several in which it is. The
// expression is known to end where the string does, or behind it.
func placeInLines(sources *syntax.Sources, p *problem.Error, text string) {
	row := strings.Count(text[:p.Column], "\n")
	from := strings.LastIndexByte(text[:p.Column], '\n') + 1
	line, _, several := strings.Cut(text[from:], "\n")
	if row == 0 && !several {
		return
	}
	for at := p.At.Line - strings.Count(text, "\n") + row; at <= p.At.Line; at++ {
		if source, ok := sources.Line(p.At.Chunk, at); ok && line != "" && strings.Contains(source, line) {
			p.At.Line = at
			p.Pointing(line).Column -= from
			return
		}
	}
}

// shellEnv is what a line of words is expanded with: the stage's own changes
// count.
func (s *stage) shellEnv() words.Env {
	dir, _ := filepath.Abs(s.set.dir)
	return words.Env{Dir: dir, Home: home, Lookup: func(name string) (string, bool) {
		if v, changed := s.set.env[name]; changed {
			if v == nil {
				return "", false
			}
			return *v, true
		}
		return os.LookupEnv(name)
	}}
}

func home(name string) (string, bool) {
	find := func() (*user.User, error) { return user.Lookup(name) }
	if name == "" { // HOME is not set
		find = user.Current
	}
	u, err := find()
	if err != nil {
		return "", false
	}
	return u.HomeDir, true
}

// redirections carries out those of a line's commands.
type redirections struct {
	top     *draft
	std     *standardStreams
	pipes   *pipes
	stage   *stage
	written map[string]bool // the files that earlier commands of the line write
}

// all carries out the redirections of one command. It gives the files and the
// sides of pipes that no descriptor has at the end: as in bash they are opened, a file
// is made or emptied, and whoever is at the other side of the pipe sees that nobody is there.
func (to *redirections) all(fds table, redirs []words.Redir) ([]heldEnd, error) {
	var opened []heldEnd
	for fd, end := range fds {
		opened = append(opened, heldEnd{fd, end, true})
	}
	for i, r := range redirs {
		if err := to.one(fds, r); err != nil {
			return nil, err
		}
		if r.Path != "" {
			fds[r.FD].turn = i + 1
			opened = append(opened, heldEnd{r.FD, fds[r.FD], true})
		}
	}
	return slices.DeleteFunc(opened, func(g heldEnd) bool {
		return slices.Contains(slices.Collect(maps.Values(fds)), g.end)
	}), nil
}

// one carries out one redirection on a command's descriptors.
func (to *redirections) one(fds table, r words.Redir) error {
	switch r.Op {
	case words.Open:
		fds[r.FD] = to.open(r.Path, ipc.Read)
	case words.Create:
		fds[r.FD] = to.open(r.Path, ipc.Write)
	case words.Append:
		fds[r.FD] = to.open(r.Path, ipc.Append)
	case words.ReadWrite:
		fds[r.FD] = to.open(r.Path, ipc.Both)
	case words.Close:
		fds[r.FD] = closed
	case words.Data:
		memory := plan.Channel{Kind: ipc.KindMemory, Data: []byte(r.Data)}
		fds[r.FD] = &attach{channel: to.top.newChannel(memory, to.stage.Origin)}
	case words.Dup:
		if err := to.std.dup(fds, r.FD, r.Target); err != nil {
			return &words.Error{Col: r.Col, Width: 1, Message: err.Error()}
		}
	}
	return nil
}

// open gives the file that a redirection names.
func (to *redirections) open(path string, mode ipc.Mode) *attach {
	c := &channel{Origin: to.stage.Origin, kind: ipc.KindFile, path: absolute(path, to.stage.set.dir),
		mode: mode, modeSet: true, opened: &opened{}}
	if mode == ipc.Read && to.written[filepath.Clean(c.path)] {
		// As in bash it is there when this command starts.
		return &attach{channel: to.top.newChannel(plan.Channel{Kind: c.kind, Path: c.path, Made: true}, c.Origin)}
	}
	return &attach{channel: to.pipes.file(c, mode), mode: mode}
}

// note remembers the files that a command of the line writes.
func (to *redirections) note(redirs []words.Redir) {
	for _, r := range redirs {
		if r.Op == words.Create || r.Op == words.Append || r.Op == words.ReadWrite {
			to.written[filepath.Clean(absolute(r.Path, to.stage.set.dir))] = true
		}
	}
}
