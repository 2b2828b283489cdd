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

var errNotDrawn = errors.New("top: it is drawn on Linux only; --plain prints lines, --once one frame, and --once --json is for programs")

func endsWithThis(*exec.Cmd) {}

func (f *face) drawn(*view.View, *top.Model) error { return errNotDrawn }

func (f *face) chosen(*top.Model, topOptions) error { return errNotDrawn }

func (f *face) topScriptDrawn([]string, topOptions) error { return errNotDrawn }

func (f *face) topHere(context.Context, uint64) error { return errNotDrawn }

func (f *face) screenOf(string) func() (script.Screen, error) { return nil }
