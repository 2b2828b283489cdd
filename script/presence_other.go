//go:build !linux

package script

import (
	"errors"
	"os"

	"weir/ipc"
)

// presence would be how the writers and readers of a message channel know of
// each other; see presence_linux.go.
type presence struct{ r, w *os.File }

var errNoPresence = errors.New("this system has no message channels of weir's yet")

func newPresence() (*presence, error)               { return nil, errNoPresence }
func joinPresence(r, w *os.File) (*presence, error) { return nil, errNoPresence }
func (p *presence) hold(mode ipc.Mode) error        { return errNoPresence }
func (p *presence) release(mode ipc.Mode)           {}
func (p *presence) alone(mode ipc.Mode) bool        { return false }
func (p *presence) note()                           {}
func (p *presence) noted() bool                     { return false }
func (p *presence) othersNoted() bool               { return false }
func (p *presence) id() ipc.FileID                  { return ipc.FileID{} }
func fileID(f *os.File) ipc.FileID                  { return ipc.FileID{} }
func (p *presence) close()                          {}
