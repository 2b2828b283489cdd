package runtime

import (
	"io/fs"
	"os"
	"syscall"

	"weir/ipc"
)

// goOn stands where other systems wake a stopped process; here none is stopped.
const goOn = syscall.Signal(0)

// suspend stands where other systems stop a process.
const suspend = syscall.Signal(0)

// SignalName is the name that the system has for it.
func SignalName(sig syscall.Signal) string { return sig.String() }

func openPath(path string, mode ipc.Mode, perm fs.FileMode) (*os.File, error) {
	flag := os.O_RDONLY
	switch mode {
	case ipc.Write:
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	case ipc.Append:
		flag = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	return os.OpenFile(path, flag, perm)
}

// isPipe tells whether f is a pipe.
func isPipe(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&fs.ModeNamedPipe != 0
}
