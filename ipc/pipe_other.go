//go:build !linux && !windows

package ipc

import "os"

// Pipe makes an anonymous pipe. No call sets its capacity here, and any end may be passed on.
func Pipe(capacity int, _ ...Mode) (r, w *os.File, err error) {
	r, w, err = os.Pipe()
	if err != nil {
		return nil, nil, &Error{"create", Addr{Kind: KindPipe}, err}
	}
	return r, w, nil
}

// PipeFill is not known here.
func PipeFill(f *os.File) (capacity, bytes int, ok bool) { return 0, 0, false }

// PeekStream is refused here.
func PeekStream(fd, most int) ([]byte, error) { return nil, errNotHere }
