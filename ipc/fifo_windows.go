package ipc

import (
	"context"
	"errors"
	"os"
)

var errNoFIFO = errors.New("this system has no FIFOs; its named pipes are another thing")

// MakeFIFO is refused: Windows has no FIFOs.
func MakeFIFO(path string, perm uint32, o NameOptions) error {
	return &Error{"mkfifo", Addr{KindFIFO, path}, errNoFIFO}
}

// HoldFIFO is refused: Windows has no FIFOs.
func HoldFIFO(path string) (*os.File, error) {
	return nil, &Error{"open", Addr{KindFIFO, path}, errNoFIFO}
}

// OpenFIFO is refused: Windows has no FIFOs.
func OpenFIFO(ctx context.Context, path string, mode Mode) (*os.File, error) {
	return nil, &Error{"open", Addr{KindFIFO, path}, errNoFIFO}
}
