package luaio

import (
	"os"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
)

// ioPopen is popen(3): a shell's command with one end of a pipe for its stdout
// or stdin, the rest as this state has it. What is buffered is written first,
// as lua5.1 does (fflush(NULL)).
func (s *Streams) ioPopen(L *lua.LState) int {
	line, mode := CheckString(L, 1, "popen"), OptString(L, 2, "popen", "r")
	s.flushForChild()
	f, err := s.popen(line, mode)
	if err != nil {
		return pushFailure(L, err, line+": ")
	}
	Push(L, f)
	return 1
}

func (s *Streams) flushForChild() {
	s.flushOpened()
	s.Out.Writer.tryFlush()
	s.In.Reader.giveBack()
}

func (s *Streams) popen(line, mode string) (*File, error) {
	reads := strings.Trim(mode, "e") == "r"
	if !reads && strings.Trim(mode, "e") != "w" {
		return nil, syscall.EINVAL
	}
	r, w, err := ipc.Pipe(0)
	if err != nil {
		return nil, err
	}
	files := []*os.File{s.In.f, w, s.Err.f}
	ours, theirs, use := r, w, ModeRead
	if !reads {
		files = []*os.File{r, s.Out.f, s.Err.f}
		ours, theirs, use = w, r, ModeWrite
	}
	spawn := s.Spawn
	if spawn == nil {
		spawn = startProcess
	}
	wait, err := spawn(Shell(line), files)
	theirs.Close()
	if err != nil {
		ours.Close()
		return nil, err
	}
	f := NewFile(line, ours, use)
	f.wait = wait
	return f, nil
}

func startProcess(argv []string, files []*os.File) (func() error, error) {
	child, err := os.StartProcess(argv[0], argv, &os.ProcAttr{Files: files})
	if err != nil {
		return nil, err
	}
	return func() error {
		_, err := child.Wait()
		return err
	}, nil
}
