package complete

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// runnable tells whether a file may be run: by its ending, which PATHEXT lists.
func runnable(_ fs.FileMode, path string) bool {
	endings := os.Getenv("PATHEXT")
	if endings == "" {
		endings = ".COM;.EXE;.BAT;.CMD"
	}
	return slices.Contains(strings.Split(strings.ToUpper(endings), ";"), strings.ToUpper(filepath.Ext(path)))
}
