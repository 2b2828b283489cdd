package script

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// A trace shows the innermost calls and the outermost, as lua5.1's does.
const (
	traceFirst = 12
	traceLast  = 10
	traceEnd   = "\n\t[G]: ?" // gopher-lua's own call of the first
)

// traceback writes the calls of a state from a level on, in gopher-lua's words.
func (vm *VM) traceback(L *lua.LState, from int) string {
	calls := vm.callLevels(L)
	for ; from > 0 && len(calls) > 0; calls = calls[1:] {
		from -= 1 + calls[0].tails
	}
	lines := []string{"stack traceback:"}
	for i, c := range calls {
		switch {
		case len(calls) <= traceFirst+traceLast, i < traceFirst, i >= len(calls)-traceLast:
			lines = append(lines, vm.traceLines(L, c)...)
		case i == traceFirst:
			lines = append(lines, "\t...")
		}
	}
	return strings.Join(lines, "\n") + traceEnd
}

// traceLines writes one call, and the tail calls that led to it on one line.
func (vm *VM) traceLines(L *lua.LState, c callLevel) []string {
	frame, ok := L.GetStack(c.level)
	if !ok {
		return nil
	}
	lines := []string{"\t" + strings.TrimSuffix(L.Where(c.level), " ") + " in " + vm.callName(L, frame, c)}
	switch {
	case c.tails == 1:
		lines = append(lines, "\t(tailcall): ?")
	case c.tails > 1:
		lines = append(lines, fmt.Sprintf("\t(tailcall): ? (%d of them)", c.tails))
	}
	return lines
}

// callName is what the function of a call is called: by its caller, or else where it
// was written.
func (vm *VM) callName(L *lua.LState, frame *lua.Debug, c callLevel) string {
	f, _ := L.GetInfo("nSf", frame, lua.LNil)
	fn, ok := f.(*lua.LFunction)
	switch {
	case !ok:
		return "function ?"
	case !fn.IsG && fn.Proto.LineDefined == 0:
		return "main chunk"
	case !strings.HasPrefix(frame.Name, "(") && !strings.HasPrefix(frame.Name, "<"):
		return "function '" + frame.Name + "'"
	case fn.IsG:
		return "function (anonymous)"
	}
	if name := vm.functionName(fn); name != "" {
		return "function '" + name + "'"
	}
	return fmt.Sprintf("function <%s:%d>", fn.Proto.SourceName, fn.Proto.LineDefined)
}
