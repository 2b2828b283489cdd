package ipc

import (
	"fmt"
	"os"
	"path/filepath"
)

// RuntimeFolder makes sure of the folder where this user's programs of weir's
// have what they know of each other: $XDG_RUNTIME_DIR/weir, or /tmp/weir-UID. It
// is 0700, and never another's.
func RuntimeFolder() (string, error) {
	folder := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "weir")
	if os.Getenv("XDG_RUNTIME_DIR") == "" {
		folder = fmt.Sprintf("/tmp/weir-%d", os.Geteuid())
	}
	return folder, ownFolder(folder)
}
