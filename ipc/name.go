package ipc

import (
	"errors"
	"fmt"
	"strings"
)

// objectName checks a name of the kinds that are named ByName or ByQueue, and gives it with
// its leading slash, shm_overview(7), or with the namespace of Win32 that it begins with.
func objectName(name string) (string, error) {
	bare := strings.TrimPrefix(name, "/")
	switch {
	case bare == "":
		return "", errors.New("the name is empty")
	case strings.Contains(bare, "/"):
		return "", errors.New("a name has no slash but the first")
	case strings.IndexByte(bare, 0) >= 0:
		return "", errors.New("a name cannot hold a NUL")
	case bare == "." || bare == "..":
		return "", errors.New("this is no name but a folder")
	case len(bare) > maxName:
		return "", fmt.Errorf("the name has %d bytes, and may have %d", len(bare), maxName)
	}
	return systemName(bare)
}

// maxName is NAME_MAX less the longest prefix that weir puts before a name.
const maxName = 240
