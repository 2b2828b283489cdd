package script

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// suspend closes this state's end of a side until resume. If it cannot say why, the end stays
// open.
func (p *liveness) suspend(mode ipc.Mode, because why) error {
	if *p.end(mode) == nil {
		return nil
	}
	if p.file != nil {
		if err := p.describe(); err != nil {
			return err
		}
		// Whoever looks whether all have left has the places locked for a moment.
		if err := lockPlaces(p.own, unix.F_OFD_SETLKW, unix.F_RDLCK, sideOf(mode)*awaySpan+because, 1); err != nil {
			return os.NewSyscallError("fcntl", err)
		}
	}
	p.away[sideOf(mode)] = because + 1
	p.release(mode)
	return nil
}

// resume opens the end that suspend has closed.
func (p *liveness) resume(mode ipc.Mode) error {
	if p.away[sideOf(mode)] == 0 {
		return nil
	}
	err := p.hold(mode)
	p.leave(mode)
	return err
}

// leave has an end that suspend has closed stay so.
func (p *liveness) leave(mode ipc.Mode) {
	side := sideOf(mode)
	if because := p.away[side] - 1; because >= 0 && p.own != nil {
		_ = lockPlaces(p.own, unix.F_OFD_SETLK, unix.F_UNLCK, side*awaySpan+because, 1)
	}
	p.away[side] = 0
}

// describe opens this state's own description of the channel's file: a lock belongs to a
// description, and the one that came is shared with whoever gave it.
func (p *liveness) describe() (err error) {
	if p.own == nil {
		p.own, err = describe(p.file)
	}
	return err
}

func describe(f *os.File) (own *os.File, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	closed := conn.Control(func(number uintptr) {
		var fd int
		if fd, err = unix.Open(fmt.Sprintf("/proc/self/fd/%d", number), unix.O_RDWR|unix.O_CLOEXEC, 0); err == nil {
			own = os.NewFile(uintptr(fd), f.Name())
		}
	})
	return own, errors.Join(closed, os.NewSyscallError("open", err))
}

// gone reports whether nobody is at the other side of mode, nor comes back to it but for a
// reason that is excused.
func (p *liveness) gone(mode ipc.Mode, excused []why) bool {
	switch {
	case !p.alone(mode):
		return false
	case p.file == nil:
		return true
	case p.describe() != nil:
		return false // it is asked again
	}
	side := sideOf(otherMode(mode))
	return nobodyAway(p.own, side, p.away[side]-1, excused, func() bool { return p.alone(mode) })
}

// goneFor is gone for a relay, which has one end and lets go of none.
func goneFor(end, file *os.File, mode ipc.Mode, excused []why) bool {
	own, err := describe(file)
	if err != nil {
		return false
	}
	defer own.Close()
	return nobodyAway(own, sideOf(otherMode(mode)), -1, excused, func() bool { return hungUp(end) })
}

// nobodyAway locks all places of a side but those that are excused: that fails where somebody
// has let go of it. Until they are unlocked nobody lets go, so that alone tells who is there. own
// is the reason of who asks, or -1.
func nobodyAway(f *os.File, side, own why, excused []why, alone func() bool) bool {
	// One after the other: whoever asks meanwhile would take these locks for somebody's who has let go.
	if lockPlaces(f, unix.F_OFD_SETLKW, unix.F_WRLCK, 2*awaySpan+side, 1) != nil {
		return false // it is asked again
	}
	first, from := side*awaySpan, why(0)
	defer func() {
		_ = lockPlaces(f, unix.F_OFD_SETLK, unix.F_UNLCK, first, max(own, 0))
		if own >= 0 {
			_ = lockPlaces(f, unix.F_OFD_SETLK, unix.F_RDLCK, first+own, 1)
		}
		_ = lockPlaces(f, unix.F_OFD_SETLK, unix.F_UNLCK, first+own+1, awaySpan-own-1)
		_ = lockPlaces(f, unix.F_OFD_SETLK, unix.F_UNLCK, 2*awaySpan+side, 1)
	}()
	for _, place := range append(slices.Clone(excused), awaySpan) {
		if lockPlaces(f, unix.F_OFD_SETLK, unix.F_WRLCK, first+from, place-from) != nil {
			return false
		}
		from = place + 1
	}
	return alone()
}

// sideOf numbers the ends of a liveness pipe.
func sideOf(mode ipc.Mode) why {
	if mode.Writes() {
		return 0
	}
	return 1
}

// lockPlaces sets an open file description lock of fcntl(2) on n bytes.
func lockPlaces(f *os.File, command int, kind int16, from, n why) error {
	if n <= 0 {
		return nil
	}
	for {
		err := unix.FcntlFlock(f.Fd(), command, &unix.Flock_t{Type: kind, Start: int64(from), Len: int64(n)})
		if err != unix.EINTR {
			return err
		}
	}
}
