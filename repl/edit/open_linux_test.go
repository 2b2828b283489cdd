package edit

import (
	"fmt"
	"strings"
	"testing"

	"weir/repl/vt"
)

// TestOpenLine: what others have begun to write stands above the input, and is a
// whole line when its end comes.
func TestOpenLine(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{})
	done := r.edit(isWhole)
	r.shows("> |")
	fmt.Fprint(r.e, "half")
	r.shows("half\n> |")
	r.keys("ab")
	r.shows("half\n> ab|")
	fmt.Fprint(r.e, " a line\nnext")
	r.shows("half a line\nnext\n> ab|")
	fmt.Fprint(r.e, "\n10%\r")
	r.shows("half a line\nnext\n10%\n> ab|")
	fmt.Fprint(r.e, "20%\r")
	r.shows("half a line\nnext\n20%\n> ab|")
	r.resize(30, 10)
	r.shows("half a line\nnext\n20%\n> ab|")
	fmt.Fprint(r.e, "done\n")
	r.shows("half a line\nnext\ndone\n> ab|")
	fmt.Fprint(r.e, strings.Repeat("wide ", 10))
	r.shows("done\nwide wide wide wide wide wide\n> ab|")
	r.keys("\r")
	if got := <-done; got.text != "ab" {
		t.Errorf("got %q", got.text)
	}
	// It has been seen, and comes back when there is more of it.
	done = r.edit(isWhole)
	r.shows("wide wide wide wide wide wide\n> ab\n> |")
	fmt.Fprint(r.e, "end\n")
	r.shows("> ab\n" + strings.Repeat("wide ", 5) + "wide\n" + strings.Repeat("wide ", 4) + "end\n> |")
	fmt.Fprint(r.e, "last")
	r.shows("wide wide wide wide end\nlast\n> |")
	r.keys("\r")
	<-done
	r.e.EndLine() // nobody writes any more
	done = r.edit(isWhole)
	fmt.Fprintln(r.e, "another")
	r.shows("last\n>\nanother\n> |")
	r.keys("\r")
	<-done
	// Between two inputs it is written as it is.
	fmt.Fprint(r.e, "no input")
	r.await("no input", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(false), "no input") })
}
