package edit

import "errors"

var errNoTerminal = errors.New("the line editor is not built for this system yet")

func (e *Editor) rawMode() (func(), error) { return nil, errNoTerminal }

func (e *Editor) loop(*session) error { return errNoTerminal }

type waker struct{}

func newWaker() (*waker, error) { return nil, errNoTerminal }

func (*waker) ring() {}

func (*waker) close() error { return nil }
