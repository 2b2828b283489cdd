package luastring

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/pattern"
)

// Strings is the library of one state.
type Strings struct {
	m        pattern.Matcher
	busy     bool // m is in use by a gsub that calls back
	patterns map[string]*pattern.Pattern
	last     *pattern.Pattern
}

// keptPatterns is how many compiled patterns a state keeps.
const keptPatterns = 256

// Open puts the functions into the table string, which gopher-lua has opened.
// stop is asked during a long match, and its error ends it; nil is never.
func Open(L *lua.LState, stop func() error) *Strings {
	s := &Strings{patterns: map[string]*pattern.Pattern{}}
	s.m.Stop = stop
	t, ok := L.GetGlobal("string").(*lua.LTable)
	if !ok {
		return s
	}
	for name, fn := range map[string]lua.LGFunction{
		"find": s.find, "match": s.match, "gmatch": s.gmatch, "gsub": s.gsub,
		"upper": upper, "lower": lower, "rep": rep, "format": format, "byte": toBytes, "char": fromBytes,
		"len": length, "sub": sub, "reverse": reverse, "dump": dump,
	} {
		t.RawSetString(name, L.NewFunction(fn))
	}
	t.RawSetString("gfind", t.RawGetString("gmatch"))
	return s
}

// compiled gives the pattern of a source, which most calls have had before.
func (s *Strings) compiled(source string) *pattern.Pattern {
	if s.last != nil && s.last.Source() == source {
		return s.last
	}
	p := s.patterns[source]
	if p == nil {
		if len(s.patterns) == keptPatterns {
			clear(s.patterns)
		}
		p = pattern.Compile(source)
		s.patterns[source] = p
	}
	s.last = p
	return p
}

// matcher gives one that is not in use.
func (s *Strings) matcher() *pattern.Matcher {
	if s.busy {
		return &pattern.Matcher{Stop: s.m.Stop}
	}
	return &s.m
}
