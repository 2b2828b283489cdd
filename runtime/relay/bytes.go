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
// come. It owns both files, and counts at ports 0 and 1.
func Bytes(ctx context.Context, in, conn *os.File, ports []Port) error {
	defer in.Close()
	defer conn.Close()
	defer until(ctx, func() { in.SetDeadline(time.Now()) })()
	_, err := io.CopyBuffer(counted{conn, &ports[1]}, counted{in, &ports[0]}, make([]byte, 128<<10))
	// Also where the peer reads no more: a stage that still reads answers keeps the connection.
	shut := ipc.CloseWrite(conn)
	switch {
	case readerLeft(err) || ctx.Err() != nil:
		return nil
	case err == nil && !errors.Is(shut, syscall.ENOTCONN):
		return shut
	}
	return err
}
