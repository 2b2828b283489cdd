package edit

import "os"

const (
	noFollow = 0
	noWait   = 0
)

// lockFile takes no lock: a line is appended by one write.
func lockFile(*os.File) error { return nil }
