//go:build !windows

package luaio

// Shell is the command that popen(3) runs.
func Shell(line string) []string { return []string{"/bin/sh", "-c", line} }
