package ipc

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

// maxUnixPath is the room for a path in struct sockaddr_un, less its NUL. Longer ones
// go by way of /proc.
const maxUnixPath = 107

// loopback is where sockets of TCP and UDP are unless told otherwise.
const loopback = "127.0.0.1"

// CheckAddr says what is wrong with an address, before anything is made of it.
func CheckAddr(a Addr) error {
	var err error
	switch a.Kind {
	case KindUnix, KindUnixgram, KindUnixpacket:
		err = checkUnixPath(a.Name)
	case KindTCP, KindUDP:
		_, err = hostPort(a)
	case KindRegion, KindRing, KindQueue, KindMailslot, KindMailbox, KindSemaphore, KindMutex, KindCondition, KindBarrier, KindEvent:
		if a.Name != "" {
			_, err = objectName(a.Name)
		}
	}
	if err != nil {
		return &Error{"address", a, err}
	}
	return nil
}

func checkUnixPath(path string) error {
	switch {
	case path == "":
		return errors.New("the path is empty")
	case strings.IndexByte(path, 0) >= 0:
		return errors.New("a path cannot hold a NUL")
	}
	return nil
}

// hostPort gives host and port of "host:port", ":port" or "port".
func hostPort(a Addr) (string, error) {
	name := a.Name
	if !strings.Contains(name, ":") {
		name = ":" + name
	}
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		return "", fmt.Errorf("must be HOST:PORT or PORT: %w", err)
	}
	if _, err := net.LookupPort(string(a.Kind), port); err != nil || port == "" {
		return "", fmt.Errorf("%q is no port", port)
	}
	if host == "" {
		host = loopback
	}
	return net.JoinHostPort(host, port), nil
}
