package luaio

import (
	"errors"
	"syscall"
	"unicode"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/errno"
)

// ErrBrokenPipe ends a Lua state that writes to a stdout or stderr whose reader
// has gone, where the process must live on: in a Lua stage on a thread. A
// process with descriptor 1 dies of SIGPIPE instead.
var ErrBrokenPipe = errors.New("broken pipe")

// IsBrokenPipe reports whether err, from a Lua call or from Flush, says that the
// reader of this state's output has gone.
func IsBrokenPipe(err error) bool {
	var e *lua.ApiError
	if errors.As(err, &e) && e.Cause != nil {
		err = e.Cause
	}
	return err != nil && (errors.Is(err, ErrBrokenPipe) || isBrokenPipe(err))
}

// raiseBrokenPipe raises "broken pipe" as a Lua error with ErrBrokenPipe for
// its cause.
func raiseBrokenPipe(L *lua.LState) {
	defer func() {
		r := recover()
		if e, ok := r.(*lua.ApiError); ok {
			e.Cause = ErrBrokenPipe
		}
		panic(r)
	}()
	L.Error(lua.LString(ErrBrokenPipe.Error()), 1)
}

// strerror returns the text of an error as strerror(3) has it, and its number.
// Go's table holds the same texts with a small first letter.
func strerror(err error) (string, int) {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error(), 0
	}
	s, number := errno.Words(no)
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:], number
}

// pushResult is the library's convention: true, or nil with what went wrong and its
// errno.
func pushResult(L *lua.LState, err error) int {
	if err == nil {
		L.Push(lua.LTrue)
		return 1
	}
	return pushFailure(L, err, "")
}

// pushFailure pushes nil, what went wrong behind a prefix, and its errno.
func pushFailure(L *lua.LState, err error, prefix string) int {
	if errors.Is(err, ErrBrokenPipe) {
		raiseBrokenPipe(L)
	}
	RaiseStop(L, err)
	text, no := strerror(err)
	L.Push(lua.LNil)
	L.Push(lua.LString(prefix + text))
	L.Push(lua.LNumber(no))
	return 3
}

// raise raises err as the iterators do: the text alone.
func raise(L *lua.LState, err error) {
	if errors.Is(err, ErrBrokenPipe) {
		raiseBrokenPipe(L)
	}
	RaiseStop(L, err)
	text, _ := strerror(err)
	Raise(L, "%s", text)
}
