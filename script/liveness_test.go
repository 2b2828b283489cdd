//go:build linux || windows

package script

import (
	"testing"

	"weir/ipc"
)

// TestLiveness opens the ends of a pipe again that nobody holds.
func TestLiveness(t *testing.T) {
	p, err := newLiveness()
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if p.alone(ipc.Read) || p.alone(ipc.Write) {
		t.Error("alone while both ends are held")
	}
	if p.note(); !p.noted() || p.othersNoted() {
		t.Error("a state's own word is not what it is")
	}
	if p.mine = false; !p.othersNoted() {
		t.Error("another's word is not noted")
	}
	if p.note(); p.words() != 2 {
		t.Errorf("%d words of two states", p.words())
	}
	p.release(ipc.Write)
	if !p.alone(ipc.Read) {
		t.Error("a reader does not see that the last writer has left")
	}
	p.release(ipc.Read)
	for _, mode := range []ipc.Mode{ipc.Write, ipc.Read} {
		if err := p.hold(mode); err != nil {
			t.Fatal(err)
		}
	}
	if p.alone(ipc.Read) || p.alone(ipc.Write) {
		t.Error("alone while both ends are held again")
	}
	p.release(ipc.Read)
	if !p.alone(ipc.Write) {
		t.Error("a writer does not see that the last reader has left")
	}
}
