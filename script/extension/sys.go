package extension

import (
	"os"
	goruntime "runtime"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// OS is sys.os, as Go calls it: "linux", "darwin", "windows".
const OS = goruntime.GOOS

// PID is sys.pid(), getpid(2).
func PID(L *lua.LState) int {
	L.Push(lua.LNumber(os.Getpid()))
	return 1
}

// CPUs is sys.cpus(): how many processors this process may run on,
// sched_getaffinity(2).
func CPUs(L *lua.LState) int {
	L.Push(lua.LNumber(goruntime.NumCPU()))
	return 1
}

// Env is sys.env(name), the variable or nil; sys.env() is a table of them all.
func Env(L *lua.LState) int {
	switch name := L.Get(1).(type) {
	case *lua.LNilType:
		t := L.NewTable()
		for _, entry := range os.Environ() {
			// On Windows names such as "=C:" begin with the sign.
			if i := strings.IndexByte(entry[min(1, len(entry)):], '='); i >= 0 {
				t.RawSetString(entry[:i+1], lua.LString(entry[i+2:]))
			}
		}
		L.Push(t)
	case lua.LString:
		if v, ok := os.LookupEnv(string(name)); ok {
			L.Push(lua.LString(v))
		} else {
			L.Push(lua.LNil)
		}
	default:
		L.RaiseError("sys.env: a name is a string, but this is %s", kind(name))
	}
	return 1
}
