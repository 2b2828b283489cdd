package ipc

import "io/fs"

// Kind names a mechanism of interprocess communication. It is also the scheme of an
// address.
type Kind string

// The kinds of channel and of lock.
const (
	KindPipe     Kind = "pipe"     // pipe(2): a byte stream inside the kernel
	KindFIFO     Kind = "fifo"     // mkfifo(3): a pipe with a name in the file system
	KindFile     Kind = "file"     // open(2): a regular file or a device
	KindMemory   Kind = "memory"   // memfd_create(2): an anonymous file that holds bytes
	KindStandard Kind = "standard" // a descriptor that weir itself was started with

	KindRegion     Kind = "shm"        // shm_open(3): memory that several processes map
	KindRing       Kind = "ring"       // a bounded buffer of messages in a region
	KindQueue      Kind = "queue"      // mq_open(3): a POSIX message queue
	KindMailslot   Kind = "mailslot"   // CreateMailslot: one server reads, many clients write
	KindMailbox    Kind = "mailbox"    // messages with their sender, in a ring
	KindUnix       Kind = "unix"       // unix(7), SOCK_STREAM
	KindUnixgram   Kind = "unixgram"   // unix(7), SOCK_DGRAM
	KindUnixpacket Kind = "unixpacket" // unix(7), SOCK_SEQPACKET
	KindTCP        Kind = "tcp"        // tcp(7)
	KindUDP        Kind = "udp"        // udp(7)

	KindSemaphore Kind = "semaphore" // sem_open(3)
	KindMutex     Kind = "mutex"     // futex(2)
	KindCondition Kind = "condition" // futex(2)
	KindBarrier   Kind = "barrier"   // futex(2)
	KindEvent     Kind = "event"     // futex(2), with CreateEvent's semantics
)

// mechanism is a row of the table of kinds. What stands in the table holds on every system;
// the operations are what this one has built. The mechanism's own file hands them to
// implement.
type mechanism struct {
	kind                   Kind
	linux, windows, darwin Support
	naming                 Naming
	carries                Cargo
	socket                 bool
	number                 uint32      // of a lock, in the header of its region
	release                string      // what another process does to let a waiter go on
	file                   fs.FileMode // the type of the file that has a name; 0 is a regular file
	socketAt               string      // the end of a second name that an object has: a socket's
	operations
}

// Naming says how objects of a kind are named.
type Naming uint8

// The ways of naming.
const (
	Nameless Naming = iota // only passed on by its descriptors
	ByPath                 // a path in the file system
	ByName                 // a name with one slash at most, the first, as shm_overview(7) has it
	ByQueue                // the same, in a space of its own and in no folder, mq_overview(7)
	ByPort                 // HOST:PORT
)

// Cargo is what a kind of channel carries.
type Cargo uint8

// The kinds of cargo.
const (
	Nothing Cargo = iota // a lock, or memory
	Bytes                // a stream
	Whole                // messages, each whole or not at all
)

func native(by string) Support   { return Support{Level: Native, By: by} }
func emulated(by string) Support { return Support{Level: Emulated, By: by} }

func absent(instead string) Support { return Support{Instead: instead} }

// built is what this version of weir has on a system of which it has not everything yet.
func built(s Support) Support { s.Built = true; return s }

// overMapping is what lies in a file mapping, and at which processes wait for semaphores.
var overMapping = emulated("CreateFileMapping and CreateSemaphore")

// mechanisms is the table of kinds, in the order in which they are shown. doctor, bench, ls,
// completion, help and the reference read it, and so do runs and the registers of names.
var mechanisms = []mechanism{
	{kind: KindPipe, carries: Bytes,
		linux: native("pipe2(2)"), windows: built(native("CreatePipe")), darwin: built(native("pipe(2)"))},
	{kind: KindFIFO, naming: ByPath, carries: Bytes, file: fs.ModeNamedPipe,
		linux: native("mkfifo(3)"), windows: built(native("CreateNamedPipe")),
		darwin: built(native("mkfifo(3)"))},
	{kind: KindFile, naming: ByPath, carries: Bytes,
		linux: native("open(2)"), windows: built(native("CreateFile")), darwin: built(native("open(2)"))},
	{kind: KindMemory, carries: Bytes,
		linux: native("memfd_create(2)"), windows: built(emulated("a temporary file")),
		darwin: built(emulated("a temporary file"))},
	{kind: KindStandard, carries: Bytes, linux: native("inherited descriptors"),
		windows: built(native("inherited handles")), darwin: built(native("inherited descriptors"))},

	{kind: KindRegion, naming: ByName, release: "post", // to a sem_t that lies in it
		linux: native("shm_open(3), mmap(2)"), windows: built(native("CreateFileMapping")),
		darwin: emulated("a mapped file")},
	{kind: KindRing, naming: ByName, carries: Whole, linux: emulated("shared memory and futex(2)"),
		windows: built(overMapping), darwin: emulated("a mapped file")},
	{kind: KindQueue, naming: ByQueue, carries: Whole,
		linux: native("mq_open(3)"), windows: built(overMapping), darwin: emulated("a mapped file")},
	{kind: KindMailslot, naming: ByName, carries: Whole, socketAt: ".socket",
		linux: emulated("AF_UNIX datagrams"), windows: built(native("CreateMailslot")),
		darwin: emulated("AF_UNIX datagrams")},
	{kind: KindMailbox, naming: ByName, carries: Whole, linux: emulated("shared memory and futex(2)"),
		windows: built(overMapping), darwin: emulated("a mapped file")},

	{kind: KindUnix, naming: ByPath, carries: Bytes, socket: true, file: fs.ModeSocket,
		linux: native("unix(7), SOCK_STREAM"), windows: built(native("AF_UNIX")), darwin: native("AF_UNIX")},
	{kind: KindUnixgram, naming: ByPath, carries: Whole, socket: true, file: fs.ModeSocket,
		linux: native("unix(7), SOCK_DGRAM"), windows: absent("a mailslot"), darwin: native("AF_UNIX")},
	{kind: KindUnixpacket, naming: ByPath, carries: Whole, socket: true, file: fs.ModeSocket,
		linux: native("unix(7), SOCK_SEQPACKET"), windows: built(emulated("CreateNamedPipe in message mode")),
		darwin: absent("a unix socket")},
	{kind: KindTCP, naming: ByPort, carries: Bytes, socket: true,
		linux: native("tcp(7)"), windows: built(native("Winsock")), darwin: native("tcp(4)")},
	{kind: KindUDP, naming: ByPort, carries: Whole, socket: true,
		linux: native("udp(7)"), windows: built(native("Winsock")), darwin: native("udp(4)")},

	{kind: KindSemaphore, naming: ByName, release: "post",
		linux: native("sem_open(3)"), windows: built(native("CreateSemaphore")), darwin: emulated("a mapped file")},
	{kind: KindMutex, naming: ByName, number: 1, release: "unlock",
		linux: emulated("futex(2)"), windows: built(native("CreateMutex")), darwin: emulated("a mapped file")},
	{kind: KindCondition, naming: ByName, number: 2, release: "signal",
		linux: emulated("futex(2)"), windows: built(overMapping), darwin: emulated("a mapped file")},
	{kind: KindBarrier, naming: ByName, number: 3, release: "come to",
		linux: emulated("futex(2)"), windows: built(overMapping), darwin: emulated("a mapped file")},
	{kind: KindEvent, naming: ByName, number: 4, release: "set",
		linux: emulated("futex(2)"), windows: built(native("CreateEvent")), darwin: emulated("a mapped file")},
}

// unknown is the row of a kind that is not in the table.
var unknown mechanism

// row gives the row of a kind.
func (k Kind) row() *mechanism {
	for i := range mechanisms {
		if mechanisms[i].kind == k {
			return &mechanisms[i]
		}
	}
	return &unknown
}

// implement puts what this system has built of a mechanism into its row.
func implement(k Kind, o operations) { k.row().operations = o }

// Kinds lists the kinds but for KindStandard: an inherited descriptor is of the kind that it
// was opened as.
func Kinds() []Kind {
	list := make([]Kind, 0, len(mechanisms))
	for i := range mechanisms {
		if k := mechanisms[i].kind; k != KindStandard {
			list = append(list, k)
		}
	}
	return list
}

// Known reports whether the table has the kind.
func (k Kind) Known() bool { return k.row() != &unknown }

// Naming says how objects of the kind are named.
func (k Kind) Naming() Naming { return k.row().naming }

// IsFile reports whether an object's name is that of a file here, which stays when nobody has
// the object open. The system removes any other name itself.
func (k Kind) IsFile() bool { return k.row().isFile() }

// Carries says what a channel of the kind carries.
func (k Kind) Carries() Cargo { return k.row().carries }

// IsSocket reports whether the kind is one of the sockets.
func (k Kind) IsSocket() bool { return k.row().socket }

// Serves reports whether channels of the kind have a server here, ListenStream: sockets of streams, and named pipes
// of Windows.
func (k Kind) Serves() bool { return k.row().listen != nil }

// Release is what another process does to let a waiter at a lock of this kind go on:
// "unlock", "post". It is empty for a kind that is no lock, and has none in it.
func (k Kind) Release() string { return k.row().release }

// FileType is the type of the file that has a name of the kind.
func (k Kind) FileType() fs.FileMode { return k.row().file }

// SocketAt is the end of the second name of an object of the kind, which is a socket's. It is
// empty if objects have one name.
func (k Kind) SocketAt() string { return k.row().socketAt }
