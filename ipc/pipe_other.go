//go:build !linux

package ipc

import "os"

// Pipe makes an anonymous pipe. This system has no call for its capacity.
func Pipe(capacity int) (r, w *os.File, err error) {
	r, w, err = os.Pipe()
	if err != nil {
		return nil, nil, &Error{"create", Addr{Kind: KindPipe}, err}
	}
	return r, w, nil
}
