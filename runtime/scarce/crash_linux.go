package scarce

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Where the system refuses Go's runtime a thread, memory or a descriptor it prints why,
// in words for those who write Go, and a trace of its goroutines, and ends the program.
// That may be before the program's first line. What it prints goes through a variable
// of its own (src/runtime/time_nofake.go) that others may set. The linker sets it here:
// the first line that says what is lacking becomes one of weir's, and the program ends
// with it. All else is printed as it comes.
//
// The runtime prints while it can do nothing else, on any stack: what is called from
// here allocates nothing and has no room for a larger stack.

//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32 = write

// lack is what a line of the runtime's tells of.
type lack uint8

const (
	unknown lack = iota
	lackOfMemory
	lackOfThreads
	lackOfFiles
	refusal // of a call that cannot fail while all is well
)

// lines are the beginnings of lines that tell, with a word that must follow.
var lines = [...]struct {
	begins, has string
	of          lack
}{
	{"runtime: failed to create new OS thread", "errno=11", lackOfThreads},
	{"runtime: failed to create new OS thread", "errno=12", lackOfMemory},
	{"runtime: program exceeds ", "-thread limit", lackOfThreads},
	{"runtime: ", "out of memory", lackOfMemory},
	{"runtime: ", "cannot map pages", lackOfMemory},
	{"runtime: mmap: too much locked memory", "", lackOfMemory},
	{"fatal error: ", "out of memory", lackOfMemory},
	{"fatal error: ", "cannot allocate memory", lackOfMemory},
	{"fatal error: ", "failed to reserve page summary memory", lackOfMemory},
	{"fatal error: ", "cannot remap pages", lackOfMemory},
	{"runtime: ", "failed with 24", lackOfFiles},
	{"runtime: ", "failed with 23", lackOfFiles},
	{"runtime: failed to create new OS thread", "", refusal},
	{"runtime: standard file descriptor ", "errno=24", lackOfFiles},
	{"runtime: standard file descriptor ", "errno=", refusal},
	{"runtime: opened unexpected file descriptor", "", refusal},
	{"runtime: unexpected error while checking standard file descriptor", "", refusal},
	{"runtime: epoll", "failed with", refusal},
	{"runtime: eventfd failed with", "", refusal},
	{"runtime: netpollBreak write failed with", "", refusal},
	{"runtime: mmap", "", refusal},
	{"futexwakeup addr=", "", refusal},
	{"fatal error: sigaction failed", "", refusal},
}

// held is the line that is being printed, for as long as it may be one that tells.
var (
	held    [200]byte
	holding int
	passing bool // up to its end
)

//go:nosplit
//go:norace
func write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if fd != 2 {
		return raw(fd, p, uintptr(n))
	}
	for i := int32(0); i < n; i++ {
		c := *(*byte)(unsafe.Add(p, i))
		if passing {
			raw(fd, unsafe.Pointer(&c), 1)
			passing = c != '\n'
			continue
		}
		held[holding] = c
		holding++
		if c == '\n' {
			giveUp()
		}
		if c == '\n' || holding == len(held) || !mayBeKnown() {
			raw(fd, unsafe.Pointer(&held), uintptr(holding))
			passing, holding = c != '\n', 0
		}
	}
	return n
}

//go:nosplit
//go:norace
func raw(fd uintptr, p unsafe.Pointer, n uintptr) int32 {
	written, _, errno := syscall.RawSyscall(unix.SYS_WRITE, fd, uintptr(p), n)
	if errno != 0 {
		return -int32(errno)
	}
	return int32(written)
}

// mayBeKnown reports whether the held line begins as one of lines.
//
//go:nosplit
//go:norace
func mayBeKnown() bool {
	for i := range lines {
		if begins(lines[i].begins, min(holding, len(lines[i].begins))) {
			return true
		}
	}
	return false
}

// begins reports whether the held line begins with the first n bytes of text.
//
//go:nosplit
//go:norace
func begins(text string, n int) bool {
	for i := 0; i < n; i++ {
		if held[i] != text[i] {
			return false
		}
	}
	return true
}

//go:nosplit
//go:norace
func has(text string) bool {
	for from := 0; from+len(text) <= holding; from++ {
		k := 0
		for k < len(text) && held[from+k] == text[k] {
			k++
		}
		if k == len(text) {
			return true
		}
	}
	return false
}

// giveUp ends the program where the held line says why it must.
//
//go:nosplit
//go:norace
func giveUp() {
	for i := range lines {
		l := &lines[i]
		if holding > len(l.begins) && begins(l.begins, len(l.begins)) && has(l.has) {
			end(l.of)
		}
	}
}

// least is how many KiB of addresses Go's runtime takes at its start, and some to work in.
const least = 1_200_000

//go:nosplit
//go:norace
func end(of lack) {
	errno := syscall.EIO
	add("weir: ")
	switch of {
	case lackOfMemory:
		errno = syscall.ENOMEM
		if n, ok := softLimit(unix.RLIMIT_AS); ok {
			add("not enough memory: this process may have ")
			number(n >> 10)
			add(" KiB of addresses")
			if n>>10 < least {
				add(", and needs some ")
				number(least)
				add(" to start")
			}
			add(": raise the limit with `ulimit -v`\n")
		} else {
			add("not enough memory: the system or the container has no more to give\n")
		}
	case lackOfThreads:
		errno = syscall.EAGAIN
		add("cannot start a thread: ")
		if n, ok := softLimit(unix.RLIMIT_NPROC); ok {
			add("this user may have ")
			number(n)
			add(" processes and threads (`ulimit -u`), a container fewer (pids.max): raise the limit, or end some\n")
		} else {
			add("the system or the container allows no more processes and threads (pids.max): raise the limit, or end some\n")
		}
	case lackOfFiles:
		errno = syscall.EMFILE
		add("too many open files: this process may have ")
		n, _ := softLimit(unix.RLIMIT_NOFILE)
		number(n)
		add(": raise the limit with `ulimit -n`\n")
	default:
		add("the system refuses Go's runtime a call: ")
		for i := 0; i < holding; i++ {
			text[used] = held[i]
			used++
		}
	}
	raw(2, unsafe.Pointer(&text), uintptr(used))
	status := uintptr(1)
	if guards() {
		status = GuardFault + uintptr(errno)
	}
	syscall.RawSyscall(unix.SYS_EXIT_GROUP, status, 0, 0)
}

// GuardFault and an error number are the exit status of a guard that cannot go on.
const GuardFault = 100

// guards reports whether this is weir's guard, which has its socket to weir at
// descriptor 3 and nobody who reads what it prints.
//
//go:nosplit
//go:norace
func guards() bool {
	kind, size := int32(0), uint32(4)
	_, _, errno := syscall.RawSyscall6(unix.SYS_GETSOCKOPT, 3, unix.SOL_SOCKET, unix.SO_TYPE,
		uintptr(unsafe.Pointer(&kind)), uintptr(unsafe.Pointer(&size)), 0)
	return errno == 0 && kind == unix.SOCK_SEQPACKET
}

//go:nosplit
//go:norace
func softLimit(resource uintptr) (uint64, bool) {
	var l [2]uint64 // struct rlimit64: current, maximal
	_, _, errno := syscall.RawSyscall6(unix.SYS_PRLIMIT64, 0, resource, 0, uintptr(unsafe.Pointer(&l)), 0, 0)
	return l[0], errno == 0 && l[0] != ^uint64(0)
}

// text is the line that weir prints.
var (
	text [2*len(held) + 200]byte
	used int
)

//go:nosplit
//go:norace
func add(s string) {
	for i := 0; i < len(s); i++ {
		text[used] = s[i]
		used++
	}
}

//go:nosplit
//go:norace
func number(n uint64) {
	size := 1
	for m := n; m >= 10; m /= 10 {
		size++
	}
	for i := size - 1; i >= 0; i-- {
		text[used+i] = '0' + byte(n%10)
		n /= 10
	}
	used += size
}
