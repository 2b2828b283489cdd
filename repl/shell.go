package repl

import (
	"fmt"
	"os"
	"strings"
)

// isShell tells whether an input is one line of shell: it begins with $.
func isShell(text string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t"), "$")
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// shell runs "$ line" as sh"line", with the terminal. cd, which no program can do
// for another, is done here.
func (p *Prompt) shell(name, text string) error {
	line := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(text, " \t"), "$"))
	switch fields := strings.Fields(line); {
	case line == "":
		return nil
	case fields[0] == "cd" && len(fields) <= 2:
		return changeFolder(fields[1:])
	}
	values, err := p.VM.EvalShell(name, line, text)
	if err != nil {
		return err
	}
	result, err := p.VM.RunTopologies(values)
	p.VM.SetLast(result)
	return err
}

func changeFolder(to []string) error {
	path := os.Getenv("HOME")
	if len(to) == 1 {
		path = to[0]
		if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == os.PathSeparator) {
			path = os.Getenv("HOME") + rest
		}
	}
	if path == "" {
		return fmt.Errorf("cd: HOME is not set; say where to: $ cd FOLDER")
	}
	if err := os.Chdir(path); err != nil {
		return fmt.Errorf("cd: %w", err)
	}
	return nil
}
