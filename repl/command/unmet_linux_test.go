package command

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestUnmetFIFO: who waits at a FIFO says for whom, once, and goes on when somebody
// comes.
func TestUnmetFIFO(t *testing.T) {
	const reading, writing = "weir: f: waits for somebody to open it for reading\n", "weir: f: waits for somebody to open it for writing\n"
	for script, want := range map[string]string{
		`run("seq 2" | fifo("f"), "seq 2" | fifo("f"))`: reading,
		`run(fifo("f") | "cat")`:                        writing,
		`fifo("f"):write("x")`:                          reading,
		`_ = fifo("f"):read()`:                          writing,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			c := weir(t, "-e", script)
			c.Dir = t.TempDir()
			fifo := filepath.Join(c.Dir, "f")
			if err := unix.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			said := speaking(t, c)
			if line, err := said.ReadString('\n'); line != want || err != nil {
				t.Errorf("%q, want %q; %v", line, want, err)
			}
			var err error
			if want == reading {
				_, err = os.ReadFile(fifo)
			} else {
				err = os.WriteFile(fifo, []byte("x\n"), 0)
			}
			if err != nil {
				t.Error(err)
			}
			if rest, err := io.ReadAll(said); len(rest) > 0 || err != nil {
				t.Errorf("then %q, %v", rest, err)
			}
			if err := c.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}
