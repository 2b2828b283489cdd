package plan

import "time"

// The numbers of limits, sys/resource.h.
const (
	rlimitCPU    = 0
	rlimitNOFILE = 7
	rlimitAS     = 9
)

// LimitNames are the names of the limits that List gives.
var LimitNames = map[uint64]string{rlimitCPU: "RLIMIT_CPU", rlimitNOFILE: "RLIMIT_NOFILE", rlimitAS: "RLIMIT_AS"}

// Limit is one of setrlimit(2).
type Limit struct{ Resource, Soft, Hard uint64 }

// List gives the limits as setrlimit(2) takes them. SIGKILL comes a second after SIGXCPU,
// which says why.
func (l Limits) List() (limits []Limit) {
	if l.CPU > 0 {
		seconds := uint64((l.CPU + time.Second - 1) / time.Second)
		limits = append(limits, Limit{rlimitCPU, seconds, seconds + 1})
	}
	if l.Memory > 0 {
		limits = append(limits, Limit{rlimitAS, uint64(l.Memory), uint64(l.Memory)})
	}
	if l.Files > 0 {
		limits = append(limits, Limit{rlimitNOFILE, uint64(l.Files), uint64(l.Files)})
	}
	return limits
}

// MaxDescriptors is how many descriptors one stage, or one datagram, can be given:
// SCM_MAX_FD is 253, unix(7).
const MaxDescriptors = 250
