package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"weir/runtime/cells"
)

// Load makes the table config and runs the user's init.lua, if there is one. What is wrong in
// it is reported, and keeps nothing else from working.
func (c *Config) Load() {
	L := c.VM.Lua()
	t := L.NewTable()
	for _, s := range Settings {
		t.RawSetString(s.Name, s.Usual)
	}
	L.SetGlobal(Global, t)
	path := initFile()
	if path == "" {
		return
	}
	text, err := readInit(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		fmt.Fprintln(c.Err, cells.Harmless(err.Error(), false))
		return
	}
	ctx, cancel := c.Context()
	defer cancel()
	c.VM.SetContext(ctx)
	if _, err := c.VM.Eval(path, text); err != nil {
		fmt.Fprintln(c.Err, err)
	}
}

// readInit reads a file that is the user's own, and that nobody else may write.
func readInit(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	why, err := distrust(path, f)
	if err != nil {
		return "", err
	}
	if why != "" {
		return "", fmt.Errorf("%s is not run: %s", path, why)
	}
	text, err := io.ReadAll(f)
	return string(text), err
}

// initFile is where the XDG base directory specification wants settings; empty where there is no home.
func initFile() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "weir", "init.lua")
}
