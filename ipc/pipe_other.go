//go:build !linux && !windows

package ipc

import "os"

func init() {
	implement(KindPipe, operations{pair: func() (r, w *os.File, err error) { return Pipe(0) }})
	implement(KindFIFO, operations{try: func() error { return tryAt(tryFIFO) }})
	implement(KindFile, operations{try: func() error {
		return tryAt(func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) })
	}})
}

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
