package edit

import "os"

const noFollow = 0

// lockFile takes no lock: a line is appended by one write.
func lockFile(*os.File) (unlock func(), err error) { return func() {}, nil }
