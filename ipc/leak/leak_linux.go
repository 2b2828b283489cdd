package leak

import (
	"fmt"
	"os"
	"strings"
)

func descriptors() int {
	names, _ := os.ReadDir("/proc/self/fd")
	return len(names)
}

// children are the processes whose parent this one is, proc(5).
func children() []string {
	entries, _ := os.ReadDir("/proc")
	self := fmt.Sprint(os.Getpid())
	var list []string
	for _, e := range entries {
		data, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		// The name in brackets may hold anything.
		stat := string(data)
		fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
		if len(fields) > 1 && fields[1] == self {
			list = append(list, stat[:strings.LastIndexByte(stat, ')')+1])
		}
	}
	return list
}
