package ipc

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// StartOf gives the time at which a process started, in units of 100 ns since 1601. With the
// number it identifies a process. It is 0 if the process has ended, or cannot be looked at.
func StartOf(pid int) uint64 {
	start, running, err := lookAtProcess(pid)
	if err != nil || !running {
		return 0
	}
	return start
}

// HasEnded reports whether the process that had the number and that start has ended. The low 40
// bits of a start count, and 0 is one that is not known.
func HasEnded(pid int, start uint64) bool {
	now, running, err := lookAtProcess(pid)
	if err != nil {
		return err == windows.ERROR_INVALID_PARAMETER // there is no such process
	}
	return start != 0 && (now^start)&(1<<40-1) != 0 || !running
}

func lookAtProcess(pid int) (start uint64, running bool, err error) {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION|windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return 0, false, err
	}
	defer windows.CloseHandle(h)
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(h, &created, &exited, &kernel, &user); err != nil {
		return 0, false, err
	}
	left, err := windows.WaitForSingleObject(h, 0)
	return uint64(created.HighDateTime)<<32 | uint64(created.LowDateTime), left != windows.WAIT_OBJECT_0, err
}

// security is what lets in the owner only.
type security struct {
	owner   *windows.SID
	sealed  *windows.SecurityAttributes // lets nobody in, while an object is made
	private *windows.SecurityAttributes
}

// ownerOnly gives the security of this process's user.
var ownerOnly = sync.OnceValues(func() (*security, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	sid := user.User.Sid.String()
	s := &security{owner: user.User.Sid}
	if s.sealed, err = attributes("O:" + sid + "D:P"); err != nil {
		return nil, err
	}
	s.private, err = attributes("O:" + sid + "D:P(A;OICI;GA;;;" + sid + ")")
	return s, err
})

// attributes gives the attributes of a descriptor that is written in SDDL.
func attributes(sddl string) (*windows.SecurityAttributes, error) {
	sd, err := windows.SecurityDescriptorFromString(sddl)
	if err != nil {
		return nil, err
	}
	sa := &windows.SecurityAttributes{SecurityDescriptor: sd}
	sa.Length = uint32(unsafe.Sizeof(*sa))
	return sa, nil
}

// checkOwner refuses an object of another user's. One that an elevated program of this user's
// has made may belong to the administrators.
func checkOwner(h windows.Handle) error {
	sd, err := windows.GetSecurityInfo(h, windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return err
	}
	s, err := ownerOnly()
	if err != nil {
		return err
	}
	if owner != nil && !owner.Equals(s.owner) && !owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) {
		return ErrNotOurs
	}
	return nil
}
