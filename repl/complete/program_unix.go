//go:build unix

package complete

import "io/fs"

// runnable tells whether a file may be run, by somebody.
func runnable(mode fs.FileMode, _ string) bool { return mode&0o111 != 0 }
