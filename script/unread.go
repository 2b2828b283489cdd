package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
)

// unread warns of the private channels that a run writes and nobody can read: no stage, and
// no variable of the script's.
func (lo *lowering) unread(L *lua.LState) (list []*problem.Error) {
	for _, sub := range lo.inside {
		list = append(list, sub.unread(L)...)
	}
	for m := range lo.objects.writers {
		if !m.private() || lo.objects.readers[m]+lo.objects.held[m] > 0 || !lo.perConnection && m.readElsewhere() {
			continue
		}
		if !canRead(L, func(c *channel) bool { return c.msg == m }) {
			list = append(list, unreadProblem(m.Origin, lo.objects.channels[m][0], writeObject(m)))
		}
	}
	for _, u := range lo.pipes.order {
		if !u.ownRead || u.channel.kind != ipc.KindPipe {
			continue
		}
		if !canRead(L, func(c *channel) bool { return c.opened == u.channel.opened }) {
			list = append(list, unreadProblem(u.channel.Origin, u.name, write(u.channel)))
		}
	}
	return list
}

func unreadProblem(at problem.Origin, name, text string) *problem.Error {
	return problem.New(at, "nobody reads %s, and no variable holds it: what %s is sent is lost", text, name).
		Hinted("keep it in a variable that the script reads, or join what reads it in the same run").Pointing(text)
}

// readElsewhere reports whether another state may receive from the channel.
func (m *messageChannel) readElsewhere() bool {
	if !m.shared {
		return false
	}
	reads, writes := m.live.r != nil, m.live.w != nil
	if m.live.hold(ipc.Write) != nil {
		return true // there is no telling
	}
	m.live.release(ipc.Read)
	alone := m.live.alone(ipc.Write)
	if reads {
		_ = m.live.hold(ipc.Read)
	}
	if !writes {
		m.live.release(ipc.Write)
	}
	return !alone
}
