//go:build !linux

package command

import (
	"context"
	"errors"
	"os/exec"

	"weir/repl/top"
	"weir/repl/view"
	"weir/script"
)

var errNotDrawn = errors.New("top: it is drawn on Linux only; --plain prints lines, --once one frame, and --once " +
	"--json is for programs")

func endsWithThis(*exec.Cmd) {}

func (viewer) drawn(*view.View, *top.Model) error { return errNotDrawn }

func (viewer) chosen(*top.Model) error { return errNotDrawn }

func (viewer) topScriptDrawn([]string) error { return errNotDrawn }

func (viewer) topHere(context.Context, uint64) error { return errNotDrawn }

func (viewer) screenOf(string) func() (script.Screen, error) { return nil }
