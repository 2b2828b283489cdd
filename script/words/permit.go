package words

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// permit refuses whatever inside n would need a shell, the leftmost first.
func (r *reading) permit(n syntax.Node) error {
	var found *Error
	syntax.Walk(n, func(n syntax.Node) bool {
		if found != nil || n == nil {
			return false
		}
		switch n := n.(type) {
		case *syntax.CmdSubst:
			found = r.refuse(n, "command substitution", substWay)
		case *syntax.ProcSubst:
			found = r.refuse(n, "process substitution", "")
		case *syntax.ExtGlob:
			found = r.refuse(n, "an extended pattern", "name the patterns one by one")
		case *syntax.ParamExp:
			found = r.parameter(n)
		case *syntax.Redirect:
			found = r.redirection(n)
		case *syntax.Assign:
			if n.Index != nil || n.Array != nil {
				found = r.refuse(n, "an array", "a Lua table holds several values")
			}
		}
		return found == nil
	})
	if found == nil {
		return nil
	}
	return found
}

func (r *reading) parameter(p *syntax.ParamExp) *Error {
	if p.Param == nil || p.NestedParam != nil || p.Flags != nil || p.Width || p.IsSet || len(p.Modifiers) > 0 {
		return r.refuse(p, "this form of ${}", "")
	}
	name := p.Param.Value
	switch {
	case name == "?":
		return r.refuse(p, "$?", `a result tells it: run(t, {check=false}).stages[1].code`)
	case name == "$" || name == "!":
		return r.refuse(p, "$"+name, `a job and a result tell process ids: .stages[1].pid`)
	case name == "-" || name == "_":
		return r.refuse(p, "$"+name, "")
	case name == "@" || name == "*" || name == "#":
		return r.refuse(p, "$"+name, `arguments of the script are in arg: cmd("name", unpack(arg))`)
	case name != "" && name[0] >= '0' && name[0] <= '9':
		return r.refuse(p, "$"+name, `arguments of the script are in arg: sh("name " .. arg[1]), or cmd("name", arg[1])`)
	case p.Index != nil:
		return r.refuse(p, "an array", "a Lua table holds several values: cmd(\"name\", unpack(t))")
	case p.Names != 0:
		return r.refuse(p, "${!prefix*}", "")
	case p.Excl:
		return r.refuse(p, "${!name}", "look it up in Lua: os.getenv(name)")
	case p.Exp != nil && p.Exp.Op == syntax.OtherParamOps:
		return r.refuse(p, "${name@...}", "work on the text in Lua")
	}
	return r.madeUp(p, name)
}

// madeUp refuses variables that only a shell would fill.
func (r *reading) madeUp(n syntax.Node, name string) *Error {
	way, ok := shellVariable(name)
	if !ok {
		return nil
	}
	if r.env.Lookup != nil {
		if _, set := r.env.Lookup(name); set {
			return nil
		}
	}
	return r.refuse(n, "$"+name+", which a shell makes up,", way)
}

func (r *reading) redirection(d *syntax.Redirect) *Error {
	switch d.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		return r.refuseAt(r.col(d.OpPos.Offset()), len(d.Op.String()), "a here-document", hereWay)
	case syntax.RdrOut, syntax.AppOut, syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.DplOut,
		syntax.RdrClob, syntax.WordHdoc, syntax.RdrAll, syntax.AppAll:
	default:
		return r.refuse(d, d.Op.String(), "")
	}
	if d.N != nil && strings.HasPrefix(d.N.Value, "{") {
		return r.refuse(d.N, d.N.Value+" in front of a redirection", "write the descriptor's number: 3>file")
	}
	return nil
}
