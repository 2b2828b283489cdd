package errno

import (
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

// posix is an error as errno.h has it: Go's name of it, for its words, and its number in the C
// runtime.
type posix struct {
	errno  syscall.Errno
	number int
}

// words gives the words. Two of Go's names are of errors of the system's.
func (p posix) words() string {
	switch p.errno {
	case syscall.ENOENT:
		return "no such file or directory"
	case syscall.ENOTDIR:
		return "not a directory"
	}
	return p.errno.Error()
}

// table is what the errors of Win32 and of Winsock are called elsewhere.
var table = map[syscall.Errno]posix{
	windows.ERROR_INVALID_FUNCTION:      {syscall.EINVAL, 22},
	windows.ERROR_FILE_NOT_FOUND:        {syscall.ENOENT, 2},
	windows.ERROR_PATH_NOT_FOUND:        {syscall.ENOENT, 2},
	windows.ERROR_BAD_NETPATH:           {syscall.ENOENT, 2},
	windows.ERROR_TOO_MANY_OPEN_FILES:   {syscall.EMFILE, 24},
	windows.ERROR_ACCESS_DENIED:         {syscall.EACCES, 13},
	windows.ERROR_SHARING_VIOLATION:     {syscall.EACCES, 13},
	windows.ERROR_LOCK_VIOLATION:        {syscall.EACCES, 13},
	windows.ERROR_INVALID_HANDLE:        {syscall.EBADF, 9},
	windows.ERROR_NOT_ENOUGH_MEMORY:     {syscall.ENOMEM, 12},
	windows.ERROR_OUTOFMEMORY:           {syscall.ENOMEM, 12},
	windows.ERROR_NO_SYSTEM_RESOURCES:   {syscall.ENOMEM, 12},
	windows.ERROR_COMMITMENT_LIMIT:      {syscall.ENOMEM, 12},
	windows.ERROR_FILE_EXISTS:           {syscall.EEXIST, 17},
	windows.ERROR_ALREADY_EXISTS:        {syscall.EEXIST, 17},
	windows.ERROR_INVALID_PARAMETER:     {syscall.EINVAL, 22},
	windows.ERROR_INVALID_NAME:          {syscall.EINVAL, 22},
	windows.ERROR_BROKEN_PIPE:           {syscall.EPIPE, 32},
	windows.ERROR_NO_DATA:               {syscall.EPIPE, 32},
	windows.ERROR_PIPE_NOT_CONNECTED:    {syscall.EPIPE, 32},
	windows.ERROR_DISK_FULL:             {syscall.ENOSPC, 28},
	windows.ERROR_HANDLE_DISK_FULL:      {syscall.ENOSPC, 28},
	windows.ERROR_NOT_SUPPORTED:         {syscall.ENOTSUP, 129},
	windows.ERROR_CALL_NOT_IMPLEMENTED:  {syscall.ENOSYS, 40},
	windows.ERROR_DIR_NOT_EMPTY:         {syscall.ENOTEMPTY, 41},
	windows.ERROR_DIRECTORY:             {syscall.ENOTDIR, 20},
	windows.ERROR_FILENAME_EXCED_RANGE:  {syscall.ENAMETOOLONG, 38},
	windows.ERROR_SEM_TIMEOUT:           {syscall.ETIMEDOUT, 138},
	syscall.Errno(windows.WAIT_TIMEOUT): {syscall.ETIMEDOUT, 138},
	windows.ERROR_BUSY:                  {syscall.EBUSY, 16},
	windows.ERROR_PIPE_BUSY:             {syscall.EBUSY, 16},
	windows.ERROR_PRIVILEGE_NOT_HELD:    {syscall.EPERM, 1},
	windows.ERROR_OPERATION_ABORTED:     {syscall.ECANCELED, 105},
	windows.ERROR_NETNAME_DELETED:       {syscall.ECONNRESET, 108},
	windows.ERROR_CONNECTION_REFUSED:    {syscall.ECONNREFUSED, 107},
	windows.WSAEACCES:                   {syscall.EACCES, 13},
	windows.WSAEINVAL:                   {syscall.EINVAL, 22},
	windows.WSAEMFILE:                   {syscall.EMFILE, 24},
	windows.WSAENOTSOCK:                 {syscall.ENOTSOCK, 128},
	windows.WSAEMSGSIZE:                 {syscall.EMSGSIZE, 115},
	windows.WSAEAFNOSUPPORT:             {syscall.EAFNOSUPPORT, 102},
	windows.WSAEADDRINUSE:               {syscall.EADDRINUSE, 100},
	windows.WSAEADDRNOTAVAIL:            {syscall.EADDRNOTAVAIL, 101},
	windows.WSAENETUNREACH:              {syscall.ENETUNREACH, 118},
	windows.WSAECONNRESET:               {syscall.ECONNRESET, 108},
	windows.WSAETIMEDOUT:                {syscall.ETIMEDOUT, 138},
	windows.WSAECONNREFUSED:             {syscall.ECONNREFUSED, 107},
	windows.WSAEHOSTUNREACH:             {syscall.EHOSTUNREACH, 110},
}

func inWords(no syscall.Errno) (string, int) {
	if p, known := table[no]; known {
		return p.words(), p.number
	}
	if no >= syscall.APPLICATION_ERROR {
		return no.Error(), int(no)
	}
	// The system's own, without its full stop. Some are of several lines.
	words, _, _ := strings.Cut(strings.TrimSpace(no.Error()), "\r\n")
	if strings.HasPrefix(words, "winapi error #") { // it has no words
		words = fmt.Sprintf("error %d of Windows", int(no))
	}
	return strings.TrimSuffix(words, "."), int(no)
}
