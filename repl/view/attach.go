package view

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"weir/runtime/sample"
)

// View is the side that watches.
type View struct {
	Snapshot *Snapshot
	conn     net.Conn
	in       *bufio.Reader
	out      *lines
	used     usage
}

// usage is what a view has used in the last second.
type usage struct {
	since time.Time
	cpu   time.Duration // of this process by then
	share float64
}

// now is the share of one processor that this process takes.
func (u *usage) now() float64 {
	if span := time.Since(u.since); span >= time.Second {
		cpu := sample.ProcessTime()
		if !u.since.IsZero() {
			u.share = float64(cpu-u.cpu) / float64(span)
		}
		u.since, u.cpu = time.Now(), cpu
	}
	return u.share
}

// Attach begins to watch over a connection: it reads the snapshot.
func Attach(conn net.Conn) (*View, error) {
	v := &View{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), out: &lines{to: json.NewEncoder(conn)}}
	_ = conn.SetReadDeadline(time.Now().Add(dialTime)) // one that is stopped does not answer
	line, err := v.Next()
	_ = conn.SetReadDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		conn.Close()
		return nil, errSilent
	}
	if err == nil && line.Snapshot == nil {
		err = errors.New("it does not begin with a snapshot")
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("what answers is no weir: %w", err)
	}
	v.Snapshot = line.Snapshot
	return v, nil
}

var errSilent = errors.New("it does not answer: is it stopped?")

// Next waits for a line. The error is io.EOF when the weir has ended.
func (v *View) Next() (*Line, error) {
	text, err := v.in.ReadBytes('\n')
	if err != nil {
		if errors.Is(err, net.ErrClosed) {
			err = io.EOF
		}
		return nil, err
	}
	line := &Line{}
	err = json.Unmarshal(text, line)
	if line.Frame != nil && v.Snapshot != nil && v.Snapshot.PID != os.Getpid() {
		line.Frame.View = v.used.now()
	}
	return line, err
}

// Ask sends a request. What comes of it is among the lines that follow.
func (v *View) Ask(q Request) error { return v.out.write(q) }

// Close ends the watching. The run goes on.
func (v *View) Close() error { return v.conn.Close() }
