package repl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"weir/script"
	"weir/script/syntax"
)

// shell runs "$ line" as sh"line", with the terminal. cd is done here: no program can change the
// folder of another.
func (p *Prompt) shell(name, text string) error {
	line := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(text, " \t"), "$"))
	if line == "" {
		return nil
	}
	if word, rest, _ := strings.Cut(line, " "); word == "cd" {
		return p.changeFolder(rest)
	}
	values, err := p.VM.EvalShell(name, line, text)
	var e *syntax.Error
	if errors.As(err, &e) && strings.Contains(line, "\n") {
		e.Hint = "$ is for one line of shell: enter the others by themselves"
	}
	if err != nil {
		return err
	}
	_, err = p.VM.RunTopologies(values)
	return err
}

// changeFolder is cd, as POSIX has it: to HOME, to OLDPWD for -, or to a folder. Stages see it in
// PWD and OLDPWD, as those of a shell do.
func (p *Prompt) changeFolder(to string) error {
	args, err := script.ShellWords(to)
	switch {
	case err != nil:
		return fmt.Errorf("cd: %w", err)
	case len(args) > 1:
		return fmt.Errorf("cd: takes one folder, but got %d; quote a name that has blanks: $ cd 'my folder'", len(args))
	}
	path, named := os.Getenv("HOME"), "HOME"
	if len(args) == 1 {
		path, named = args[0], ""
	}
	if path == "-" {
		path, named = os.Getenv("OLDPWD"), "OLDPWD"
	}
	if path == "" && named != "" {
		return fmt.Errorf("cd: %s is not set; say where to: $ cd FOLDER", named)
	}
	before, _ := os.Getwd() // else there is no way back
	if err := os.Chdir(path); err != nil {
		return fmt.Errorf("cd %s: %w", harmless(path, false), cause(err))
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(before, path)
	}
	os.Setenv("OLDPWD", before)
	os.Setenv("PWD", filepath.Clean(path)) // of two names for a folder, the one that led here
	p.session.setFolder(before, filepath.Clean(path))
	if named == "OLDPWD" {
		return p.VM.WriteOut(harmless(path, false) + "\n")
	}
	return nil
}
