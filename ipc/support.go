package ipc

// Level says how much of a mechanism there is on a system.
type Level uint8

// The levels of support.
const (
	Absent   Level = iota // the system has nothing like it, and neither has weir there
	Emulated              // same verbs and same results, but other programs cannot join
	Native                // the system's own: any program joins
)

// String names the level.
func (l Level) String() string { return [...]string{"absent", "emulated", "native"}[l] }

// Support is what a system has of a mechanism, and by which call.
type Support struct {
	Level Level
	By    string // the call, or what it is emulated with
	Built bool   // this version of weir has it there
}

type row struct{ linux, windows, darwin Support }

func native(by string) Support   { return Support{Native, by, false} }
func emulated(by string) Support { return Support{Emulated, by, false} }

// supported is the table of SupportOn; what is built is added there.
var supported = map[Kind]row{
	KindPipe:       {native("pipe2(2)"), native("CreatePipe"), native("pipe(2)")},
	KindFIFO:       {native("mkfifo(3)"), native("CreateNamedPipe"), native("mkfifo(3)")},
	KindFile:       {native("open(2)"), native("CreateFile"), native("open(2)")},
	KindMemory:     {native("memfd_create(2)"), emulated("a temporary file"), emulated("a temporary file")},
	KindStandard:   {native("inherited descriptors"), native("inherited handles"), native("inherited descriptors")},
	KindRegion:     {native("shm_open(3), mmap(2)"), native("CreateFileMapping"), emulated("a mapped file")},
	KindRing:       {emulated("shared memory and futex(2)"), emulated("CreateFileMapping and WaitOnAddress"), emulated("a mapped file")},
	KindQueue:      {native("mq_open(3)"), emulated("shared memory"), emulated("shared memory")},
	KindMailslot:   {emulated("AF_UNIX datagrams"), native("CreateMailslot"), emulated("AF_UNIX datagrams")},
	KindMailbox:    {emulated("shared memory and futex(2)"), emulated("CreateFileMapping"), emulated("a mapped file")},
	KindUnix:       {native("unix(7), SOCK_STREAM"), native("AF_UNIX"), native("AF_UNIX")},
	KindUnixgram:   {native("unix(7), SOCK_DGRAM"), Support{}, native("AF_UNIX")},
	KindUnixpacket: {native("unix(7), SOCK_SEQPACKET"), Support{}, Support{}},
	KindTCP:        {native("tcp(7)"), native("Winsock"), native("tcp(4)")},
	KindUDP:        {native("udp(7)"), native("Winsock"), native("udp(4)")},
	KindSemaphore:  {native("sem_open(3)"), native("CreateSemaphore"), emulated("a mapped file")},
	KindMutex:      {emulated("futex(2)"), native("CreateMutex"), emulated("a mapped file")},
	KindCondition:  {emulated("futex(2)"), emulated("CreateEvent"), emulated("a mapped file")},
	KindBarrier:    {emulated("futex(2)"), emulated("CreateEvent"), emulated("a mapped file")},
	KindEvent:      {emulated("futex(2)"), native("CreateEvent"), emulated("a mapped file")},
}

// SupportOn tells what a system, by its GOOS, has of a mechanism. Built is set
// where this version of weir has it there. A kind that is not known is absent.
func SupportOn(goos string, k Kind) Support {
	r := supported[k]
	switch goos {
	case "linux":
		r.linux.Built = r.linux.Level != Absent
		return r.linux
	case "windows":
		return r.windows
	case "darwin":
		return r.darwin
	}
	return Support{}
}

// Kinds lists all kinds of channel and lock.
func Kinds() []Kind { return append([]Kind(nil), kinds...) }
