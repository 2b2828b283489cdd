package script

import (
	"maps"
	"path/filepath"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/script/problem"
)

// change is what a method does to the stages of a topology of which it makes a copy.
// Settings nest as in a shell: a stage keeps what it was told first, nearest to it.
type change struct {
	stage    func(*stage)
	server   func(*server) // to a server itself, too; may be nil
	parts    bool          // also to the arguments of a command that are topologies, and to where descriptors lead
	count    int           // what it has changed
	stageFDs map[*stageFD]*stageFD
}

// ends makes copies of a stage's descriptors, one of each: those who shared one share its
// copy.
func (to *change) ends(list []*stageFD) []*stageFD {
	changed := slices.Clone(list)
	for i, e := range list {
		if e.to == nil {
			continue
		}
		if to.stageFDs[e] == nil {
			if to.stageFDs == nil {
				to.stageFDs = map[*stageFD]*stageFD{}
			}
			c := *e
			c.to = e.to.each(to)
			to.stageFDs[e] = &c
		}
		changed[i] = to.stageFDs[e]
	}
	return changed
}

// pushChanged pushes a changed copy. It refuses a topology of which nothing is changed.
func pushChanged(L *lua.LState, method string, n node, to *change) int {
	changed := n.each(to)
	if to.count == 0 {
		reason := "has no stage"
		if _, ok := n.(*channel); ok {
			reason = "is a channel"
		}
		problem.Raise(L, problem.Here(L, "%s: %s %s, and :%s is for stages", method, write(n), reason, method).
			Hinted("write it behind a stage, or a chain in brackets").Pointing(method))
	}
	pushNode(L, changed)
	return 1
}

// checkNode gives the topology that a method was called on.
func checkNode(L *lua.LState, method string) node {
	n, ok := toNode(L.Get(1))
	if !ok {
		problem.Here(L, "%s is a method of a topology, but this is %s", method, problem.Describe(L.Get(1))).
			Hinted("write t:%s(), with a colon", method).Pointing(method).Raise(L)
	}
	return n
}

// topologyNamed is t:named(s).
func topologyNamed(L *lua.LState) int {
	n := checkNode(L, "named")
	name, ok := problem.TextOf(L.Get(2))
	if !ok || name == "" {
		problem.Raisef(L, "named", "named: the name must be a string, but is %s", problem.Describe(L.Get(2)))
	}
	switch old := n.(type) {
	case *stage:
		n = old.each(&change{stage: func(s *stage) { s.set.name = name }})
	case *channel:
		c := *old
		c.name, n = name, &c
	case *server:
		c := *old
		c.name, n = name, &c
	case *inlineRelay:
		c := *old
		c.name, n = name, &c
	default:
		problem.Here(L, "named: a name is for one stage or channel, and not for %s", write(n)).Pointing("named").Raise(L)
	}
	pushNode(L, n)
	return 1
}

// topologyEnv is t:env{...}.
func topologyEnv(L *lua.LState) int {
	n := checkNode(L, "env")
	env := envOf(L, L.Get(2))
	return pushChanged(L, "env", n, &change{parts: true, stage: func(s *stage) {
		own := s.set.env
		s.set.env = maps.Clone(env)
		maps.Copy(s.set.env, own)
	}})
}

// topologyDir is t:dir(path). A folder inside is found from the one outside, as by cd.
func topologyDir(L *lua.LState) int {
	n := checkNode(L, "dir")
	dir, ok := problem.TextOf(L.Get(2))
	if !ok || dir == "" {
		problem.Raisef(L, "dir", "dir: the folder must be a string, but is %s", problem.Describe(L.Get(2)))
	}
	return pushChanged(L, "dir", n, &change{parts: true, stage: func(s *stage) {
		if s.set.dir == "" {
			s.set.dir = dir
		} else if !filepath.IsAbs(s.set.dir) {
			s.set.dir = filepath.Join(dir, s.set.dir)
		}
	}})
}

// topologyTimeout is t:timeout("5s").
func topologyTimeout(L *lua.LState) int {
	n := checkNode(L, "timeout")
	d, err := parseDuration(L.Get(2))
	if err != nil {
		problem.Raisef(L, "timeout", "timeout: %v", err)
	}
	return pushChanged(L, "timeout", n, &change{parts: true, stage: func(s *stage) {
		if s.set.timeout == 0 {
			s.set.timeout = d
		}
	}, server: func(s *server) {
		if s.timeout == 0 {
			s.timeout = d
		}
	}})
}
