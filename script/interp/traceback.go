package interp

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// A trace shows the innermost calls and the outermost, as lua5.1's does.
const (
	traceFirst = 12
	traceLast  = 10
	TraceEnd   = "\n\t[C]: ?" // the program that runs Lua
)

// Traceback writes the calls of a state from a level on, as db_errorfb of ldblib.c does.
// Tail calls are levels of their own, of which there may be as many as a loop has rounds.
func Traceback(L *lua.LState, from int) string {
	var calls []Call
	levels := 0
	for _, c := range Calls(L) {
		calls = append(calls, c)
		levels += 1 + c.Tails
	}
	if L == L.G.MainThread {
		levels++ // the program itself
	}
	out := []string{"stack traceback:"}
	for level := from; level < levels; level++ {
		if level-from == traceFirst-1 && levels-level > traceLast+1 {
			out = append(out, "...")
			level = levels - traceLast
		}
		out = append(out, traceLine(calls, level))
	}
	return strings.Join(out, "\n\t")
}

// traceLine writes the call at a level.
func traceLine(calls []Call, level int) string {
	for _, c := range calls {
		switch {
		case level == 0:
			return callLine(c)
		case level <= c.Tails:
			return "(tail call): ?"
		}
		level -= 1 + c.Tails
	}
	return strings.TrimSpace(TraceEnd)
}

func callLine(c Call) string {
	kind, name := c.Name()
	place := "[C]:"
	if !c.Fn.IsG {
		place = fmt.Sprintf("%s:%d:", c.Fn.Proto.SourceName, c.Line())
	}
	switch {
	case kind != "":
		return place + " in function '" + name + "'"
	case c.Fn.IsG:
		return place + " ?"
	case c.Fn.Proto.LineDefined == 0:
		return place + " in main chunk"
	}
	return fmt.Sprintf("%s in function <%s:%d>", place, c.Fn.Proto.SourceName, c.Fn.Proto.LineDefined)
}
