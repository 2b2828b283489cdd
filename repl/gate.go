package repl

import (
	"io"
	"os"
	"sync"
)

// gate lets the line editor read the terminal while a line is edited and at no
// other time: what is typed then belongs to the stage that reads it. The editor
// reads ahead on a goroutine of its own, so the gate shuts behind the end of a
// line and gives one byte at a time.
type gate struct {
	in *os.File

	mu     sync.Mutex
	change *sync.Cond
	isOpen bool
	ended  bool
}

func newGate(in *os.File) *gate {
	g := &gate{in: in}
	g.change = sync.NewCond(&g.mu)
	return g
}

func (g *gate) open() { g.set(func() { g.isOpen = true }) }

func (g *gate) close() { g.set(func() { g.isOpen = false }) }

func (g *gate) end() { g.set(func() { g.ended = true }) }

func (g *gate) set(change func()) {
	g.mu.Lock()
	change()
	g.change.Broadcast()
	g.mu.Unlock()
}

// Read waits until the gate is open and a byte has come.
func (g *gate) Read(p []byte) (int, error) {
	g.mu.Lock()
	for !g.isOpen && !g.ended {
		g.change.Wait()
	}
	ended := g.ended
	g.mu.Unlock()
	if ended || len(p) == 0 {
		return 0, io.EOF
	}
	n, err := g.in.Read(p[:1])
	if n == 1 && endsLine(p[0]) {
		g.close()
	}
	return n, err
}

// Close is asked for by the editor, but the terminal is not the editor's.
func (g *gate) Close() error {
	g.end()
	return nil
}

// endsLine tells whether the editor gives a line back after this byte: Enter,
// Ctrl-C, and Ctrl-D, after which it may go on to read.
func endsLine(b byte) bool { return b == '\r' || b == '\n' || b == 3 }
