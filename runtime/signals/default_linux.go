package signals

import (
	"os/signal"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Default gives signals their default action, also those that this process was started to
// ignore, sigaction(2).
func Default(signals ...syscall.Signal) {
	var action [4]uint64 // struct kernel_sigaction: SIG_DFL, no flags, empty mask
	for _, s := range signals {
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
	}
}

// Plain gives signals the actions of signal(7), where Go does nothing or writes out what its
// goroutines do. A signal that was ignored from the start stays so, as in any program.
// Faults in memory stay with Go, and so does SIGXCPU, which a stage with a limit reports.
// signal.Notify does not take back what is given up here.
func Plain() {
	for _, s := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGPROF, syscall.SIGSTKFLT, syscall.SIGXFSZ, syscall.SIGIO,
		syscall.SIGPWR, syscall.SIGSYS} {
		if !signal.Ignored(s) {
			Default(s)
		}
	}
}
