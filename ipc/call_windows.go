package ipc

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The calls that golang.org/x/sys/windows lacks, each below its prototype.

var (
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")
	ntdll    = windows.NewLazySystemDLL("ntdll.dll")

	procOpenFileMapping  = kernel32.NewProc("OpenFileMappingW")
	procCreateSemaphore  = kernel32.NewProc("CreateSemaphoreW")
	procReleaseSemaphore = kernel32.NewProc("ReleaseSemaphore")
	procOpenSemaphore    = kernel32.NewProc("OpenSemaphoreW")
	procWaitNamedPipe    = kernel32.NewProc("WaitNamedPipeW")
	procPeekNamedPipe    = kernel32.NewProc("PeekNamedPipe")
	procCreateMailslot   = kernel32.NewProc("CreateMailslotW")
	procGetMailslotInfo  = kernel32.NewProc("GetMailslotInfo")
	procNtQueryObject    = ntdll.NewProc("NtQueryObject")
	procNtQuerySection   = ntdll.NewProc("NtQuerySection")
	procNtQueryEvent     = ntdll.NewProc("NtQueryEvent")
	procNtQuerySemaphore = ntdll.NewProc("NtQuerySemaphore")
	procNtQueryMutant    = ntdll.NewProc("NtQueryMutant")
)

const sectionQuery = 1

// called gives what a call returned, or its error if that is 0.
func called(r uintptr, _ uintptr, errno syscall.Errno) (uintptr, error) {
	if r != 0 {
		return r, nil
	}
	if errno == 0 {
		errno = syscall.EINVAL
	}
	return 0, errno
}

// openFileMapping is
//
//	HANDLE OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name);
//
// To look at its size takes sectionQuery, SECTION_QUERY.
func openFileMapping(access uint32, name *uint16) (windows.Handle, error) {
	h, err := called(syscall.SyscallN(procOpenFileMapping.Addr(), uintptr(access), 0, uintptr(unsafe.Pointer(name))))
	return windows.Handle(h), err
}

// createSemaphore is
//
//	HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES sa, LONG count, LONG max, LPCWSTR name);
//
// If the name exists it gives that semaphore, and ERROR_ALREADY_EXISTS.
func createSemaphore(sa *windows.SecurityAttributes, count, max int32, name *uint16) (windows.Handle, error) {
	h, _, errno := syscall.SyscallN(procCreateSemaphore.Addr(), uintptr(unsafe.Pointer(sa)), uintptr(count),
		uintptr(max), uintptr(unsafe.Pointer(name)))
	if h == 0 || errno == windows.ERROR_ALREADY_EXISTS {
		return windows.Handle(h), errno
	}
	return windows.Handle(h), nil
}

// openSemaphore is
//
//	HANDLE OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name);
func openSemaphore(name *uint16) (windows.Handle, error) {
	const queryState, modifyState = 1, 2 // SEMAPHORE_QUERY_STATE, SEMAPHORE_MODIFY_STATE
	const access = queryState | modifyState | windows.SYNCHRONIZE | windows.READ_CONTROL
	h, err := called(syscall.SyscallN(procOpenSemaphore.Addr(), access, 0, uintptr(unsafe.Pointer(name))))
	return windows.Handle(h), err
}

// releaseSemaphore is
//
//	BOOL ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous);
func releaseSemaphore(h windows.Handle, count int32) error {
	_, err := called(syscall.SyscallN(procReleaseSemaphore.Addr(), uintptr(h), uintptr(count), 0))
	return err
}

// peekNamedPipe gives how many bytes wait in a pipe:
//
//	BOOL PeekNamedPipe(HANDLE pipe, LPVOID buf, DWORD size, LPDWORD read, LPDWORD available, LPDWORD left);
func peekNamedPipe(h windows.Handle) (available uint32, err error) {
	_, err = called(syscall.SyscallN(procPeekNamedPipe.Addr(), uintptr(h), 0, 0, 0,
		uintptr(unsafe.Pointer(&available)), 0))
	return available, err
}

// waitNamedPipe is
//
//	BOOL WaitNamedPipeW(LPCWSTR name, DWORD milliseconds);
func waitNamedPipe(name *uint16, milliseconds uint32) error {
	_, err := called(syscall.SyscallN(procWaitNamedPipe.Addr(), uintptr(unsafe.Pointer(name)), uintptr(milliseconds)))
	return err
}

// objectNameOf gives the whole name of an object, such as \Sessions\1\BaseNamedObjects\x. It
// is empty if the object has none:
//
//	NTSTATUS NtQueryObject(HANDLE object, OBJECT_INFORMATION_CLASS class, PVOID info, ULONG size, PULONG needed);
func objectNameOf(h windows.Handle) string {
	const objectNameInformation = 1
	var buf struct {
		name windows.NTUnicodeString
		_    [2048]uint16
	}
	status, _, _ := syscall.SyscallN(procNtQueryObject.Addr(), uintptr(h), objectNameInformation,
		uintptr(unsafe.Pointer(&buf)), unsafe.Sizeof(buf), 0)
	if status != 0 || buf.name.Buffer == nil {
		return ""
	}
	return buf.name.String()
}

// sectionSize gives the size of a file mapping, which is of whole pages unless a file backs it:
//
//	NTSTATUS NtQuerySection(HANDLE section, SECTION_INFORMATION_CLASS class, PVOID info, SIZE_T size, PSIZE_T needed);
func sectionSize(h windows.Handle) (int, error) {
	type sectionBasicInformation struct {
		base       uintptr
		attributes uint32
		size       int64
	}
	info, err := query[sectionBasicInformation](procNtQuerySection, h, 0)
	return int(info.size), err
}

// createMailslot is
//
//	HANDLE CreateMailslotW(LPCWSTR name, DWORD maxMessageSize, DWORD readTimeout, LPSECURITY_ATTRIBUTES sa);
func createMailslot(path string, size, timeout uint32, sa *windows.SecurityAttributes) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	h, _, errno := syscall.SyscallN(procCreateMailslot.Addr(), uintptr(unsafe.Pointer(name)), uintptr(size),
		uintptr(timeout), uintptr(unsafe.Pointer(sa)))
	if windows.Handle(h) == windows.InvalidHandle {
		return 0, errno
	}
	return windows.Handle(h), nil
}

// getMailslotInfo is, but for the timeout,
//
//	BOOL GetMailslotInfo(HANDLE mailslot, LPDWORD maxMessageSize, LPDWORD nextSize, LPDWORD count, LPDWORD timeout);
func getMailslotInfo(h windows.Handle) (size, next, count uint32, err error) {
	_, err = called(syscall.SyscallN(procGetMailslotInfo.Addr(), uintptr(h), uintptr(unsafe.Pointer(&size)),
		uintptr(unsafe.Pointer(&next)), uintptr(unsafe.Pointer(&count)), 0))
	return size, next, count, err
}

// eventQueryState is EVENT_QUERY_STATE.
const eventQueryState = 1

// queryEvent reports whether an event resets itself, and whether it is set, NtQueryEvent.
func queryEvent(h windows.Handle) (auto, set bool, err error) {
	type eventBasicInformation struct{ kind, state int32 } // SynchronizationEvent is 1
	info, err := query[eventBasicInformation](procNtQueryEvent, h, 0)
	return info.kind == 1, info.state != 0, err
}

// query asks for what the system knows of an object:
//
//	NTSTATUS NtQueryX(HANDLE object, CLASS class, PVOID info, ULONG size, PULONG needed);
func query[T any](call *windows.LazyProc, h windows.Handle, class uintptr) (info T, err error) {
	status, _, _ := syscall.SyscallN(call.Addr(), uintptr(h), class, uintptr(unsafe.Pointer(&info)),
		unsafe.Sizeof(info), 0)
	if status != 0 {
		err = windows.NTStatus(status).Errno()
	}
	return info, err
}

// querySemaphore gives the value of a semaphore, NtQuerySemaphore.
func querySemaphore(h windows.Handle) (value int, err error) {
	type semaphoreBasicInformation struct{ value, most uint32 }
	info, err := query[semaphoreBasicInformation](procNtQuerySemaphore, h, 0)
	return int(info.value), err
}

// queryMutex gives the process whose thread holds a mutex, NtQueryMutant. 0 is nobody, and
// UnknownHolder one that the system does not tell.
func queryMutex(h windows.Handle) (holder int, err error) {
	type mutantBasicInformation struct {
		count            int32 // 1 is free
		owned, abandoned bool
	}
	type mutantOwnerInformation struct{ process, thread uintptr } // CLIENT_ID
	info, err := query[mutantBasicInformation](procNtQueryMutant, h, 0)
	if err != nil || info.count > 0 {
		return 0, err
	}
	owner, err := query[mutantOwnerInformation](procNtQueryMutant, h, 1)
	if err != nil {
		return UnknownHolder, nil
	}
	return int(owner.process), nil
}
