package script

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/library"
)

// messageRow is the row of a channel of messages.
type messageRow struct {
	mechanism
	count   string // what its option for a number of messages is called; none where it has none
	slots   int    // unless the script says
	size    int
	options []string
	sole    bool                                      // one process makes it: a second is refused, and does not join
	client  bool                                      // it is that one's client
	call    func(name string, slots, size int) string // how it is made, for who reads a plan
	build   func(L *lua.LState, r messageRow) int     // the constructor; makeMessages unless said
}

// The sizes of a channel whose maker said none: a page for a line.
const (
	defaultSlots   = 64
	defaultMessage = 4096
)

// messageRows are the rows of the channels of messages that have a constructor of their own.
func messageRows() []messageRow {
	return []messageRow{
		{mechanism: mechanism{kind: ipc.KindRing, maker: library.Entry{
			Signature: `ring([name,] {slots=, size=, codec=, keep=, open=})`,
			Summary:   "a bounded buffer in shared memory: slots messages of up to size bytes; slots = 0 is a rendezvous",
			Example:   `run("seq 10" | ring{slots = 4} | "cat")`,
			Manual:    "shm_open(3), futex(2); CreateFileMapping, WaitOnAddress",
			Long: "Any number of producers and consumers: the bounded buffer of the textbooks. " +
				"With slots = 0 a sender waits until its message has been received."}},
			count: "slots", slots: defaultSlots, size: defaultMessage,
			call: func(name string, slots, size int) string {
				return fmt.Sprintf("%s, %d slots of %d bytes", regionCall("ring", name), slots, size)
			}},
		{mechanism: mechanism{kind: ipc.KindQueue, maker: library.Entry{
			Signature: `queue([name,] {max=, size=, codec=, keep=, open=})`,
			Summary:   "a POSIX message queue, mq_open(3): other programs join it by its name",
			Example:   `local q = queue("/orders", {max = 10, size = 512}); q:send("hello"); print(q:receive())`,
			Manual:    "mq_overview(7), mq_open(3)",
			Long:      "Messages of higher priority come first. The system limits max and size: weir doctor shows how far."}},
			count: "max",
			call: func(name string, max, size int) string {
				return fmt.Sprintf("mq_open(%s, O_CREAT|O_EXCL, 0600)", nameOr(name, "a name that is unlinked at once"))
			}},
		{mechanism: mechanism{kind: ipc.KindMailslot, maker: library.Entry{
			Signature: `mailslot([name,] {size=, codec=, open=, client=, timeout=})`,
			Summary:   "a mailslot as on Windows: one server reads, many clients write; an emulation here",
			Example:   `local m = mailslot"greetings"; m:send("hello"); print(m:receive())`,
			Manual:    "CreateMailslot; unix(7)",
			Long: "Whole messages, never a part of one. timeout= is how long the server's receive waits that says none, " +
				"in a stage, too. A stage that reads the messages as lines sees the end of its input when that time " +
				"has passed without one."}},
			options: []string{"timeout", "client"}, sole: true, build: makeMailslot,
			call: func(name string, _, size int) string {
				return fmt.Sprintf("socket(AF_UNIX, SOCK_DGRAM), a mailslot emulated as %s", nameOr(name, "a private one"))
			}},
		{mechanism: mechanism{kind: ipc.KindMailbox, maker: library.Entry{
			Signature: `mailbox([name,] {slots=, size=, keep=, open=})`,
			Summary: "a mailbox: messages of any value that JSON knows, received with their sender; " +
				"indirect message passing",
			Example: `local m = mailbox"/letters"; m:send{1, 2}; print(m:receive()[2])`,
			Long: "Sender and receiver know the mailbox and not each other; " +
				"a stage's own mailbox, self(), is the direct way."}},
			count: "slots", slots: defaultSlots, size: defaultMessage,
			call: func(name string, slots, size int) string {
				return fmt.Sprintf("%s, a mailbox of %d slots of %d bytes", regionCall("mailbox", name), slots, size)
			}},
	}
}

// complete gives the row its constructor.
func (r *messageRow) complete() mechanism {
	if r.build == nil {
		r.build = makeMessages
	}
	r.maker.Call = func(L *lua.LState) int { return r.build(L, *r) }
	return r.mechanism
}
