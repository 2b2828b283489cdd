package ipc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// spaces are the prefixes of a name that is taken as it is.
var spaces = []string{`Local\`, `Global\`, `\\.\mailslot\`}

// systemName checks what Windows says of a name, and gives it as it stands in an address.
func systemName(bare string) (string, error) {
	for _, prefix := range spaces {
		if after, found := strings.CutPrefix(bare, prefix); found && after != "" && !strings.Contains(after, `\`) {
			return bare, nil
		}
	}
	if strings.Contains(bare, `\`) {
		return "", errors.New(`a name has no backslash but in Local\NAME and Global\NAME`)
	}
	return "/" + bare, nil
}

// isFile reports whether objects have paths: named pipes have names of their own.
func (m *mechanism) isFile() bool { return m.naming == ByPath && m.path == nil }

// register records the name of an object that is about to appear, and gives what strikes it
// out if it does not.
func register(a Addr, path string, o NameOptions) (ownName, error) {
	n := ownName{path: path, registrar: o.Registrar}
	if a.Name == "" {
		n.registrar = nil // nobody is told the name
	}
	return n, n.register(a)
}

// removeName says that the system removes the name of an object that is there. A name in the
// file system is removed.
func removeName(k Kind, path string) error {
	if k.IsFile() {
		return os.Remove(path)
	}
	if _, err := LookAtName(k, path); err != nil {
		return err
	}
	return fmt.Errorf("Windows removes the name itself, with the last handle: %w", errors.ErrUnsupported)
}

// lookAtName looks at the object that has a name. Its mode is 0600 if it lets in the owner only.
func lookAtName(k Kind, path string) (Look, error) {
	if k.IsFile() {
		return LookAt(path)
	}
	h, err := opening(path, func(name *uint16) (windows.Handle, error) {
		return openFileMapping(sectionQuery|windows.READ_CONTROL, name)
	})
	if err != nil {
		return Look{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer windows.CloseHandle(h)
	return lookAtHandle(h)
}

func lookAtHandle(h windows.Handle) (Look, error) {
	s, err := ownerOnly()
	if err != nil {
		return Look{}, err
	}
	sd, err := windows.GetSecurityInfo(h, windows.SE_KERNEL_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return Look{}, err
	}
	acl, _, err := sd.DACL()
	if errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) || err == nil && acl == nil { // all are let in
		return Look{Mode: 0o666}, nil
	} else if err != nil {
		return Look{}, err
	}
	l := Look{Mode: 0o600}
	for i := range acl.AceCount {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(acl, uint32(i), &ace); err != nil {
			return Look{}, err
		}
		if !(*windows.SID)(unsafe.Pointer(&ace.SidStart)).Equals(s.owner) {
			l.Mode = 0o666
		}
	}
	return l, nil
}
