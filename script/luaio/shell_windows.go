package luaio

import "os"

// Shell is the command line that popen runs, as _popen does.
func Shell(line string) []string {
	program := os.Getenv("COMSPEC")
	if program == "" {
		program = `C:\Windows\System32\cmd.exe`
	}
	return []string{program, "/c", line}
}
