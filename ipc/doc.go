// Package ipc holds the mechanisms of interprocess communication of one
// machine, a file each. It knows nothing of topologies, of Lua or of screens, and
// any Go program may use it.
//
// Byte streams stay *os.File, so that a child process can inherit them. Channels of
// messages are [Messages]: a message arrives whole or not at all. Shared memory is a
// [Region]; a [Ring], the locks and a semaphore lie in one. Every descriptor that this
// package makes is close-on-exec and blocking: it is meant to be handed to a process
// that expects what a shell would give it. I/O takes deadlines, waiting for a lock
// takes a context, and all errors are an [*Error] around their cause.
//
// What there is, by kind and system; native means that any program joins it,
// emulated that only users of this package do, and what stands in brackets is not
// built yet. [SupportOn] is this table.
//
//	kind        Linux                       Windows                macOS
//	pipe        native, pipe2               (CreatePipe)           native, pipe
//	fifo        native, mkfifo              (CreateNamedPipe)      native, mkfifo
//	shm         native, shm_open            (CreateFileMapping)    (emulated)
//	queue       native, mq_open             (emulated)             (emulated)
//	semaphore   native, sem_open            (CreateSemaphore)      (emulated)
//	unix, tcp   native                      (Winsock)              (native)
//	unixgram    native                      absent                 (native)
//	unixpacket  native                      absent                 absent
//	udp         native                      (Winsock)              (native)
//	mailslot    emulated, AF_UNIX datagrams (CreateMailslot)       (emulated)
//	ring        emulated, shm and futex     (emulated)             (emulated)
//	mailbox     emulated, shm and futex     (emulated)             (emulated)
//	mutex       emulated, futex             (CreateMutex)          (emulated)
//	condition   emulated, futex             (emulated)             (emulated)
//	barrier     emulated, futex             (emulated)             (emulated)
//	event       emulated, futex             (CreateEvent)          (emulated)
//
// A name is made 0600 whatever the umask, exclusively and whole: what has it is
// complete before it appears. It is never made or opened through a symbolic link, and
// another user's is [ErrNotOurs]. A [Registrar] is told of each before it appears, so
// that whoever outlives the maker can remove it; package names has one. Without a
// name an object is private: it is passed on by its descriptor.
//
// Memory that processes share is written by all of them, also by those that one
// would not trust. What lies there is described word by word where it is defined;
// what is read from there is copied once and then checked.
package ipc
