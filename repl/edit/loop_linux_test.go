package edit

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/repl/vt"
)

// modes are those of the terminal.
func (r *rig) modes() unix.Termios {
	r.t.Helper()
	m, err := unix.IoctlGetTermios(int(r.slave.Fd()), unix.TCGETS)
	if err != nil {
		r.t.Fatal(err)
	}
	return *m
}

// TestModes: the terminal is as it was after every end, a Close while an input is
// edited among them.
func TestModes(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{})
	before := r.modes()
	for _, keys := range []string{"a\r", "a\x03", "\x04"} {
		done := r.edit(isWhole)
		r.shows("> |")
		if r.modes() == before {
			t.Fatal("the terminal is not raw")
		}
		r.keys(keys)
		<-done
		if r.modes() != before {
			t.Errorf("%q leaves other modes", keys)
		}
	}
	done := r.edit(isWhole)
	r.shows("> |")
	r.e.Close()
	if r.modes() != before {
		t.Error("Close leaves other modes")
	}
	r.await("no bracketed paste", func(m *vt.Model) bool { return !m.Pastes })
	r.keys("\n")
	<-done
}

// TestHalfCharacter: what others write is shown while a character has only begun, and
// what does not go on is taken as it is.
func TestHalfCharacter(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys("a\xe6")
	fmt.Fprintln(r.e, "a line")
	r.shows("a line\n> a<e6>|")
	r.keys("\r")
	if got := <-done; got.text != "a\xe6" {
		t.Errorf("got %q", got.text)
	}
}

// TestRestOfPaste: what is typed behind a paste and its Enter stays for whoever reads
// next, and a sign in the paste that looks like its end is no end.
func TestRestOfPaste(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys(pasteBegin + "a\x1b[20b\x1b[201c" + pasteEnd + "\rrest\n")
	if got := <-done; got.text != "a\x1b[20b\x1b[201c" {
		t.Errorf("got %q", got.text)
	}
	buf := make([]byte, 100)
	if n, _ := r.slave.Read(buf); string(buf[:n]) != "rest\n" {
		t.Errorf("left is %q", buf[:n])
	}
}

// TestRestOfLongPaste: what comes with a long paste is not lost.
func TestRestOfLongPaste(t *testing.T) {
	r := newRig(t, 80, 24, nil, Options{})
	text := strings.Repeat("0123456789abcdef", 10<<10)
	done := r.edit(isWhole)
	r.shows("> |")
	go r.master.WriteString(pasteBegin + text + pasteEnd + "\rrest\n")
	if got := <-done; got.text != text {
		t.Errorf("got %d bytes", len(got.text))
	}
	if got := <-r.edit(isWhole); got.text != "rest" {
		t.Errorf("then %q", got.text)
	}
}

// TestEndlessPaste: Ctrl-C gives up a paste whose end does not come.
func TestEndlessPaste(t *testing.T) {
	r := newRig(t, 60, 10, nil, Options{})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys(pasteBegin + "abc\x03")
	r.await("a word of it", func(m *vt.Model) bool { return strings.Contains(m.Text(false), "Ctrl-C gives it up") })
	r.keys("\x03")
	if got := <-done; got.err != ErrInterrupt {
		t.Errorf("got %q, %v", got.text, got.err)
	}
}

// TestFlood: text of a terminal that does not bracket pastes is put in as it comes.
func TestFlood(t *testing.T) {
	r := newRig(t, 80, 24, nil, Options{})
	text := strings.Repeat("0123456789abcde\u65e5", 4<<10)
	done := r.edit(isWhole)
	r.shows("> |")
	go r.master.WriteString(text + "\r")
	if got := <-done; got.text != text {
		t.Errorf("%d bytes", len(got.text))
	}
}

// TestFull: an input takes no more than it has room for, no half character, and says
// so.
func TestFull(t *testing.T) {
	r := newRig(t, 80, 24, nil, Options{})
	s := &session{Editor: r.e, text: text{s: strings.Repeat("x", maxInput-4), at: 0}}
	s.typed("\u65e5\u65e5")
	if len(s.s) != maxInput-1 || s.at != 3 || !strings.Contains(s.note, "full") {
		t.Errorf("%d bytes, the cursor at %d, %q", len(s.s), s.at, s.note)
	}
}

// TestUnendedLine: what stands on the row of the prompt is not painted over.
func TestUnendedLine(t *testing.T) {
	for _, cols := range []int{40, 5, 1} {
		r := newRig(t, cols, 20, nil, Options{})
		r.slave.WriteString("abcde")
		done := r.edit(isWhole)
		r.await("all of it", func(m *vt.Model) bool {
			text := strings.ReplaceAll(m.Text(false), "\n", "")
			return strings.HasPrefix(text, "abcde") && strings.HasSuffix(text, ">")
		})
		r.keys("\r")
		<-done
	}
}

// TestKeysUnderOutput: keys are shown while others write as much as they can, and
// the last of what they write is shown, too.
func TestKeysUnderOutput(t *testing.T) {
	keysUnderOutput(t, "abc", func(w io.Writer, stop chan struct{}) {
		for line := []byte(strings.Repeat("-", 60) + "\n"); !isClosed(stop); {
			w.Write(line)
		}
	})
}

// BenchmarkKey is the time from a key to its picture while others write 10,000 lines
// a second.
func BenchmarkKey(b *testing.B) {
	var all []time.Duration
	for range b.N {
		all = append(all, keysUnderOutput(b, "abcdefghijklmnopqrstuvwxyz", func(w io.Writer, stop chan struct{}) {
			line := []byte(strings.Repeat("-", 60) + "\n")
			began := time.Now()
			for n := 0; !isClosed(stop); {
				for due := int(time.Since(began) / (100 * time.Microsecond)); n < due; n++ {
					w.Write(line)
				}
				time.Sleep(100 * time.Microsecond)
			}
		})...)
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "µs-median")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "µs-99%")
	b.ReportMetric(float64(all[len(all)-1].Microseconds()), "µs-worst")
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// keysUnderOutput types while others write, and gives how long each key took to be
// seen.
func keysUnderOutput(t testing.TB, keys string, write func(w io.Writer, stop chan struct{})) []time.Duration {
	r := newRig(t, 80, 24, nil, Options{})
	done := r.edit(isWhole)
	r.shows("> |")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		write(r.e, stop)
		fmt.Fprintln(r.e, "the last")
	}()
	r.await("lines", func(m *vt.Model) bool { return strings.HasPrefix(m.Text(false), "---") })
	var took []time.Duration
	for _, k := range strings.Split(keys, "") {
		start := time.Now()
		r.keys(k)
		r.await("the key", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(true), k+"|") })
		took = append(took, time.Since(start))
	}
	close(stop)
	<-stopped
	r.shows("the last\n> " + keys + "|")
	r.keys("\r")
	<-done
	return took
}
