package relay

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"weir/ipc"
)

// Bytes moves all bytes from a pipe into a connection, and then ends the
// connection's writing side: its peer sees the end of file while answers still
// come. It owns both files.
func Bytes(ctx context.Context, in, conn *os.File) error {
	defer in.Close()
	defer conn.Close()
	defer until(ctx, func() { in.SetDeadline(time.Now()) })()
	_, err := io.Copy(conn, in)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || ctx.Err() != nil {
		return nil
	}
	if shut := ipc.CloseWrite(conn); err == nil && !errors.Is(shut, syscall.ENOTCONN) {
		err = shut
	}
	return err
}
