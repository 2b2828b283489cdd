package ipc

import (
	"context"
	goruntime "runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// openUntil is open(2), which a signal ends when ctx has ended. So nobody else at the FIFO is
// taken for met: had weir opened the other side to free its thread, another reader would see
// the end of a file that nobody has written, and what another writer gives would be lost.
func openUntil(ctx context.Context, path string, flag int) (fd int, err error) {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	interruptible()
	opened, freed := make(chan struct{}), make(chan struct{})
	go freeOpener(ctx, unix.Gettid(), opened, freed)
	for {
		fd, err = unix.Open(path, flag|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			break
		}
		if err = ctx.Err(); err != nil {
			break
		}
	}
	close(opened)
	<-freed
	return fd, err
}

// freeOpener frees a thread that is blocked in open(2), or will be in a moment, once ctx has
// ended. It sends signals until the thread has come through.
func freeOpener(ctx context.Context, tid int, opened <-chan struct{}, freed chan<- struct{}) {
	defer close(freed)
	select {
	case <-opened:
		return
	case <-ctx.Done():
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		_ = unix.Tgkill(unix.Getpid(), tid, freeing)
		select {
		case <-opened:
			return
		case <-tick.C:
		}
	}
}

// freeing is the signal, SIGRTMAX-4. Go's runtime catches it, as it does all, and passes it over.
const freeing = unix.Signal(60)

// interruptible lets the signal end system calls: Go has all of them go on (SA_RESTART).
var interruptible = sync.OnceFunc(func() {
	const restart = 0x10000000
	var action struct { // as the kernel has struct sigaction
		handler, flags, restorer uintptr
		mask                     uint64
	}
	if sigaction(nil, unsafe.Pointer(&action)) {
		action.flags &^= restart
		sigaction(unsafe.Pointer(&action), nil)
	}
})

func sigaction(set, old unsafe.Pointer) bool {
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(freeing), uintptr(set), uintptr(old), 8, 0, 0)
	return errno == 0
}
