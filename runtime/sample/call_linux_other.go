//go:build linux && !amd64

package sample

import "weir/ipc/kernel"

// old would know the calls that this architecture has only in their later form.
func (w *wait) old(int, *kernel.Call) {}
