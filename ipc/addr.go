package ipc

import (
	"fmt"
	"strings"

	"weir/ipc/errno"
	"weir/ipc/luatext"
)

// Addr is the address of one object: its kind and its name. An object without a name is
// private.
type Addr struct {
	Kind Kind
	Name string
}

// String writes the address as "kind:name".
func (a Addr) String() string { return string(a.Kind) + ":" + a.Name }

// ParseAddr reads what String writes. An unknown kind is an error.
func ParseAddr(s string) (Addr, error) {
	kind, name, found := strings.Cut(s, ":")
	if !found {
		return Addr{}, fmt.Errorf("address %s: must be KIND:NAME", luatext.Quote(s))
	}
	if !Kind(kind).Known() {
		return Addr{}, fmt.Errorf("address %s: unknown kind %s", luatext.Quote(s), luatext.Quote(kind))
	}
	return Addr{Kind(kind), name}, nil
}

// Mode says which way bytes go through an end, and how a file is opened for it.
type Mode uint8

// The modes of an end.
const (
	Read   Mode = iota // the stage reads
	Write              // the stage writes; a file is created or truncated
	Append             // the stage writes; a file is created, each write goes to its end
	Both               // the stage reads and writes: a region, a queue, a socket
)

// String names the mode as fopen(3) does.
func (m Mode) String() string {
	switch m {
	case Read:
		return "r"
	case Write:
		return "w"
	case Append:
		return "a"
	case Both:
		return "r+"
	}
	return fmt.Sprintf("mode(%d)", uint8(m))
}

// Writes reports whether bytes go from the stage into the channel.
func (m Mode) Writes() bool { return m != Read }

// Reads reports whether the end reads, alone or also.
func (m Mode) Reads() bool { return m == Read || m == Both }

// Error is the one type of error of this package: the operation, the object and the cause.
type Error struct {
	Op   string
	Addr Addr
	Err  error
}

func (e *Error) Error() string {
	if e.Addr.Name == "" {
		return fmt.Sprintf("%s %s: %s", e.Op, e.Addr.Kind, errno.Text(e.Err))
	}
	return fmt.Sprintf("%s %s %s: %s", e.Op, e.Addr.Kind, e.Addr.Name, errno.Text(e.Err))
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
