package luaio_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"

	"weir/script/luaio"
)

// sharedFiles are ways to have a text read.
var sharedFiles = map[string]func(t *testing.T, text string) *os.File{
	"file": func(t *testing.T, text string) *os.File {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return f
	},
	"pipe": func(t *testing.T, text string) *os.File {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		go inPieces(w, text)
		return r
	},
	"socket": func(t *testing.T, text string) *os.File {
		ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		go inPieces(os.NewFile(uintptr(ends[1]), "writer"), text)
		return os.NewFile(uintptr(ends[0]), "reader")
	},
}

// inPieces writes a text in pieces of any size.
func inPieces(w *os.File, text string) {
	defer w.Close()
	for len(text) > 0 {
		n := min(len(text), 1+rand.IntN(1<<rand.IntN(14)))
		if _, err := io.WriteString(w, text[:n]); err != nil {
			return
		}
		text = text[n:]
	}
}

// TestSharedLines: a state that takes lines and somebody who reads the descriptor
// below share a file, and nothing is lost, doubled or out of order.
func TestSharedLines(t *testing.T) {
	for name, open := range sharedFiles {
		t.Run(name, func(t *testing.T) {
			for round := range 20 {
				var text strings.Builder
				for i := range 200 {
					fmt.Fprintf(&text, "%d %s\n", i, strings.Repeat("x", rand.IntN(1<<rand.IntN(14))))
				}
				text.WriteString([]string{"", "no newline"}[round%2])
				got := takeTurns(t, open(t, text.String()))
				if got != text.String() {
					t.Fatalf("%d bytes were read, not the %d that were written", len(got), text.Len())
				}
			}
		})
	}
}

// takeTurns reads lines by a state's stdin, and now and then some bytes below it.
func takeTurns(t *testing.T, in *os.File) string {
	t.Helper()
	defer in.Close()
	L := lua.NewState()
	defer L.Close()
	s := luaio.Open(L, in, os.Stdout, os.Stderr)
	defer s.Close()
	var got bytes.Buffer
	for {
		line, err := s.In.Reader.ReadSharedLine()
		if err == io.EOF {
			return got.String()
		}
		if i := strings.IndexByte(line, '\n'); err != nil || i >= 0 && i < len(line)-1 {
			t.Fatalf("%q, %v", line, err)
		}
		got.WriteString(line)
		before := s.In.Reader.Follows()
		if rand.IntN(3) > 0 {
			continue
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		p := make([]byte, 1+rand.IntN(100))
		n, err := in.Read(p)
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		if seen := min(n, len(before)); !bytes.Equal(p[:seen], before[:seen]) {
			t.Fatalf("%q follows, not %q", p[:n], before)
		}
		got.Write(p[:n])
	}
}

// TestSharedReads: what a script has not read of a shared file is there for whoever
// reads the descriptor below, after one read as after many.
func TestSharedReads(t *testing.T) {
	const piece = `return function(format) return io.read(format) end, function(n) local block = io.blocks(n)() return block end`
	for name, open := range sharedFiles {
		t.Run(name, func(t *testing.T) {
			var text strings.Builder
			for i := range 5000 {
				fmt.Fprintf(&text, "%d %s\n", i, strings.Repeat("x", rand.IntN(1<<rand.IntN(10))))
			}
			text.WriteString("no newline")
			in := open(t, text.String())
			defer in.Close()
			L := lua.NewState()
			defer L.Close()
			s := luaio.Open(L, in, os.Stdout, os.Stderr)
			defer s.Close()
			s.In.Reader.Share()
			if err := L.DoString(piece); err != nil {
				t.Fatal(err)
			}
			read, block := L.Get(-2), L.Get(-1)
			var got bytes.Buffer
			for end := false; !end; {
				for range rand.IntN(1 << rand.IntN(10)) {
					var piece string
					if piece, end = sharedPiece(t, L, read, block); end {
						break
					}
					got.WriteString(piece)
				}
				if err := s.Flush(); err != nil {
					t.Fatal(err)
				}
				p := make([]byte, 1+rand.IntN(100))
				n, err := in.Read(p)
				if err != nil && err != io.EOF {
					t.Fatal(err)
				}
				end = err == io.EOF
				got.Write(p[:n])
			}
			if got.String() != text.String() {
				t.Errorf("%d bytes were read, not the %d that were written", got.Len(), text.Len())
			}
		})
	}
}

// sharedPiece reads a line, some bytes or a block.
func sharedPiece(t *testing.T, L *lua.LState, read, block lua.LValue) (piece string, end bool) {
	t.Helper()
	fn, arg := read, lua.LValue(lua.LString("*L"))
	switch rand.IntN(12) {
	case 0:
		arg = lua.LNumber(rand.IntN(1 << rand.IntN(14)))
	case 1:
		fn, arg = block, lua.LNumber(1+rand.IntN(1<<rand.IntN(14)))
	}
	if err := L.CallByParam(lua.P{Fn: fn, NRet: 1, Protect: true}, arg); err != nil {
		t.Fatal(err)
	}
	defer L.Pop(1)
	return lua.LVAsString(L.Get(-1)), L.Get(-1) == lua.LNil
}
