package script

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
	"weir/script/words"
)

// stageFD is one descriptor of a stage beside its stdin and stdout: where it leads.
// A chain whose stages all have one shares what it leads to.
type stageFD struct {
	problem.Origin
	fd   int
	to   node // nil is the stage's own stdout
	mode ipc.Mode
}

// ownOut is the value of the global out.
type ownOut struct{}

func outValue(L *lua.LState) *lua.LUserData {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = ownOut{}, L.NewTable()
	ud.Metatable.(*lua.LTable).RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString("out"))
		return 1
	}))
	return ud
}

// topologyErr is t:err(x).
func topologyErr(L *lua.LState) int {
	return addDescriptor(L, "err", stageFD{fd: 2, mode: ipc.Write}, L.Get(2))
}

// topologyFD is t:fd(n, x [, mode]).
func topologyFD(L *lua.LState) int {
	n, ok := L.Get(2).(lua.LNumber)
	if !ok || n != lua.LNumber(int(n)) || n < 0 || n > 1023 {
		problem.Here(L, "fd: the descriptor must be a whole number from 0 to 1023, but is %s", problem.Describe(L.Get(2))).
			Hinted("write t:fd(3, file\"log\", \"w\")").Pointing("fd").Raise(L)
	}
	e := stageFD{fd: int(n), mode: ipc.Write}
	if n == 0 {
		e.mode = ipc.Read
	}
	switch v := L.Get(4); v {
	case lua.LNil:
		if c, ok := asChannel(L.Get(3)); ok && c.kind == ipc.KindFile && c.modeSet {
			e.mode = c.mode
		}
	case lua.LString("r"):
		e.mode = ipc.Read
	case lua.LString("w"), lua.LString("a"):
	default:
		problem.Here(L, "fd: the mode must be \"r\", \"w\" or \"a\", but is %s", problem.Describe(v)).Pointing("fd").Raise(L)
	}
	return addDescriptor(L, "fd", e, L.Get(3))
}

func asChannel(v lua.LValue) (*channel, bool) {
	n, _ := toNode(v)
	c, ok := n.(*channel)
	return c, ok
}

func addDescriptor(L *lua.LState, method string, e stageFD, v lua.LValue) int {
	n := checkNode(L, method)
	e.Origin = problem.Where(L)
	switch v := v.(type) {
	case lua.LString:
		e.to = lineStage(L, string(v))
	case *lua.LFunction:
		e.to = functionStage(L, v, nil, false)
	default:
		to, ok := toNode(v)
		ud, _ := v.(*lua.LUserData)
		isOut := false
		if ud != nil {
			_, isOut = ud.Value.(ownOut)
		}
		if !ok && !isOut {
			problem.Here(L, "%s: it leads to a stage, a channel or out, but this is %s", method, problem.Describe(v)).
				Hinted("write t:err(file\"log\"), t:err(\"wc -l\") or t:err(out)").Pointing(method).Raise(L)
		}
		e.to = to
	}
	return pushChanged(L, method, n, &change{parts: method == "err", stage: func(s *stage) {
		if !slices.ContainsFunc(s.set.stageFDs, func(own *stageFD) bool { return own.fd == e.fd }) {
			s.set.stageFDs = append(slices.Clip(s.set.stageFDs), &e)
		}
	}})
}

// extend carries out a stage's extra descriptors, but for those that follow its stdout.
func (lo *lowering) extend(s *stage, fds table) error {
	for _, e := range s.set.stageFDs {
		if e.to == nil {
			continue
		}
		end := lo.stageFDs[e]
		if end == nil {
			var err error
			if end, err = lo.leadTo(e.Origin, e.to, e.mode); err != nil {
				return err
			}
			lo.stageFDs[e] = end
		}
		fds[e.fd] = end
	}
	return nil
}

// follow has the extra descriptors that lead to out go where the stage's stdout goes.
// Those that the stage's own redirections have set stay.
func (lo *lowering) follow(s *stage, fds table, redirs []words.Redir) error {
	for _, e := range s.set.stageFDs {
		if e.to != nil || slices.ContainsFunc(redirs, func(r words.Redir) bool { return r.FD == e.fd }) {
			continue
		}
		if err := lo.std.dup(fds, e.fd, 1); err != nil {
			return problem.New(e.Origin, "%v", err)
		}
	}
	return nil
}
