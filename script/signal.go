package script

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/signals"
	"weir/script/problem"
	"weir/script/syntax"
)

// parseSignal reads a signal's name, with or without SIG.
func parseSignal(name string) (syscall.Signal, bool) {
	sig, ok := signals.Known()[strings.TrimPrefix(strings.ToUpper(name), "SIG")]
	return sig, ok
}

// toSignal reads a signal as a script gives it: a name, a number, or nothing
// for SIGTERM.
func toSignal(v lua.LValue) (syscall.Signal, error) {
	switch v := v.(type) {
	case *lua.LNilType:
		return syscall.SIGTERM, nil
	case lua.LNumber:
		if n := int(v); lua.LNumber(n) == v && n > 0 && n < 65 {
			return syscall.Signal(n), nil
		}
		return 0, fmt.Errorf("bad signal %v: must be a number from 1 to 64", v)
	case lua.LString:
		if sig, ok := parseSignal(string(v)); ok {
			return sig, nil
		}
		var names []string
		for name := range signals.Known() {
			names = append(names, name)
		}
		slices.Sort(names)
		p := problem.New(problem.Origin{}, "no signal is called %s", problem.Quote(string(v))).Pointing(string(v))
		if similar, ok := syntax.Nearest(strings.TrimPrefix(strings.ToUpper(string(v)), "SIG"), names); ok {
			p.Hinted("did you mean %s?", problem.Quote(similar))
		}
		return 0, p
	}
	return 0, fmt.Errorf("bad signal: must be a name such as \"TERM\", but is a %s", v.Type())
}
