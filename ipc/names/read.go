package names

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
)

// readOwner reads the owner of a register from its first file.
func readOwner(f io.ReaderAt) (owner Owner) {
	_ = json.NewDecoder(io.NewSectionReader(f, 0, maxOwner)).Decode(&owner)
	return owner
}

// maxOwner is more bytes than the command of a process has.
const maxOwner = 16 << 20

// readList reads the names that were not struck out. It passes over lines that are torn or
// make no sense.
func readList(f io.Reader) []Name {
	var names []Name
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return names // a line without its newline is torn
		}
		var n Name
		if json.Unmarshal(line, &n) != nil || n.Path == "" {
			continue
		}
		if !n.Gone {
			names = enter(names, n)
			continue
		}
		for k := len(names) - 1; k >= 0; k-- {
			if names[k].same(n) {
				names = append(names[:k], names[k+1:]...)
				break
			}
		}
	}
}

// readNames reads the list of the register whose first file has the path. Registers of
// older weirs have the list in the first file itself, behind the owner.
func readNames(path string) (names []Name) {
	for _, path := range []string{path, path + list} {
		if f, err := os.Open(path); err == nil {
			names = append(names, readList(f)...)
			f.Close()
		}
	}
	return names
}

// removeRegister removes the files of a register, the first one last. A kill in between
// leaves a register that lists nothing.
func removeRegister(path string) error {
	_ = os.Remove(path + next)
	_ = os.Remove(path + list)
	return os.Remove(path)
}
