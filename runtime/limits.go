package runtime

import "time"

// The numbers of limits, sys/resource.h.
const (
	rlimitCPU    = 0
	rlimitNOFILE = 7
	rlimitAS     = 9
)

var limitNames = map[uint64]string{rlimitCPU: "RLIMIT_CPU", rlimitNOFILE: "RLIMIT_NOFILE", rlimitAS: "RLIMIT_AS"}

// list gives the limits as setrlimit(2) takes them. Of the time there is a second
// more until SIGKILL, so that SIGXCPU comes first and says why.
func (l Limits) list() (limits []limit) {
	if l.CPU > 0 {
		seconds := uint64((l.CPU + time.Second - 1) / time.Second)
		limits = append(limits, limit{rlimitCPU, seconds, seconds + 1})
	}
	if l.Memory > 0 {
		limits = append(limits, limit{rlimitAS, uint64(l.Memory), uint64(l.Memory)})
	}
	if l.Files > 0 {
		limits = append(limits, limit{rlimitNOFILE, uint64(l.Files), uint64(l.Files)})
	}
	return limits
}
