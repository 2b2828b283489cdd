package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// substitute is a word of a command that is a topology: the program gets the
// name of a descriptor there, and reads or writes it as a file.
type substitute struct {
	word int // its place in argv
	node node
	into bool // the program writes to it
}

// firstSubstitute is the descriptor of a command's first substitute; the others
// are below it, as in bash.
const firstSubstitute = 63

// into is a topology that an argument of cmd is to be written to.
type into struct {
	problem.Origin
	node node
}

func (i *into) each(to *change) node {
	return &into{i.Origin, i.node.each(to)}
}

// luaInto is into(t).
func luaInto(L *lua.LState) int {
	n := liftArgument(L, "into", L.Get(1))
	if c, ok := n.(*channel); ok && c.onlyRead() {
		problem.Here(L, "into: %s is only read", write(c)).Pointing("into").Raise(L)
	}
	pushNode(L, &into{problem.Where(L), n})
	return 1
}

// liftArgument makes a node of an argument.
func liftArgument(L *lua.LState, verb string, v lua.LValue) node {
	switch v := v.(type) {
	case lua.LString:
		return lineStage(L, string(v))
	case *lua.LFunction:
		return functionStage(L, v, nil, false)
	}
	n, ok := toNode(v)
	if !ok {
		problem.Here(L, "%s: it takes a topology, but this is %s", verb, problem.Describe(v)).
			Hinted("a stage is a string, a function, cmd(...), sh\"...\", proc(...)").Pointing(verb).Raise(L)
	}
	return n
}

// substituted adds the topologies among a command's words, and gives the words
// with the names of their descriptors.
func (lo *lowering) substituted(s *stage, fds table) ([]string, error) {
	if len(s.subs) == 0 {
		return s.argv, nil
	}
	argv := append([]string(nil), s.argv...)
	fd := firstSubstitute
	for _, sub := range s.subs {
		if c, ok := sub.node.(*channel); ok && c.kind == ipc.KindFile {
			argv[sub.word] = c.path
			continue
		}
		for fds[fd] != nil {
			fd--
		}
		mode := ipc.Read
		if sub.into {
			mode = ipc.Write
		}
		end, err := lo.leadTo(s.Origin, sub.node, mode)
		if err != nil {
			return nil, err
		}
		if argv[sub.word], err = lo.nameEnd(s, sub, end, fds, fd); err != nil {
			return nil, err
		}
	}
	return argv, nil
}

func writeSubstitute(sub substitute) string {
	if sub.into {
		return "into(" + write(sub.node) + ")"
	}
	return write(sub.node)
}
