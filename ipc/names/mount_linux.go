package names

import (
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// covered reports whether another file system is mounted over the one on which the name
// was made. The name may then be there, but cannot be seen.
func (n Name) covered() bool {
	if n.Kind.Naming() == ipc.ByQueue || n.Mount <= oldMounts {
		return false
	}
	folder, err := ipc.LookAt(filepath.Dir(n.Path))
	return (err != nil || folder.Mount != n.Mount) && mounted(n.Mount)
}

// oldMounts is below every STATX_MNT_ID_UNIQUE, and above what STATX_MNT_ID gives.
const oldMounts = 1 << 31

// mountRequest is
//
//	struct mnt_id_req {
//		__u32 size;
//		__u32 spare;
//		__u64 mnt_id;
//		__u64 param;
//	};
type mountRequest struct {
	size, _   uint32
	id, param uint64
}

// mounted reports whether the namespace has the mount, statmount(2). Linux has the call
// since 6.8.
func mounted(id uint64) bool {
	request := mountRequest{id: id}
	request.size = uint32(unsafe.Sizeof(request))
	var answer [512]byte // of struct statmount, with nothing asked for
	_, _, errno := unix.Syscall6(unix.SYS_STATMOUNT, uintptr(unsafe.Pointer(&request)),
		uintptr(unsafe.Pointer(&answer)), unsafe.Sizeof(answer), 0, 0, 0)
	return errno == 0
}
