//go:build !linux

package relay

import "os"

func newSystem() (system, error) { return newPortable(), nil }

func teeNative(*junction) (done bool, err error) { return false, nil }

// fileWithoutName makes a file that has lost its name, where an open file may.
func fileWithoutName(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "weir-spill-")
	if err == nil {
		_ = os.Remove(f.Name())
	}
	return f, err
}

func giveBack(*os.File, int64, int64) {}
