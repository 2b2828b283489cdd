package edit

import "errors"

var errNoTerminal = errors.New("the line editor is not built for this system yet")

func (e *Editor) enterRaw() error { return errNoTerminal }

func (e *Editor) leaveRaw() {}

func (e *Editor) leaveRawLocked() {}

func (e *Editor) measure() {}

// FreshRow has no terminal to write to.
func (e *Editor) FreshRow() {}

func (e *Editor) loop(*session) error { return errNoTerminal }

type waker struct{}

func newWaker() (*waker, error) { return nil, errNoTerminal }

func (*waker) ring() {}

func (*waker) close() error { return nil }
