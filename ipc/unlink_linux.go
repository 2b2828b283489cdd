package ipc

import (
	"os"
	"strings"
)

// Unlink removes the name of an object. Whoever has it open keeps it.
func Unlink(a Addr) error {
	var err error
	switch a.Kind {
	case KindQueue:
		var name string
		if name, err = objectName(a.Name); err == nil {
			err = mqUnlink(name)
		}
	default:
		var path string
		if path, err = PathOf(a); err == nil {
			err = os.Remove(path)
		}
	}
	if err != nil {
		return &Error{"unlink", a, err}
	}
	return nil
}

// PathOf gives the place in the file system of an object's name. A queue has
// one only where /dev/mqueue is mounted.
func PathOf(a Addr) (string, error) {
	switch a.Kind {
	case KindFIFO, KindFile, KindUnix, KindUnixgram, KindUnixpacket:
		return a.Name, nil
	}
	name, err := objectName(a.Name)
	if err != nil {
		return "", err
	}
	switch a.Kind {
	case KindRegion:
		return shmFolder + name, nil
	case KindSemaphore:
		return shmFolder + "/sem." + strings.TrimPrefix(name, "/"), nil
	case KindQueue:
		return "/dev/mqueue" + name, nil
	case KindMailslot:
		return mailslotPath(name)
	}
	return ownPath(a.Kind, name)
}
