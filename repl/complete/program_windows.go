package complete

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// runnable reports whether PATHEXT lists the ending of a file.
func runnable(_ fs.FileMode, path string) bool {
	endings := os.Getenv("PATHEXT")
	if endings == "" {
		endings = ".COM;.EXE;.BAT;.CMD"
	}
	return slices.Contains(strings.Split(strings.ToUpper(endings), ";"), strings.ToUpper(filepath.Ext(path)))
}
