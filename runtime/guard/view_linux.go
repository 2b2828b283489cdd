package guard

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// reachable calls a function with a path to a socket that has room in struct sockaddr_un,
// unix(7). One that is too long goes by way of its folder's descriptor.
func reachable(path string, use func(short string) error) error {
	if len(path) < len(unix.RawSockaddrUnix{}.Path) {
		return use(path)
	}
	folder, err := unix.Open(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: filepath.Dir(path), Err: err}
	}
	defer unix.Close(folder)
	return use(fmt.Sprintf("/proc/self/fd/%d/%s", folder, filepath.Base(path)))
}
