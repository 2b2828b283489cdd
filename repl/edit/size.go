package edit

import "github.com/chzyer/readline"

// Size is the size of the terminal behind a descriptor, in cells; 0 for what is no terminal.
func Size(fd int) (cols, rows int) {
	cols, rows, err := readline.GetSize(fd)
	if err != nil {
		return 0, 0
	}
	return cols, rows
}
