package runtime

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// appPaths is where installers say which file a program is that lies in no folder of PATH, as ShellExecute reads it.
const appPaths = `Software\Microsoft\Windows\CurrentVersion\App Paths\`

// registered gives the file of a program by its name, from the user's part of the registry or the machine's; it is
// empty where neither has it.
func registered(name string) string {
	if filepath.Ext(name) == "" {
		name += ".exe"
	}
	for _, root := range []registry.Key{registry.CURRENT_USER, registry.LOCAL_MACHINE} {
		key, err := registry.OpenKey(root, appPaths+name, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		path, kind, err := key.GetStringValue("")
		key.Close()
		path = strings.Trim(path, `"`)
		if expanded, e := registry.ExpandString(path); kind == registry.EXPAND_SZ && e == nil {
			path = expanded
		}
		if err == nil && filepath.IsAbs(path) {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path
			}
		}
	}
	return ""
}
