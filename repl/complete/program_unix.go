//go:build unix

package complete

import "io/fs"

// runnable reports whether anybody may execute a file.
func runnable(mode fs.FileMode, _ string) bool { return mode&0o111 != 0 }
