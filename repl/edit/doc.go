// Package edit is the line editor of weir's prompt: it edits one input of one or
// several lines at a terminal. Raw mode and the terminal's size are
// github.com/chzyer/readline's; keys, text, painting and history are done here, where
// that has faults: its table of widths is too short, it repaints from two
// goroutines, it knows no bracketed paste, and its history has one line an entry.
//
// One goroutine, that of Read, owns the screen. What others write meanwhile goes
// through Write, and appears above the input. Nothing is read from the terminal
// while no input is edited: it belongs to whoever runs in the foreground.
package edit
