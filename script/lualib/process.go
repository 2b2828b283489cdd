package lualib

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/errno"
	"weir/script/luaio"
)

// ExitError says that the script called os.exit.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// openProcess puts in place those functions of os that concern processes, or that
// gopher-lua does in another way than §5.8 of the manual.
func (l *Library) openProcess(L *lua.LState) {
	put(L, "os", map[string]lua.LGFunction{
		"clock": osClock, "execute": l.osExecute, "exit": l.osExit, "getenv": osGetenv,
		"remove": l.osRemove, "rename": l.osRename, "setenv": l.osSetenv, "tmpname": l.osTmpname,
	})
}

// osExit ends the script: everything above it on the stack is left, runs are
// stopped, output is flushed. Like C's, the status is taken modulo 256.
func (l *Library) osExit(L *lua.LState) int {
	code := 0
	switch v := L.Get(1).(type) {
	case lua.LBool:
		if !v {
			code = 1
		}
	case *lua.LNilType:
	default:
		code = luaio.CheckInt(L, 1, "exit") & 0xff
	}
	l.host.World.Exits(code)
	l.Exiting = &ExitError{code}
	l.exitNow(L)
	return 0
}

// osExecute runs a line of the system's shell, system(3). It returns the status as wait(2)
// encodes it.
func (l *Library) osExecute(L *lua.LState) int {
	status := 1 // there is a shell
	if L.Get(1) != lua.LNil {
		status = l.host.Execute(L, luaio.CheckString(L, 1, "execute"))
	}
	L.Push(lua.LNumber(status))
	return 1
}

// osClock is the processor time used, clock(3), in seconds.
func osClock(L *lua.LState) int {
	L.Push(lua.LNumber(processorTime().Seconds()))
	return 1
}

func osGetenv(L *lua.LState) int {
	if v, ok := os.LookupEnv(luaio.CheckString(L, 1, "getenv")); ok {
		L.Push(lua.LString(v))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func (l *Library) osRemove(L *lua.LState) int {
	name := luaio.CheckString(L, 1, "remove")
	return pushOutcome(L, name, l.host.World.Remove(name))
}

func (l *Library) osRename(L *lua.LState) int {
	name, to := luaio.CheckString(L, 1, "rename"), luaio.CheckString(L, 2, "rename")
	return pushOutcome(L, name, l.host.World.Rename(name, to))
}

func (l *Library) osTmpname(L *lua.LState) int {
	name, err := l.host.World.TempName()
	if err != nil {
		L.RaiseError("unable to generate a unique filename")
	}
	L.Push(lua.LString(name))
	return 1
}

// osSetenv is os.setenv(name, value), which Lua itself lacks.
func (l *Library) osSetenv(L *lua.LState) int {
	name, value := luaio.CheckString(L, 1, "setenv"), luaio.CheckString(L, 2, "setenv")
	return pushOutcome(L, name, l.host.World.Setenv(name, value))
}

// pushOutcome is the convention of Lua's library: true, or nil, text, errno.
func pushOutcome(L *lua.LState, name string, err error) int {
	if err == nil {
		L.Push(lua.LTrue)
		return 1
	}
	var no syscall.Errno
	text, number := err.Error(), 0
	if errors.As(err, &no) {
		text, number = errno.Words(no)
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	L.Push(lua.LNil)
	L.Push(lua.LString(name + ": " + text))
	L.Push(lua.LNumber(number))
	return 3
}

var began = time.Now()
