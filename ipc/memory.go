//go:build linux || windows

package ipc

func init() {
	implement(KindMemory, operations{try: func() error {
		f, err := Memory("doctor", []byte("x"))
		if err != nil {
			return err
		}
		return f.Close()
	}})
}
