//go:build !linux && !windows

package script

import (
	"errors"
	"os"

	"weir/ipc"
)

// liveness would be how the writers and readers of a message channel know of
// each other; see liveness_linux.go.
type liveness struct{ r, w, file *os.File }

var errNoLiveness = errors.New("this system has no message channels of weir's yet")

func newLiveness() (*liveness, error)                 { return nil, errNoLiveness }
func joinLiveness(r, w *os.File) (*liveness, error)   { return nil, errNoLiveness }
func (p *liveness) hold(mode ipc.Mode) error          { return errNoLiveness }
func (p *liveness) release(mode ipc.Mode)             {}
func (p *liveness) alone(mode ipc.Mode) bool          { return false }
func (p *liveness) suspend(ipc.Mode, why) error       { return errNoLiveness }
func (p *liveness) resume(mode ipc.Mode) error        { return errNoLiveness }
func (p *liveness) leave(mode ipc.Mode)               {}
func (p *liveness) gone(ipc.Mode, []why) bool         { return false }
func (p *liveness) note()                             {}
func (p *liveness) noted() bool                       { return false }
func (p *liveness) othersNoted() bool                 { return false }
func (p *liveness) id() ipc.FileID                    { return ipc.FileID{} }
func goneFor(_, _ *os.File, _ ipc.Mode, _ []why) bool { return false }
func fileID(f *os.File) ipc.FileID                    { return ipc.FileID{} }
func (p *liveness) files() []*os.File                 { return nil }
func openFileID(*os.File) (ipc.FileID, int, bool)     { return ipc.FileID{}, -1, false }
func (p *liveness) close()                            {}
