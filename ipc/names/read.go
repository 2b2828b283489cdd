package names

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
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
func readList(f io.Reader) (names []Name, err error) {
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		switch {
		case err == io.EOF:
			return names, nil // a line without its newline is torn
		case err != nil:
			return names, err
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
// older weirs have the list in the first file itself, behind the owner. After an error there
// may be more names.
func readNames(path string) (names []Name, err error) {
	for _, path := range []string{path, path + list} {
		f, hidden := openFile(path, os.O_RDONLY)
		if hidden == nil {
			var more []Name
			more, hidden = readList(f)
			names = append(names, more...)
			f.Close()
		}
		if !errors.Is(hidden, fs.ErrNotExist) {
			err = errors.Join(err, hidden)
		}
	}
	return names, err
}

// removeRegister removes the files of a register, the first one last. A kill in between
// leaves a register that lists nothing.
func removeRegister(path string) error {
	_ = os.Remove(path + next)
	_ = os.Remove(path + list)
	return os.Remove(path)
}
