package runtime

import (
	"os"
	goruntime "runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"weir/runtime/guard"
)

// forThread gives a thread the handle itself where nobody else has it: the reads and writes of an end that was
// made for this process end when the run is stopped, and a copy would not have that. Elsewhere it gets a copy.
func (o *openSide) forThread(sole bool) (f *os.File, err error) {
	if !sole || o.own {
		return threadFile(o.file, false)
	}
	f, o.file = o.file, nil
	return f, nil
}

// threadFile gives a thread a handle of its own for f.
func threadFile(f *os.File, _ bool) (*os.File, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	var again windows.Handle
	controlled := conn.Control(func(fd uintptr) {
		own := windows.CurrentProcess()
		err = windows.DuplicateHandle(own, windows.Handle(fd), own, &again, 0, false, windows.DUPLICATE_SAME_ACCESS)
	})
	if err == nil {
		err = controlled
	}
	if err != nil {
		return nil, &os.PathError{Op: "duplicate", Path: f.Name(), Err: err}
	}
	return os.NewFile(uintptr(again), f.Name()), nil
}

var getThreadTimes = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetThreadTimes")

// leaveThread has the thread go on without the stage: under Wine, what another goroutine began to read on it
// would never come to an end with it.
func leaveThread() { goruntime.UnlockOSThread() }

// threadUsage is what the calling thread used, GetThreadTimes.
func threadUsage() guard.ExitStatus {
	var created, exited, kernel, user windows.Filetime
	ok, _, _ := getThreadTimes.Call(uintptr(windows.CurrentThread()), uintptr(unsafe.Pointer(&created)),
		uintptr(unsafe.Pointer(&exited)), uintptr(unsafe.Pointer(&kernel)), uintptr(unsafe.Pointer(&user)))
	if ok == 0 {
		return guard.ExitStatus{User: -1, Sys: -1}
	}
	since := func(t windows.Filetime) time.Duration {
		return time.Duration(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) * 100
	}
	return guard.ExitStatus{User: since(user), Sys: since(kernel)}
}
