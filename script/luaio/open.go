package luaio

import (
	"errors"
	"os"
	goruntime "runtime"
	"strings"
	"syscall"
	"time"

	"weir/ipc"
)

// openFile is fopen(3). Letters that glibc does not know are ignored, as there:
// "r", "w" or "a" first, then "+" for both ways and "x" for a new file only.
func (s *Streams) openFile(name, mode string) (*File, error) {
	var flag int
	var use Mode
	switch {
	case strings.HasPrefix(mode, "r"):
		flag, use = os.O_RDONLY, ModeRead
	case strings.HasPrefix(mode, "w"):
		flag, use = os.O_WRONLY|os.O_CREATE|os.O_TRUNC, ModeWrite
	case strings.HasPrefix(mode, "a"):
		flag, use = os.O_WRONLY|os.O_CREATE|os.O_APPEND, ModeWrite
	default:
		return nil, syscall.EINVAL
	}
	if strings.Contains(mode, "+") {
		flag, use = flag&^os.O_WRONLY|os.O_RDWR, ModeRead|ModeWrite
	}
	if strings.Contains(mode, "x") {
		flag |= os.O_EXCL
	}
	f, err := s.open(name, flag)
	for try := 0; errors.Is(err, syscall.EMFILE) && try < 20; try++ {
		// Files that the script dropped without closing may be the ones; they
		// are closed on goroutines of their own, some time after the collection.
		if try == 0 {
			goruntime.GC()
		}
		time.Sleep(time.Millisecond)
		f, err = s.open(name, flag)
	}
	if err != nil {
		return nil, err
	}
	if flag&os.O_APPEND != 0 && use == ModeWrite {
		f.Seek(0, 2) // glibc tells the end for the position before any write
	}
	return NewFile(name, f, use), nil
}

// open opens a file. The wait for the other side of a FIFO ends with the state's context.
func (s *Streams) open(name string, flag int) (*os.File, error) {
	if s.ctx == nil || s.ctx.Done() == nil || flag&(os.O_RDWR|os.O_EXCL) != 0 || !isFIFO(name) {
		return s.World.OpenFile(name, flag)
	}
	mode := ipc.Read
	if flag&os.O_WRONLY != 0 {
		mode = ipc.Write
	}
	f, err := s.World.OpenFIFO(s.ctx, name, mode)
	if stop := s.givenUp(); err != nil && stop != nil {
		err = stop
	}
	return f, err
}

func isFIFO(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}
