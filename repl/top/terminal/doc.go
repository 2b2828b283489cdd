// Package terminal shows a view of package top on a terminal: it reads keys, draws, and leaves the
// terminal as it was.
//
//   - show_linux.go is the loop, and terminal_linux.go the terminal's modes and its keys
//   - held_linux.go keeps what this process prints meanwhile
//   - run_linux.go is a run whose terminal is the view's: what it prints comes here first
package terminal
