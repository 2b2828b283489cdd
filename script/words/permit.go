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
		case *syntax.SglQuoted:
			if n.Dollar && strings.Contains(strings.ReplaceAll(n.Value, `\\`, ""), `\c`) {
				found = r.refuse(n, "a control character written \\cX", `write its number: $'\x01'`)
			}
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
	case p.Exp != nil && p.Exp.Op <= syntax.AssignUnsetOrNull && needsQuoting(p.Exp.Word):
		return r.refuse(p, "a quote, a backslash or ~ inside ${}", "work on the text in Lua: os.getenv(name) or \"...\"")
	case p.Repl != nil && (anchored(p.Repl.Orig) || hasBackslash(p.Repl.With)):
		return r.refuse(p, "this form of ${name/pattern/text}", "work on the text in Lua: os.getenv(name):gsub(...)")
	}
	return r.madeUp(p, name)
}

// needsQuoting reports whether a word inside ${} has what the expand package reads
// in another way than bash.
func needsQuoting(w *syntax.Word) bool {
	if w == nil {
		return false
	}
	for i, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return true
		case *syntax.Lit:
			if i == 0 && strings.HasPrefix(part.Value, "~") {
				return true
			}
		}
	}
	return hasBackslash(w)
}

func hasBackslash(w *syntax.Word) bool {
	if w == nil {
		return false
	}
	for _, part := range w.Parts {
		if lit, ok := part.(*syntax.Lit); ok && strings.Contains(lit.Value, `\`) {
			return true
		}
	}
	return false
}

// anchored reports whether a pattern is one for the beginning or the end.
func anchored(w *syntax.Word) bool {
	if w == nil || len(w.Parts) == 0 {
		return false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	return ok && (strings.HasPrefix(lit.Value, "#") || strings.HasPrefix(lit.Value, "%"))
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
	case syntax.RdrOut, syntax.AppOut, syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.DplOut,
		syntax.RdrClob, syntax.WordHdoc, syntax.Hdoc, syntax.DashHdoc, syntax.RdrAll, syntax.AppAll:
	default:
		return r.refuse(d, d.Op.String(), "")
	}
	if d.N != nil && strings.HasPrefix(d.N.Value, "{") {
		return r.refuse(d.N, d.N.Value+" in front of a redirection", "write the descriptor's number: 3>file")
	}
	return nil
}
