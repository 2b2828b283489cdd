package guard

import (
	"path/filepath"
	"strconv"

	"weir/ipc"
)

// ViewSuffix ends the name of the socket by which views attach to a weir.
const ViewSuffix = ".sock"

// ViewPath is where the weir of that process number listens for views. Its guard removes the
// name if it cannot do so itself.
func ViewPath(pid int) (string, error) {
	folder, err := ipc.RuntimeFolder()
	return filepath.Join(folder, strconv.Itoa(pid)+ViewSuffix), err
}
