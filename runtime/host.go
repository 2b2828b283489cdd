package runtime

import (
	"os"

	"weir/runtime/plan"
)

// pipePages is the kernel's limit for a user without privileges,
// /proc/sys/fs/pipe-user-pages-soft.
const pipePages = 16384

// ThisHost is the system that weir runs on.
func ThisHost() plan.Host {
	dir, _ := os.Getwd()
	return plan.Host{Dir: dir, Env: os.Environ(), Stat: stat, Access: access, Programs: programs, PipePages: pipePages,
		DefaultPath: defaultPath, Endings: programEndings(), Registered: registered, AnyCase: anyCase}
}

func programs(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
