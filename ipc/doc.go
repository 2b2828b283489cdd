// Package ipc holds the mechanisms of interprocess communication of one machine. It knows
// nothing of topologies, of Lua or of screens, and any Go program may use it.
//
// Byte streams stay *os.File, so that a child process can inherit them. Channels of messages
// are [Messages]: a message arrives whole or not at all. Shared memory is a [Region]; a
// [Ring], a [Mailbox] and the locks lie in one. Every descriptor that this package makes is
// close-on-exec and blocking, as a program expects that a shell has started. I/O takes
// deadlines, waiting for a lock takes a context, and every error is an [*Error].
//
// # Where things stand
//
// kinds.go is the table of kinds: a row says what each system has of a mechanism, how its
// objects are named and what they carry. Each mechanism has a file of its own, which gives
// the table its operations: to create, open, join, try and remove. object.go and try.go call
// them, so that [Create], [Open], [Join], [Unlink], [Try] and [Limits] work for any [Kind].
//
//   - Byte streams: pipe, fifo, memory, socket.
//   - Messages: ring (with ring_data, ring_fast, ring_side), mailbox, queue (with mqueue, queue_emulated),
//     mailslot, socket (with packet, datagram, socket_name). wait.go is how those that
//     have a descriptor wait. kernel_object_windows.go is what one waits for on Windows.
//   - Locks: mutex, condition, barrier, event, semaphore. lock_word.go is a lock in eight
//     bytes of shared memory, lock_handle.go and lock_header.go are what locks have in common.
//   - Under them: region and allocate, futex, eventcount, fault (memory that another process
//     has cut off), owner (which process holds a lock).
//   - Errors: package errno says those of Windows in the words of other systems.
//   - Names: name, file_id, folder, and [Registrar], which package names implements.
//   - published.go: what a process waits for, for those who look for deadlocks.
//
// A file without a system in its name builds everywhere. Locks, rings and mailboxes are
// portable; what they ask of a system is unbuilt_other.go where weir is not built for it yet.
// To add a mechanism is to add its constant and its row to kinds.go, and its file.
//
// # What holds for all of them
//
// A name is made 0600 whatever the umask, exclusively and whole: the object is complete
// before the name appears. It is never made or opened through a symbolic link, and another
// user's is [ErrNotOurs]. A [Registrar] records each name before it appears, so that a
// process that outlives the maker can remove it. An object without a name is private: it is
// passed on by its descriptors.
//
// Processes that share memory all write to it, also those that one would not trust. Its
// layout is described word by word at the type that lies there. What is read from there is
// copied once, and then checked.
package ipc
