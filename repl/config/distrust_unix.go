//go:build unix

package config

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"weir/repl/input"
)

// distrust says why a file is not to be run as the user's own, and how to mend it: others may write it, or
// replace it in its folder. It is empty where nothing is wrong. f is the file, open.
func distrust(path string, f *os.File) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if why := writtenByOthers(path, info); why != "" {
		return why, nil
	}
	// The folder where it is named, and the one where it lies, which a symbolic link may make another.
	folders := []string{filepath.Dir(path)}
	if lies, err := filepath.EvalSymlinks(path); err == nil && filepath.Dir(lies) != folders[0] {
		folders = append(folders, filepath.Dir(lies))
	}
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil {
			return "", err
		}
		if why := writtenByOthers(folder, info); why != "" {
			return why, nil
		}
	}
	return "", nil
}

func writtenByOthers(path string, info os.FileInfo) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	word, quoted := input.ShellWord(path, 0)
	if !quoted {
		word = path
	}
	switch {
	case st.Uid != 0 && int(st.Uid) != os.Geteuid():
		return fmt.Sprintf("%s belongs to user %d: chown %d %s mends it", path, st.Uid, os.Geteuid(), word)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Sprintf("others may write %s (mode %#o): chmod go-w %s mends it", path, info.Mode().Perm(), word)
	}
	return ""
}
