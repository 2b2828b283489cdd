package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"weir/repl/help"
)

// annotationsFile is the name of what is written, and annotationsHead how it begins:
// a file that begins otherwise is somebody else's.
const (
	annotationsFile = "weir.lua"
	annotationsHead = "---@meta weir\n"
)

func annotationsCommand(f *face) *cobra.Command {
	return &cobra.Command{
		Use: "annotations DIR", Short: "write what has an editor know weir's library",
		Long: `annotations writes DIR/weir.lua, and makes DIR where it is not there: the library
for editors that read LuaCATS, as lua-language-server does. They then complete
and check scripts, and show the help of a name. It prints the settings that an
editor needs; put them into .luarc.json where the scripts are.`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("annotations: into which folder? weir annotations DIR")}
			}
			return f.annotations(args[0])
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
}

func (f *face) annotations(dir string) error {
	text, err := help.Annotations()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, annotationsFile)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("annotations %s: %w", printable(dir), cause(err))
	}
	if err := replaceable(path); err != nil {
		return fmt.Errorf("annotations %s: %w", printable(path), err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		return fmt.Errorf("annotations %s: %w", printable(path), cause(err))
	}
	library, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	settings, err := json.MarshalIndent(map[string]any{"runtime.version": "Lua 5.4",
		"workspace.library": []string{library}}, "", "  ")
	if err != nil {
		return err
	}
	return f.writeOut(fmt.Sprintf("%s is written. The settings of the editor, in .luarc.json:\n%s\n",
		printable(path), settings))
}

// replaceable reports whether a path is free, or has what an earlier call wrote.
func replaceable(path string) error {
	there, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cause(err)
	case !strings.HasPrefix(string(there), annotationsHead):
		return errors.New("it is there already, and weir has not written it; take another folder, or remove it")
	}
	return nil
}
