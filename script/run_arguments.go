package script

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/problem"
)

// runOptions are what run, start, :text and :lines are told.
type runOptions struct {
	timeout  time.Duration
	check    bool
	deadlock runtime.OnDeadlock
	progress bool
	screen   Screen // of a run that is watched
}

// runArguments reads topologies, and options, if any, at the end.
func runArguments(L *lua.LState, verb string) ([]node, runOptions) {
	opts := runOptions{check: true}
	last := L.GetTop()
	if t, ok := L.Get(last).(*lua.LTable); ok && last >= 1 {
		opts = readOptions(L, verb, t)
		last--
	}
	var nodes []node
	for i := 1; i <= last; i++ {
		switch v := L.Get(i).(type) {
		case *lua.LUserData:
			if n, ok := toNode(v); ok {
				nodes = append(nodes, n)
				continue
			}
		case lua.LString:
			nodes = append(nodes, lineStage(L, string(v)))
			continue
		case *lua.LFunction:
			nodes = append(nodes, functionStage(L, v, nil, false))
			continue
		}
		p := problem.Here(L, "%s: argument %d must be a topology, but is %s", verb, i, problem.Describe(L.Get(i))).
			Pointing(verb)
		if L.Get(i).Type() == lua.LTBool {
			p.Hinted("< and > compare: a topology reads file(\"in\") | ..., and writes ... | file(\"out\", \"w\")")
		}
		problem.Raise(L, p)
	}
	if len(nodes) == 0 {
		problem.Here(L, "%s: there is nothing to run", verb).
			Hinted("give it a topology: %s(\"ls\" | \"sort\")", verb).Pointing(verb).Raise(L)
	}
	return nodes, opts
}

func readOptions(L *lua.LState, verb string, t *lua.LTable) runOptions {
	known := []string{"timeout", "check"}
	if verb != "wait" {
		known = append(known, "deadlock", "progress") // decided when it is started
	}
	checkKeys(L, verb, t, false, known...)
	opts := runOptions{check: true}
	if v := t.RawGetString("timeout"); v != lua.LNil {
		var err error
		if opts.timeout, err = parseDuration(v); err != nil {
			problem.Raisef(L, "timeout", "%s: %v", verb, err)
		}
	}
	if v := t.RawGetString("check"); v != lua.LNil {
		opts.check = lua.LVAsBool(v)
	}
	opts.progress = lua.LVAsBool(t.RawGetString("progress"))
	if v := t.RawGetString("deadlock"); v != lua.LNil {
		var known bool
		if opts.deadlock, known = onDeadlock[lua.LVAsString(v)]; !known {
			problem.Here(L, `%s: deadlock must be "stop", "report" or "off", but is %s`, verb, problem.Describe(v)).
				Pointing("deadlock").Raise(L)
		}
	}
	return opts
}
