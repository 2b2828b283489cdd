package runtime

import (
	"io/fs"
	"os"
	"strings"

	"weir/ipc"
)

func openPath(path string, mode ipc.Mode, perm fs.FileMode) (*os.File, error) {
	flag := os.O_RDONLY
	switch mode {
	case ipc.Write:
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	case ipc.Append:
		flag = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	case ipc.Both:
		flag = os.O_RDWR | os.O_CREATE
	}
	return ipc.OpenFile(path, flag, perm)
}

var stat = ipc.StatFile

// isPipe reports whether f is a pipe.
func isPipe(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&fs.ModeNamedPipe != 0
}

// defaultPath is Path, which Windows finds however it is spelt.
var defaultPath = os.Getenv("PATH")

// programEndings are those of PATHEXT, or the system's own.
func programEndings() []string {
	list := os.Getenv("PATHEXT")
	if list == "" {
		list = ".COM;.EXE;.BAT;.CMD"
	}
	return strings.Split(strings.ToLower(list), ";")
}

const anyCase = true

// access leaves the answer to the call that opens the file.
func access(path string, mode uint32) error { return nil }
