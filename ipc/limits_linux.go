package ipc

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// What Limits says: the settings of proc_sys(5), and what is left.

func pipeLimits() string {
	return fmt.Sprintf("capacity up to %s bytes, %s pages for a user",
		setting("fs/pipe-max-size"), setting("fs/pipe-user-pages-soft"))
}

func shmLimits() string {
	var st unix.Statfs_t
	if unix.Statfs(shmFolder, &st) != nil {
		return ""
	}
	return fmt.Sprintf("%d MiB free in %s", st.Bavail*uint64(st.Bsize)>>20, shmFolder)
}

// queueFolder is where the system shows the queues, if it is mounted.
const queueFolder = "/dev/mqueue"

func queueLimits() string {
	limits := fmt.Sprintf("max up to %s, size up to %s, %s queues",
		setting("fs/mqueue/msg_max"), setting("fs/mqueue/msgsize_max"), setting("fs/mqueue/queues_max"))
	var st unix.Statfs_t
	if unix.Statfs(queueFolder, &st) != nil || st.Type != mqueueMagic {
		limits += "; /dev/mqueue is not mounted, so that ls(1) does not show them: mount -t mqueue none /dev/mqueue"
	}
	return limits
}

const mqueueMagic = 0x19800202 // MQUEUE_MAGIC

func datagramLimits() string {
	return setting("net/unix/max_dgram_qlen") + " messages wait before a writer does"
}

func connectionLimits() string {
	return setting("net/core/somaxconn") + " connections wait to be accepted"
}

// setting reads one of proc_sys(5).
func setting(name string) string {
	text, err := os.ReadFile("/proc/sys/" + name)
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(text))
}
