//go:build unix

package script

import (
	"fmt"
	"os"
)

// openOther opens what another process has open, proc_pid_fd(5).
func openOther(pid, fd int) (*os.File, error) {
	return os.OpenFile(fmt.Sprintf("/proc/%d/fd/%d", pid, fd), os.O_RDWR, 0)
}
