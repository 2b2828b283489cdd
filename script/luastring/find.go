package luastring

import (
	"strings"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
	"weir/script/pattern"
)

// start reads the place from which a search begins, as an offset: str_find_aux.
func start(L *lua.LState, n int, function string, length int) int {
	if L.GetTop() < n {
		return 0
	}
	init := luaio.OptInteger(L, n, function, 1)
	if init < 0 {
		init += length + 1
	}
	return min(max(init-1, 0), length)
}

// find is string.find(s, pattern [, init [, plain]]).
func (s *Strings) find(L *lua.LState) int {
	subject, source := luaio.CheckString(L, 1, "find"), luaio.CheckString(L, 2, "find")
	init := start(L, 3, "find", len(subject))
	p := s.compiled(source)
	if literal, plain := p.Literal(); plain || L.GetTop() > 3 && lua.LVAsBool(L.Get(4)) {
		if !plain {
			literal = source
		}
		at := strings.Index(subject[init:], literal)
		if at < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(init + at + 1))
		L.Push(lua.LNumber(init + at + len(literal)))
		return 2
	}
	m := s.matcher()
	from, to, err := m.Find(p, subject, init)
	if err != nil {
		raise(L, err)
	}
	if from < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(from + 1))
	L.Push(lua.LNumber(to))
	return 2 + pushCaptures(L, m, subject)
}

// match is string.match(s, pattern [, init]).
func (s *Strings) match(L *lua.LState) int {
	subject, source := luaio.CheckString(L, 1, "match"), luaio.CheckString(L, 2, "match")
	init := start(L, 3, "match", len(subject))
	m := s.matcher()
	from, to, err := m.Find(s.compiled(source), subject, init)
	if err != nil {
		raise(L, err)
	}
	if from < 0 {
		L.Push(lua.LNil)
		return 1
	}
	return pushMatch(L, m, subject, from, to)
}

// pushMatch pushes the captures, or the whole match where there are none.
func pushMatch(L *lua.LState, m *pattern.Matcher, subject string, from, to int) int {
	if m.Count() == 0 {
		L.Push(part(subject, from, to))
		return 1
	}
	return pushCaptures(L, m, subject)
}

func pushCaptures(L *lua.LState, m *pattern.Matcher, subject string) int {
	for i := range m.Count() {
		L.Push(capture(L, m, subject, i))
	}
	return m.Count()
}

// capture gives a capture's value: a string, or the number of a position.
func capture(L *lua.LState, m *pattern.Matcher, subject string, i int) lua.LValue {
	from, to, err := m.Capture(i)
	switch {
	case err != nil:
		raise(L, err)
	case to < from:
		return lua.LNumber(from + 1)
	}
	return part(subject, from, to)
}

// sharedSubject is up to which length a subject may be kept alive by a part of
// it.
const sharedSubject = 512

// part gives a part of a subject: of a short one, or of most of a long one,
// without a copy.
func part(subject string, from, to int) lua.LValue {
	if len(subject) <= sharedSubject || to-from > len(subject)/2 {
		return lua.LString(subject[from:to])
	}
	return luaio.NewString(unsafe.Slice(unsafe.StringData(subject), len(subject))[from:to])
}

// gmatch is string.gmatch(s, pattern).
func (s *Strings) gmatch(L *lua.LState) int {
	subject, p := luaio.CheckString(L, 1, "gmatch"), s.compiled(luaio.CheckString(L, 2, "gmatch"))
	next := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if next > len(subject) {
			return 0
		}
		m := s.matcher()
		from, to, err := m.FindNext(p, subject, next)
		if err != nil {
			raise(L, err)
		}
		if from < 0 {
			next = len(subject) + 1
			return 0
		}
		next = to
		if to == from {
			next++
		}
		return pushMatch(L, m, subject, from, to)
	}))
	return 1
}

func raise(L *lua.LState, err error) { luaio.Raise(L, "%s", err.Error()) }
