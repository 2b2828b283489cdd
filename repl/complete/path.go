package complete

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"weir/repl/input"
	"weir/runtime"
)

// plainPaths completes a path in a string of Lua that is no line of shell.
func plainPaths(word string) []Candidate {
	list := paths(word)
	for i := range list {
		if strings.ContainsAny(list[i].Text, `"\`) { // would end the string
			list[i].Text = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(list[i].Text)
		}
	}
	return list
}

// paths gives the files whose path begins with word, and folders with a slash behind them. A name
// with a dot in front is given only if the dot is typed.
func paths(word string) (list []Candidate) {
	i := strings.LastIndexByte(word, '/') + 1
	folder, prefix := word[:i], word[i:]
	read := input.ExpandHome(folder)
	if read == "" {
		read = "."
	}
	entries, _ := os.ReadDir(read)
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, ".") && prefix == "" {
			continue
		}
		c := Candidate{Text: folder + name, Kind: "file", Help: fileHelp(e.Type())}
		if e.IsDir() || e.Type()&fs.ModeSymlink != 0 && isFolder(filepath.Join(read, name)) {
			c = Candidate{Text: folder + name + "/", Kind: "folder", Help: "a folder"}
		}
		list = append(list, c)
	}
	if word == "~" {
		list = append(list, Candidate{Text: "~/", Kind: "folder", Help: os.Getenv("HOME")})
	}
	return list
}

func fileHelp(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a FIFO"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	}
	return "a file"
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && runnable(info.Mode(), path)
}

// listings are the names in the folders of PATH. A folder is read again when it has changed.
var listings struct {
	sync.Mutex
	folders map[string]listing
}

type listing struct {
	changed time.Time
	names   []string
}

// programs gives the programs whose name begins with word.
func programs(word string) (list []Candidate) {
	if strings.Contains(word, "/") {
		return plainPaths(word)
	}
	listings.Lock()
	defer listings.Unlock()
	seen := map[string]bool{}
	for _, folder := range runtime.ThisHost().SearchPath() {
		if !filepath.IsAbs(folder) {
			continue
		}
		for _, name := range filesIn(folder) {
			if strings.HasPrefix(name, word) && !seen[name] && executable(folder+string(os.PathSeparator)+name) {
				seen[name] = true
				list = append(list, Candidate{Text: name, Help: filepath.Join(folder, name), Kind: "program"})
			}
		}
	}
	return list
}

// filesIn gives the names in a folder, in order. It does not ask which are programs: of thousands
// that takes long, and few are asked for.
func filesIn(folder string) []string {
	info, err := os.Stat(folder)
	if err != nil {
		return nil
	}
	if known, ok := listings.folders[folder]; ok && known.changed.Equal(info.ModTime()) {
		return known.names
	}
	found := listing{changed: info.ModTime()}
	if f, err := os.Open(folder); err == nil {
		found.names, _ = f.Readdirnames(-1)
		f.Close()
	}
	slices.Sort(found.names)
	if listings.folders == nil {
		listings.folders = map[string]listing{}
	}
	listings.folders[folder] = found
	return found.names
}
