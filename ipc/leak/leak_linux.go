package leak

import (
	"fmt"
	"os"

	"weir/ipc/kernel"
)

// descriptors are the open files of this process, and what each leads to.
func descriptors() (list []string) {
	names, _ := os.ReadDir("/proc/self/fd")
	for _, name := range names {
		target, _ := os.Readlink("/proc/self/fd/" + name.Name())
		list = append(list, name.Name()+" "+target)
	}
	return list
}

// children are the processes whose parent this one is.
func children() (list []string) {
	all, err := kernel.Children()
	if err != nil {
		list = append(list, err.Error())
	}
	for _, pid := range all {
		list = append(list, fmt.Sprintf("%d (%s)", pid, kernel.Program(pid)))
	}
	return list
}
