package relay

import (
	"os"
	"sync/atomic"
)

// Port counts what has gone through one end of a relay: what was read from an input, or
// written to an output. The relay adds to it once for each call that moved something. Any
// goroutine may ask at any time; the zero value is ready for use.
type Port struct {
	bytes   atomic.Int64
	records atomic.Int64 // one more than were counted; 0 is that nobody counts them
}

// Count gives the bytes, and the records or messages that they were. records is -1 if the
// relay moves bytes without a look at them. What a reader leaves in its pipe, and the relay
// gives to another, has not gone through: a count can become smaller.
func (p *Port) Count() (bytes, records int64) { return p.bytes.Load(), p.records.Load() - 1 }

// countRecords begins to count records.
func (p *Port) countRecords() { p.records.CompareAndSwap(0, 1) }

func (p *Port) add(bytes int) { p.bytes.Add(int64(bytes)) }

// addRecords counts records, if they are counted.
func (p *Port) addRecords(n int) {
	if n != 0 && p.records.Load() > 0 {
		p.records.Add(int64(n))
	}
}

// counted is a file with its port.
type counted struct {
	file *os.File
	port *Port
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.file.Read(b)
	c.port.add(n)
	return n, err
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.file.Write(b)
	c.port.add(n)
	return n, err
}
