//go:build !linux

package runtime

import (
	"errors"
	"os"

	"weir/runtime/guard"
)

func threadFile(*os.File, bool) (*os.File, error) { return nil, errors.ErrUnsupported }

func threadUsage() guard.ExitStatus { return guard.ExitStatus{} }
