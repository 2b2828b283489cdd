//go:build !windows

package luaio

// shell is the command that popen(3) runs.
func shell(line string) []string { return []string{"/bin/sh", "-c", line} }
