package script

import (
	"fmt"
	"os"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"
)

// standardStreams are weir's own descriptors 0 to 2 in a run, and the stages that read standard input.
type standardStreams struct {
	top       *draft
	names     map[int]string // of the channels that stand for them
	away      bool           // from the terminal: a stage that reads nothing else reads nothing
	nothing   *attach        // what it reads then; nil until a stage does
	inherit   int            // so many stages have weir's own standard input
	contended bool           // they, or the script, read it at the same time
}

// channel gives the channel of one of weir's own descriptors. f, if any, stands in for it.
func (s *standardStreams) channel(fd int, f *os.File) *attach {
	mode := ipc.Write
	if fd == 0 {
		mode = ipc.Read
	}
	if s.names[fd] == "" {
		name := [...]string{"stdin", "stdout", "stderr"}[fd]
		c := plan.Channel{Name: name, Kind: ipc.KindStandard, FD: fd, File: f}
		s.names[fd] = s.top.newChannel(c, problem.Origin{})
	}
	return &attach{channel: s.names[fd], mode: mode}
}

// noInput is an input that is at its end.
func (s *standardStreams) noInput() *attach {
	if s.nothing == nil {
		null := plan.Channel{Kind: ipc.KindFile, Path: os.DevNull}
		s.nothing = &attach{channel: s.top.newChannel(null, problem.Origin{})}
	}
	return s.nothing
}

// input is what a stage reads whose descriptor 0 leads nowhere else; nil is the default.
func (s *standardStreams) input() *attach {
	if s.away {
		return s.noInput()
	}
	s.inherit++
	return nil
}

// dup makes descriptor fd of a stage what its descriptor from is, dup2(2).
func (s *standardStreams) dup(fds table, fd, from int) error {
	a := fds[from]
	switch {
	case a == closed:
		return fmt.Errorf("%d: bad file descriptor: it is closed", from)
	case a == nil && from > 2:
		return fmt.Errorf("%d: bad file descriptor: nothing has opened it", from)
	case a == nil && from == 0 && s.away:
		a = s.noInput()
	case a == nil:
		a = s.channel(from, nil)
	}
	fds[fd] = a
	return nil
}

// markShared has Lua stages read ahead where others read standard input at the same time:
// what one has looked at may be gone. The script itself takes each piece at once then.
func (s *standardStreams) markShared(how runMode, script *luaio.Streams) {
	s.contended = s.inherit > 1 || how == background
	if how == background && s.inherit > 0 {
		script.In.Reader.Contended()
	}
	for i := range s.top.Stages {
		argv := s.top.Stages[i].Argv
		if n := len(argv); s.contended && n == 5 && argv[1] == wordStage && argv[4] == wordShares {
			s.top.Stages[i].Argv = argv[:4]
		}
	}
}
