package problem

import (
	"errors"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Raise raises err in Lua. It does not return. An error that has no place gets
// the one that is running.
func Raise(L *lua.LState, err error) {
	var p *Error
	if !errors.As(err, &p) {
		p = Here(L, "%s", err)
	} else if p.At.Chunk == "" {
		p.At = Where(L)
	}
	RaiseAs(L, p, p.Error())
}

// RaiseAs raises text and keeps the problem for the function that shows it.
func RaiseAs(L *lua.LState, p *Error, text string) {
	p.raised = text
	remember(L, p)
	defer func() {
		r := recover()
		if e, ok := r.(*lua.ApiError); ok {
			e.Cause = p
		}
		panic(r)
	}()
	L.Error(p.value(L, text), 0)
}

// Raise raises the problem in Lua. It does not return.
func (p *Error) Raise(L *lua.LState) { Raise(L, p) }

// Raisef raises an error at the line that is running, with the caret at word.
func Raisef(L *lua.LState, word, format string, args ...any) {
	Here(L, format, args...).Pointing(word).Raise(L)
}

// recent are the last problems that were raised in a state.
type recent struct{ list []*Error }

const (
	remembered = 8
	recentKey  = "weir.problems" // of the registry
)

// recentOf gives the last problems of a state; of one that has none, or whose registry a
// script has changed, an empty list that nobody keeps.
func recentOf(L *lua.LState) *recent {
	if ud, ok := L.G.Registry.RawGetString(recentKey).(*lua.LUserData); ok {
		if r, ok := ud.Value.(*recent); ok {
			return r
		}
	}
	return &recent{}
}

// remember keeps the last problems: pcall, coroutines and error(e, 0) pass on a
// string only, and what is known beside it would be lost.
func remember(L *lua.LState, p *Error) {
	r := recentOf(L)
	if r.list == nil {
		ud := L.NewUserData()
		ud.Value = r
		L.G.Registry.RawSetString(recentKey, ud)
	}
	if len(r.list) == remembered {
		r.list = slices.Delete(r.list, 0, 1)
	}
	r.list = append(r.list, p)
}

// Recall finds the problem behind an error that came out of Lua.
func Recall(L *lua.LState, err error) *Error {
	var p *Error
	if errors.As(err, &p) {
		return p
	}
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return nil
	}
	if errors.As(api.Cause, &p) {
		return p
	}
	if f, ok := AsFailedRun(api.Object); ok {
		return f.Error
	}
	for _, p := range recentOf(L).list {
		if api.Object == lua.LString(p.raised) {
			return p
		}
	}
	return nil
}

// Caret points an error of Lua's that is on its way, the value of a panic, at a word.
func Caret(L *lua.LState, r any, word string) {
	e, ok := r.(*lua.ApiError)
	if !ok || e.Cause != nil {
		return
	}
	if text, ok := e.Object.(lua.LString); ok {
		at := Where(L)
		p := New(at, "%s", strings.TrimPrefix(string(text), at.String()+": ")).Pointing(word)
		p.raised = string(text)
		remember(L, p)
		e.Cause = p
	}
}
