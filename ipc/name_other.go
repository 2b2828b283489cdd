//go:build !windows

package ipc

import (
	"fmt"
	"os"
	"strings"
)

// systemName checks what this system says of a name, and gives it as it stands in an address.
func systemName(bare string) (string, error) {
	for _, prefix := range []string{`Local\`, `Global\`, `\\`} {
		if len(bare) >= len(prefix) && strings.EqualFold(bare[:len(prefix)], prefix) {
			last := bare[strings.LastIndex(bare, `\`)+1:]
			return "", fmt.Errorf(`%s… is how Windows names it; here it is "/%s"`, prefix, last)
		}
	}
	return "/" + bare, nil
}

// isFile reports whether objects have paths. Queues have names of their own.
func (m *mechanism) isFile() bool { return m.naming == ByPath || m.naming == ByName }

func removeName(_ Kind, path string) error { return os.Remove(path) }

func lookAtName(_ Kind, path string) (Look, error) { return LookAt(path) }
