//go:build !emulated

package ipc

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mqAttr is struct mq_attr as the kernel has it:
//
//	struct mq_attr {
//		__kernel_long_t	mq_flags;	/* message queue flags			*/
//		__kernel_long_t	mq_maxmsg;	/* maximum number of messages		*/
//		__kernel_long_t	mq_msgsize;	/* maximum message size			*/
//		__kernel_long_t	mq_curmsgs;	/* number of messages currently queued	*/
//		__kernel_long_t	__reserved[4];	/* ignored for input, zeroed for output */
//	};
type mqAttr struct {
	flags, maxMsg, msgSize, curMsgs int
	_                               [4]int
}

// mqOpen is
//
//	mqd_t mq_open(const char *name, int oflag, mode_t mode, struct mq_attr *attr);
//
// The system call takes the name without its slash.
func mqOpen(name string, flag int, mode uint32, attr *mqAttr) (*os.File, error) {
	p, err := unix.BytePtrFromString(name[1:])
	if err != nil {
		return nil, err
	}
	for {
		fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(p)), uintptr(flag|unix.O_CLOEXEC),
			uintptr(mode), uintptr(unsafe.Pointer(attr)), 0, 0)
		switch errno {
		case 0:
			return os.NewFile(fd, name), nil
		case unix.EINTR:
		default:
			return nil, errno
		}
	}
}

// mqUnlink is
//
//	int mq_unlink(const char *name);
func mqUnlink(name string) error {
	p, err := unix.BytePtrFromString(name[1:])
	if err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(p)), 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// mqSend is
//
//	int mq_timedsend(mqd_t mqdes, const char *msg_ptr, size_t msg_len,
//	                 unsigned int msg_prio, const struct timespec *abs_timeout);
//
// After a time that has passed it does not wait. O_NONBLOCK would hold for every process
// that shares the description.
func mqSend(fd int, msg []byte, priority uint, until *unix.Timespec) unix.Errno {
	_, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDSEND, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(msg))),
		uintptr(len(msg)), uintptr(priority), uintptr(unsafe.Pointer(until)), 0)
	return errno
}

// mqReceive is
//
//	ssize_t mq_timedreceive(mqd_t mqdes, char *msg_ptr, size_t msg_len,
//	                        unsigned int *msg_prio, const struct timespec *abs_timeout);
func mqReceive(fd int, buf []byte, priority *uint32, until *unix.Timespec) (int, unix.Errno) {
	n, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDRECEIVE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))),
		uintptr(len(buf)), uintptr(unsafe.Pointer(priority)), uintptr(unsafe.Pointer(until)), 0)
	return int(n), errno
}

// mqGetAttr is
//
//	int mq_getattr(mqd_t mqdes, struct mq_attr *attr);
func mqGetAttr(fd int) (mqAttr, error) {
	var attr mqAttr
	if _, _, errno := unix.Syscall(unix.SYS_MQ_GETSETATTR, uintptr(fd), 0, uintptr(unsafe.Pointer(&attr))); errno != 0 {
		return attr, errno
	}
	return attr, nil
}
