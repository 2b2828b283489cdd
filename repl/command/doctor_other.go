//go:build !linux

package command

import (
	"errors"

	"weir/ipc"
)

func try(ipc.Kind) error { return errors.ErrUnsupported }

func limitsOf(ipc.Kind) string { return "" }
