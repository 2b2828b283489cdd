//go:build !windows

package errno

import "syscall"

func inWords(no syscall.Errno) (string, int) { return no.Error(), int(no) }
