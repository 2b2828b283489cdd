package script

import (
	"errors"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/sample"
	"weir/script/luaio"
	"weir/script/problem"
)

// What a peek shows unless it is told how much.
const (
	peekBytes    = 512
	peekMessages = 10
)

// noPeek stands before why a mechanism shows nothing.
const noPeek = "unsupported: "

// peekCount reads how much a peek is to show.
func peekCount(L *lua.LState, at, usual int) int {
	n := L.OptInt(at, usual)
	if n < 1 {
		problem.Raisef(L, "peek", "peek: the number must be 1 or more, but is %d", n)
	}
	return n
}

// channelPeek is p:peek([n]) of a channel of bytes.
func channelPeek(L *lua.LState) int {
	c := checkChannel(L, "peek")
	n := peekCount(L, 2, peekBytes)
	if c.kind == ipc.KindFile {
		return giveUp(L, noPeek+"a file keeps what is read from it")
	}
	if f := fileOf(c.opened.reader); f != nil && !f.Closed() {
		b, err := peekFile(f, n)
		if err != nil {
			return giveUp(L, noPeek+err.Error())
		}
		L.Push(lua.LString(b))
		return 1
	}
	j, name := vmOf(L).jobs.having(c)
	if j == nil {
		return giveUp(L, "no job has it now")
	}
	return pushPeek(L, j.peek(name, n))
}

// peekFile gives what follows in a stream that the script reads: what was read ahead of it, and
// what lies behind that.
func peekFile(f *luaio.File, n int) ([]byte, error) {
	ahead := f.Reader.Ahead()
	if len(ahead) >= n {
		return ahead[:n], nil
	}
	conn, err := f.OS().SyscallConn()
	if err != nil {
		return nil, err
	}
	var b []byte
	controlled := conn.Control(func(fd uintptr) { b, err = ipc.PeekStream(int(fd), n-len(ahead)) })
	return append(slices.Clip(ahead), b...), errors.Join(controlled, err)
}

// having gives the job that has a channel of bytes now, and how its readers call it.
func (list *Jobs) having(c *channel) (*job, string) {
	for _, j := range slices.Backward(*list) {
		if u := j.lo.pipes.find(c); u != nil && !j.ended() {
			return j, u.readName()
		}
	}
	return nil, ""
}

// peek looks into a channel of a job.
func (j *job) peek(name string, n int) *sample.Peek {
	s := sample.New(j.run)
	defer s.Close()
	return s.PeekAt(name, n)
}

// now looks at a channel of a job once.
func (j *job) now(name string) sample.ChannelNow {
	s := sample.New(j.run)
	defer s.Close()
	for _, c := range s.Frame().Channels {
		if c.Channel == name {
			return c
		}
	}
	return sample.ChannelNow{Fill: -1, Cap: -1}
}

func pushPeek(L *lua.LState, k *sample.Peek) int {
	switch {
	case k.Absent != "":
		return giveUp(L, noPeek+k.Absent)
	case k.Messages == nil:
		L.Push(lua.LString(k.Bytes))
		return 1
	}
	t := L.NewTable()
	for _, msg := range k.Messages {
		t.Append(lua.LString(msg))
	}
	L.Push(t)
	return 1
}

// messagePeek is q:peek([n]) of a channel of messages.
func messagePeek(L *lua.LState) int {
	m := checkMessages(L, "peek")
	list, err := ipc.PeekMessages(m.ch, peekCount(L, 2, peekMessages))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return giveUp(L, noPeek+sample.WhyNoPeek(err))
	case err != nil:
		problem.Raise(L, objectProblem(L, "peek", err))
	}
	t := L.NewTable()
	for _, msg := range list {
		t.Append(m.decode(L, msg))
	}
	L.Push(t)
	return 1
}

// jobPeek is job:peek(channel [, n]).
func jobPeek(L *lua.LState) int {
	j := checkJob(L, "peek")
	name := L.CheckString(2)
	n := 0
	if L.Get(3) != lua.LNil {
		n = peekCount(L, 3, 0)
	}
	if j.ended() {
		return giveUp(L, "the job has ended")
	}
	s := sample.New(j.run)
	defer s.Close()
	if f := s.Frame(); !f.Has(name) {
		noChannel(L, "peek", name, f)
	}
	return pushPeek(L, s.PeekAt(name, n))
}
