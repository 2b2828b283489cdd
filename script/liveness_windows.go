package script

import (
	"os"
	"slices"
	"sync/atomic"

	"weir/ipc"
)

// liveness is how the writers and readers of a message channel know of each other, by an ipc.Presence. What the
// pipe of liveness_linux.go shows, the names of objects show here, and what its locks show, a page.
type liveness struct {
	is   *ipc.Presence
	r, w *os.File     // this state's own hold; nil where it has let go
	mine bool         // the first word is this state's
	file *os.File     // the channel's; nil where it lies in none
	away [2]*ipc.Away // of the write end, and of the read end
}

func newLiveness() (*liveness, error) {
	is, err := ipc.NewPresence()
	if err != nil {
		return nil, err
	}
	p := &liveness{is: is}
	for _, mode := range []ipc.Mode{ipc.Read, ipc.Write} {
		if err := p.hold(mode); err != nil {
			p.close()
			return nil, err
		}
	}
	return p, nil
}

// joinLiveness takes over the ends that came from another process.
func joinLiveness(r, w *os.File) (*liveness, error) {
	is, err := ipc.PresenceOf(r)
	p := &liveness{is: is, r: r, w: w}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// hold opens the end of a side that this state has let go of.
func (p *liveness) hold(mode ipc.Mode) (err error) {
	if end := p.end(mode); *end == nil {
		*end, err = p.is.Hold(mode)
	}
	return err
}

// alone reports whether nobody holds the other side of mode: a sender asks for readers.
func (p *liveness) alone(mode ipc.Mode) bool {
	return *p.end(mode) != nil && !p.is.Held(otherMode(mode))
}

// suspend closes this state's end of a side until resume. If it cannot say why, the end stays open.
func (p *liveness) suspend(mode ipc.Mode, because why) error {
	away := &p.away[sideOf(mode)]
	if *p.end(mode) == nil {
		return nil
	}
	if *away != nil {
		(*away).Back()
	}
	var err error
	if *away, err = p.is.Leave(mode, int64(because)); err == nil {
		p.release(mode)
	}
	return err
}

// resume opens the end that suspend has closed.
func (p *liveness) resume(mode ipc.Mode) error {
	if p.away[sideOf(mode)] == nil {
		return nil
	}
	err := p.hold(mode)
	p.leave(mode)
	return err
}

// leave has an end that suspend has closed stay so.
func (p *liveness) leave(mode ipc.Mode) {
	if away := &p.away[sideOf(mode)]; *away != nil {
		(*away).Back()
		*away = nil
	}
}

// gone reports whether nobody is at the other side of mode, nor comes back to it but for a reason that is excused.
func (p *liveness) gone(mode ipc.Mode, excused []why) bool {
	other := otherMode(mode)
	return p.alone(mode) && (p.file == nil || nobodyAway(p.is, other, p.away[sideOf(other)], excused))
}

// goneFor is gone for a relay, which has one end and lets go of none.
func goneFor(end, _ *os.File, mode ipc.Mode, excused []why) bool {
	is, err := ipc.PresenceOf(end)
	if err != nil {
		return false
	}
	defer is.Close()
	return nobodyAway(is, otherMode(mode), nil, excused)
}

// nobodyAway reports whether nobody has an end of a side, nor has let go of it for a reason that is not excused.
// Who lets go notes that first, is counted, and closes its end then: what was seen holds if nobody was counted
// meanwhile.
func nobodyAway(is *ipc.Presence, side ipc.Mode, own *ipc.Away, excused []why) bool {
	before := is.Changes()
	return !is.AnyAway(side, own, func(because int64) bool { return slices.Contains(excused, why(because)) }) &&
		!is.Held(side) && is.Changes() == before
}

// sideOf numbers the ends of a liveness.
func sideOf(mode ipc.Mode) int {
	if mode.Writes() {
		return 0
	}
	return 1
}

// note leaves word that somebody sends; it needs the write end.
func (p *liveness) note() {
	for p.w != nil {
		n := p.words()
		if n > 1 || n == 1 && p.mine {
			return
		}
		if atomic.CompareAndSwapUint32(p.is.Word(), n, n+1) {
			p.mine = n == 0
			return
		}
	}
}

// noted reports whether somebody has left word, and othersNoted whether somebody else has.
func (p *liveness) noted() bool { return p.words() > 0 }

func (p *liveness) othersNoted() bool {
	n := p.words()
	return n > 1 || n == 1 && !p.mine
}

func (p *liveness) words() uint32 { return atomic.LoadUint32(p.is.Word()) }

// id is which liveness it is.
func (p *liveness) id() ipc.FileID { return p.is.ID() }

// fileID is which object is open.
func fileID(f *os.File) ipc.FileID { return ipc.ObjectID(f) }

// files are those by which this state has it; either may be nil.
func (p *liveness) files() []*os.File { return []*os.File{p.r, p.w} }

func (p *liveness) close() {
	for _, mode := range []ipc.Mode{ipc.Read, ipc.Write} {
		p.release(mode)
		p.leave(mode)
	}
	if p.is != nil {
		p.is.Close()
		p.is = nil
	}
}

// openFileID is not known here.
func openFileID(*os.File) (ipc.FileID, int, bool) { return ipc.FileID{}, -1, false }
