package lualib

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/syntax"
)

// load is load(function [, name]), which catches the errors of the function.
func (l *Library) load(L *lua.LState) int {
	luaio.CheckFunction(L, 1, "load")
	name := luaio.OptString(L, 2, "load", "=(load)")
	var text strings.Builder
	L.SetTop(1)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		for n := 1; readPiece(L, &text); n++ {
			if n&(n-1) == 0 && syntax.Hopeless(text.String()) {
				break // no more text could make it whole
			}
		}
		return 0
	}))
	L.Push(L.Get(1))
	if err := interp.PCall(L, 1, 0, nil); err != nil {
		l.exitNow(L)
		L.Push(lua.LNil)
		L.Push(err.(*lua.ApiError).Object)
		return 2
	}
	return l.pushString(L, name, text.String())
}

// readPiece adds what the function at index 1 returns, and reports whether there is more.
func readPiece(L *lua.LState, text *strings.Builder) bool {
	L.Push(L.Get(1))
	L.Call(0, 1)
	piece := L.Get(-1)
	L.Pop(1)
	if piece == lua.LNil {
		return false
	}
	s, ok := interp.ToText(piece)
	if !ok {
		L.Error(lua.LString("reader function must return a string"), 0)
	}
	text.WriteString(s)
	return s != ""
}

func (l *Library) loadString(L *lua.LState) int {
	text := luaio.CheckString(L, 1, "loadstring")
	return l.pushString(L, luaio.OptString(L, 2, "loadstring", text), text)
}

func (l *Library) loadFile(L *lua.LState) int {
	name, text, err := readSource(luaio.OptString(L, 1, "dofile", ""), l.host.Stdin)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	chunk, err := l.host.CompileFile(name, text)
	return pushCompiled(L, chunk, err, "", "")
}

func (l *Library) doFile(L *lua.LState) int {
	name, text, err := readSource(luaio.OptString(L, 1, "dofile", ""), l.host.Stdin)
	if err != nil {
		problem.Here(L, "%v", err).Pointing("dofile").Raise(L)
	}
	chunk, err := l.host.CompileFile(name, text)
	if err != nil {
		raiseSyntax(L, "", err)
	}
	L.SetTop(0)
	L.Push(L.NewFunctionFromProto(chunk.Proto))
	L.Call(0, lua.MultRet)
	return L.GetTop()
}

// loader is the second of package.loaders: it finds a module along
// package.path.
func (l *Library) loader(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "require")
	path, ok := L.GetField(L.GetGlobal("package"), "path").(lua.LString)
	if !ok {
		luaio.Raise(L, "'package.path' must be a string")
	}
	file := strings.ReplaceAll(name, ".", string(filepath.Separator))
	var tried strings.Builder
	for _, pattern := range strings.FieldsFunc(string(path), func(c rune) bool { return c == ';' }) {
		candidate := strings.ReplaceAll(pattern, "?", file)
		text, err := os.ReadFile(candidate)
		if err != nil {
			tried.WriteString("\n\tno file '" + candidate + "'")
			continue
		}
		chunk, err := l.host.CompileFile(candidate, string(text))
		if err != nil {
			raiseSyntax(L, "error loading module '"+name+"' from file '"+candidate+"':\n\t", err)
		}
		L.Push(L.NewFunctionFromProto(chunk.Proto))
		return 1
	}
	if v, ok := l.host.Module(name); ok {
		L.Push(L.NewFunction(func(L *lua.LState) int {
			L.Push(v)
			return 1
		}))
		return 1
	}
	L.Push(lua.LString(tried.String()))
	return 1
}

// pushString is what load and loadstring return of a text.
func (l *Library) pushString(L *lua.LState, origin, text string) int {
	if strings.HasPrefix(text, "\x1bLua") {
		L.Push(lua.LNil)
		L.Push(lua.LString(chunkName(origin, sourceName) + ": bad header in precompiled chunk"))
		return 2
	}
	chunk, err := l.host.Compile(origin, chunkName(origin, sourceName), text)
	return pushCompiled(L, chunk, err, chunkName(origin, sourceName), chunkName(origin, syntaxName))
}

// pushCompiled pushes a function, or nil and what is wrong in lua5.1's words, where a
// source that errors call name is called shown.
func pushCompiled(L *lua.LState, chunk *syntax.Chunk, err error, name, shown string) int {
	if err != nil {
		message := problem.FirstLine(err.Error())
		var e *syntax.Error
		if errors.As(err, &e) && e.Lua != "" {
			message = shown + strings.TrimPrefix(e.Lua, name)
		}
		L.Push(lua.LNil)
		L.Push(lua.LString(message))
		return 2
	}
	L.Push(L.NewFunctionFromProto(chunk.Proto))
	return 1
}

// readSource reads a file, or standard input where there is no name.
func readSource(name string, stdin *os.File) (string, string, error) {
	if name == "" {
		data, err := io.ReadAll(stdin)
		return "stdin", string(data), err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = errors.New("cannot open " + name + ": " + cause.Err.Error())
		}
		return "", "", err
	}
	return name, string(data), nil
}

// How many bytes there are for the name of a source, the one that ends it included:
// LUA_IDSIZE of luaconf.h, and MAXSRC of llex.c.
const (
	sourceName = 60
	syntaxName = 80
)

// chunkName is what errors call a source, luaO_chunkid: "=name" and "@file" name it, and
// anything else is its text.
func chunkName(s string, size int) string {
	s, _, _ = strings.Cut(s, "\x00")
	switch {
	case strings.HasPrefix(s, "="):
		return s[1:min(len(s), size)]
	case strings.HasPrefix(s, "@"):
		if room := size - len(" '...' ") - 1; len(s)-1 > room {
			return "..." + s[len(s)-room:]
		}
		return s[1:]
	}
	line, more := s, false
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		line, more = s[:i], true
	}
	if room := size - len(` [string "..."] `) - 1; len(line) > room {
		line, more = line[:room], true
	}
	if more {
		line += "..."
	}
	return `[string "` + line + `"]`
}

// raiseSyntax raises the error of a source that does not compile: to the script it is
// lua5.1's, behind a prefix.
func raiseSyntax(L *lua.LState, prefix string, err error) {
	var e *syntax.Error
	if errors.As(err, &e) {
		problem.RaiseAs(L, problem.Of(e), prefix+e.Lua)
	}
	problem.Raise(L, err)
}
