package ipc

import (
	"fmt"
	"os"
	"slices"
	"sync/atomic"

	"golang.org/x/sys/windows"
)

func init() {
	implement(KindPipe, operations{pair: func() (r, w *os.File, err error) { return Pipe(0) }})
	implement(KindFile, operations{try: func() error {
		return tryAt(func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) })
	}})
}

// systemCapacity is that of a pipe on Linux. CreatePipe alone would give 4096 bytes.
const systemCapacity = 64 << 10

// pipes counts those of this process, for their names.
var pipes atomic.Uint64

// Pipe makes an anonymous pipe, as CreatePipe does: a named pipe of one instance, whose name nobody is told.
// capacity is in bytes; 0 is 64 KiB.
//
// The ends in passed are for other processes: their programs read and write without OVERLAPPED, so such an end is made
// without FILE_FLAG_OVERLAPPED. Any other has it, and so has deadlines.
func Pipe(capacity int, passed ...Mode) (r, w *os.File, err error) {
	if capacity <= 0 {
		capacity = systemCapacity
	}
	path := fmt.Sprintf(`\\.\pipe\weir.%d.%d`, os.Getpid(), pipes.Add(1))
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, nil, &Error{"create", Addr{Kind: KindPipe}, err}
	}
	flags := func(of Mode) uint32 {
		if slices.Contains(passed, of) {
			return 0
		}
		return windows.FILE_FLAG_OVERLAPPED
	}
	read, err := windows.CreateNamedPipe(name,
		windows.PIPE_ACCESS_INBOUND|windows.FILE_FLAG_FIRST_PIPE_INSTANCE|flags(Read),
		windows.PIPE_TYPE_BYTE|windows.PIPE_REJECT_REMOTE_CLIENTS, 1, uint32(capacity), uint32(capacity), 0, nil)
	if err != nil {
		return nil, nil, &Error{"create", Addr{Kind: KindPipe}, err}
	}
	write, err := windows.CreateFile(name, windows.GENERIC_WRITE|windows.FILE_READ_ATTRIBUTES, 0, nil,
		windows.OPEN_EXISTING, flags(Write), 0)
	if err != nil {
		windows.CloseHandle(read)
		return nil, nil, &Error{"open", Addr{Kind: KindPipe}, err}
	}
	return os.NewFile(uintptr(read), "|0"), os.NewFile(uintptr(write), "|1"), nil
}

// PipeFill is not known here: PeekNamedPipe would wait for a read of the same end.
func PipeFill(f *os.File) (capacity, bytes int, ok bool) { return 0, 0, false }

// PeekStream is refused here.
func PeekStream(fd, most int) ([]byte, error) { return nil, errNotHere }
