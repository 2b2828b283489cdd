package plan

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weir/runtime/spelling"
)

// Host is what Compile may ask of a system. A test hands in another than the real one.
type Host struct {
	Dir         string   // working directory
	Env         []string // environment of stages that change nothing
	Stat        func(path string) (fs.FileInfo, error)
	Access      func(path string, mode uint32) error // access(2): 4 read, 2 write, 1 execute
	Programs    func(dir string) []string            // names in a folder of PATH, for a hint
	PipePages   int                                  // what a user may have in pipes, pages of 4096 bytes
	DefaultPath string                               // where an environment has no PATH
	Endings     []string                             // of programs' names, which a name may lack: PATHEXT; nil is none
	Registered  func(name string) string             // a program's file, or ""; App Paths; nil is none
	AnyCase     bool                                 // the names of an environment are the same in either case
}

const (
	accessRead    = 4
	accessWrite   = 2
	accessExecute = 1
)

var (
	errNotFound    = errors.New("not found")
	errIsDirectory = errors.New("is a directory")
)

// FindProgram finds a program as it is found for a stage that changes nothing.
func (h Host) FindProgram(name string) (string, error) {
	return h.lookPath(name, h.Dir, h.searchPath(h.Env))
}

// SearchPath lists the folders in which programs are looked for.
func (h Host) SearchPath() []string { return pathFolders(h.searchPath(h.Env)) }

// searchPath is the PATH of an environment. Where that is not set it is the system's
// own, as for execvp(3).
func (h Host) searchPath(env []string) string {
	for _, kv := range slices.Backward(env) {
		if name, path, _ := strings.Cut(kv, "="); h.sameVariable(name, "PATH") {
			return path
		}
	}
	return h.DefaultPath
}

// sameVariable reports whether two names are those of one variable of an environment.
func (h Host) sameVariable(a, b string) bool { return a == b || h.AnyCase && strings.EqualFold(a, b) }

// pathFolders takes a PATH apart. An empty one is the working directory, as is an empty
// folder in one.
func pathFolders(path string) []string {
	if path == "" {
		return []string{""}
	}
	return filepath.SplitList(path)
}

// lookPath finds a program as execvp(3) does. A name with a slash is a path from dir; any
// other is looked for along PATH, and then where the system registers programs. A file that
// may not be executed is the error if no other is found.
func (h Host) lookPath(name, dir, path string) (string, error) {
	if h.isPath(name) {
		return h.program(absolute(dir, name))
	}
	found := errNotFound
	for _, d := range pathFolders(path) {
		p, err := h.program(absolute(dir, filepath.Join(d, name)))
		if err == nil {
			return p, nil
		}
		if _, there := h.Stat(p); errors.Is(err, fs.ErrPermission) && there == nil {
			found = err // and not a folder that may not be searched
		}
	}
	if h.Registered != nil {
		if p := h.Registered(name); p != "" {
			return p, nil
		}
	}
	return "", found
}

// isPath reports whether a program is named by its path, and not looked for along PATH.
func (h Host) isPath(name string) bool {
	return strings.Contains(name, "/") || h.Endings != nil && strings.ContainsAny(name, `\:`)
}

// program finds the file of a program, with one of the system's endings if it has them: a name that has one
// already is tried first, and the error is that of the name as it is.
func (h Host) program(path string) (string, error) {
	err := errNotFound
	if h.Endings == nil || filepath.Ext(path) != "" {
		if err = h.executable(path); err == nil {
			return path, nil
		}
	}
	for _, ending := range h.Endings {
		if h.executable(path+ending) == nil {
			return path + ending, nil
		}
	}
	return path, err
}

func (h Host) executable(path string) error {
	info, err := h.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errNotFound
	case err != nil:
		return err
	case info.IsDir():
		return errIsDirectory
	}
	return h.Access(path, accessExecute)
}

// absolute gives a path from dir. One with a root and no volume, as Windows has it, is on the volume of dir.
func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	if path != "" && os.IsPathSeparator(path[0]) {
		return filepath.Join(filepath.VolumeName(dir), path)
	}
	return filepath.Join(dir, path)
}

// nearestProgram looks along PATH for a name that is a slip of the hand away from this one.
func (h Host) nearestProgram(name, path string) string {
	if h.Programs == nil || len(name) < 2 {
		return ""
	}
	best, bestDistance := "", 2
	if len(name) > 6 {
		bestDistance = 3
	}
	for _, d := range pathFolders(path) {
		for _, candidate := range h.Programs(d) {
			if len(name)-len(candidate) >= bestDistance || len(candidate)-len(name) >= bestDistance {
				continue
			}
			if n := spelling.Distance(name, candidate); n < bestDistance {
				best, bestDistance = candidate, n
			}
		}
	}
	return best
}
