package script

import (
	"errors"
	"io"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/luaio"
	"weir/script/problem"
)

// Messages on a channel of bytes are framed: each ends with a newline, or with
// what frame= says.

// frames are what frame= may be.
var frames = map[lua.LValue]byte{lua.LString("line"): '\n', lua.LString("nul"): 0}

// frameOptions reads codec= and frame= of a channel of bytes.
func frameOptions(L *lua.LState, c *channel, t *lua.LTable) {
	c.json = codecOption(L, verbOf(c), t)
	if v := t.RawGetString("frame"); v != lua.LNil {
		frame, ok := frames[v]
		if !ok {
			problem.Here(L, "%s: there is no frame %s", verbOf(c), problem.Describe(v)).
				Hinted("there are \"line\" and \"nul\"").Pointing("frame").Raise(L)
		}
		c.nul = frame == 0
	}
}

func (c *channel) delimiter() byte {
	if c.nul {
		return 0
	}
	return '\n'
}

// channelSend is p:send(msg [, {timeout=}]) of a channel of bytes.
func channelSend(L *lua.LState) int {
	c := checkChannel(L, "send")
	w, _ := readWait(L, "send", L.Get(3))
	text := ""
	switch v := luaio.Plain(L.Get(2)).(type) {
	case lua.LString, lua.LNumber:
		text = v.String()
		if c.json {
			text = jsonText(L, v)
		}
	default:
		if !c.json {
			problem.Here(L, "send: a message is a string, but this is %s", problem.Describe(v)).
				Hinted("%s with codec = \"json\" takes tables, numbers and booleans", verbOf(c)).Pointing("send").Raise(L)
		}
		text = jsonText(L, v)
	}
	if strings.IndexByte(text, c.delimiter()) >= 0 {
		problem.Here(L, "send: the message holds %s, which ends a message on %s",
			problem.Quote(string(c.delimiter())), write(c)).
			Hinted("frame = \"nul\" ends messages with a zero byte; codec = \"json\" takes any string").Pointing("send").Raise(L)
	}
	until := w.deadline()
	f, err := ownFileBy(L, c, ipc.Write, "send", w)
	if err == nil {
		err = f.AwaitWritable(until)
	}
	if err == nil {
		if err = f.Writer.WriteString(text + string(c.delimiter())); err == nil {
			err = f.Writer.Flush()
		}
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return giveUp(L, w.over())
	case err != nil:
		luaio.RaiseStop(L, err)
		problem.Raisef(L, "send", "send: %v", err)
	}
	L.Push(lua.LTrue)
	return 1
}

func jsonText(L *lua.LState, v lua.LValue) string {
	data, err := toJSON(v)
	if err != nil {
		problem.Raisef(L, "send", "send: %v", err)
	}
	return string(data)
}

// channelReceive is p:receive([{timeout=}]) of a channel of bytes.
func channelReceive(L *lua.LState) int {
	c := checkChannel(L, "receive")
	w, _ := readWait(L, "receive", L.Get(2))
	return receiveFrame(L, c, w)
}

func receiveFrame(L *lua.LState, c *channel, w wait) int {
	until := w.deadline()
	f, err := ownFileBy(L, c, ipc.Read, "receive", w)
	deliver(L, "receive")
	text := ""
	if err == nil {
		err = f.Reader.AwaitFrame(c.delimiter(), until)
	}
	if err == nil {
		text, err = f.Reader.ReadFrame(c.delimiter())
	}
	switch {
	case err == io.EOF:
		return giveUp(L, "closed")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return giveUp(L, w.over())
	case err != nil:
		luaio.RaiseStop(L, err)
		problem.Raisef(L, "receive", "receive: %v", err)
	}
	var v lua.LValue = lua.LString(text)
	if c.json {
		if v, err = fromJSON(L, []byte(text)); err != nil {
			problem.Raisef(L, "receive", "receive: %s: %v", write(c), err)
		}
	}
	L.Push(v)
	return 1
}

// channelMessages is p:messages([{timeout=}]) of a channel of bytes.
func channelMessages(L *lua.LState) int {
	c := checkChannel(L, "messages")
	w, _ := readWait(L, "messages", L.Get(2))
	L.Push(L.NewFunction(func(L *lua.LState) int { return receiveFrame(L, c, w) }))
	return 1
}

// channelStat is p:stat() of a channel of bytes.
func channelStat(L *lua.LState) int {
	c := checkChannel(L, "stat")
	t := L.NewTable()
	t.RawSetString("kind", lua.LString(c.kind))
	if c.path != "" {
		t.RawSetString("path", lua.LString(c.path))
	}
	for _, ud := range []*lua.LUserData{c.reader, c.writer} {
		f := fileOf(ud)
		if f == nil || f.Closed() {
			continue
		}
		if capacity, bytes, ok := ipc.PipeFill(f.OS()); ok {
			t.RawSetString("capacity", lua.LNumber(capacity))
			t.RawSetString("bytes", lua.LNumber(bytes))
		}
	}
	if j, name := vmOf(L).jobs.having(c); j != nil && t.RawGetString("capacity") == lua.LNil {
		if now := j.now(name); now.Cap >= 0 {
			t.RawSetString("capacity", lua.LNumber(now.Cap))
			t.RawSetString("bytes", lua.LNumber(now.Fill))
		}
	}
	if info, err := os.Stat(c.path); err == nil && c.kind == ipc.KindFile {
		t.RawSetString("bytes", lua.LNumber(info.Size()))
	}
	L.Push(t)
	return 1
}
