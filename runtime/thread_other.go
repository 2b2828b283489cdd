//go:build !linux

package runtime

import "os"

func threadFile(*os.File, bool) (*os.File, error) { return nil, errNoGuard }

func threadUsage() exitStatus { return exitStatus{} }
