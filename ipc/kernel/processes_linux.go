package kernel

import (
	"bytes"
	"os"
	"strconv"
)

// Processes lists all processes that this one sees.
func Processes() (list []int, err error) {
	names, err := List("/proc")
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			list = append(list, pid)
		}
	}
	return list, err
}

// Children lists this process's children by the table of all processes. After an error there
// may be more.
func Children() (list []int, err error) {
	self := os.Getpid()
	all, err := Processes()
	for _, pid := range all {
		switch stat, hidden := StatOf(pid); {
		case hidden == nil && stat.Parent == self:
			list = append(list, pid)
		case hidden != nil && !Gone(hidden):
			err = hidden
		}
	}
	return list, err
}

// ChildrenFast is Children by /proc/self/task/TID/children, where the kernel has those:
// it is faster, and may miss one that comes or goes meanwhile.
func ChildrenFast() (list []int, err error) {
	tasks, err := List("/proc/self/task")
	if err != nil {
		return Children()
	}
	for _, tid := range tasks {
		of, err := ChildrenOf("/proc/self/task/" + tid)
		if err != nil {
			return Children()
		}
		list = append(list, of...)
	}
	return list, nil
}

// ChildrenOf lists the children of one task, by its folder.
func ChildrenOf(task string) (list []int, err error) {
	text, err := Read(task + "/children")
	for _, word := range bytes.Fields(text) {
		if pid, err := strconv.Atoi(string(word)); err == nil {
			list = append(list, pid)
		}
	}
	return list, err
}
