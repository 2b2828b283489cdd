// Package edit is the line editor of weir's prompt: it edits one input, of one or several lines, at a
// terminal.
//
//   - edit.go is the editor that a prompt holds, and takes what others write meanwhile;
//     terminal_unix.go and terminal_windows.go put the terminal into raw mode, and size.go asks for its size
//   - loop.go reads keys and paints; waker_unix.go wakes it
//   - key.go makes keys of bytes, and keylist.go is help for them
//   - session.go is one input while it is edited: text.go is the string with its cursor, complete.go,
//     search.go and bracket.go what their names say
//   - vi.go is vi's command mode, vi_motion.go its motions, vi_change.go its changes
//   - screen.go paints; output.go makes harmless what others write
//   - history.go keeps the inputs in a file, history_line.go has the form of its lines
//   - lines_unix.go reads lines from a terminal without editing them
//
// One goroutine, that of Read, owns the screen. What others write meanwhile goes through Write, and
// appears above the input. Between two inputs nothing is read from the terminal: it belongs to what
// runs in the foreground.
//
// # What is readline's
//
// Raw mode and the size, on each system, are github.com/chzyer/readline's. Its raw mode leaves output
// processing on, which the text of other programs needs. Its other parts cannot serve this prompt. The
// numbers are those of its issues; what has none was read in v1.5.1 and its newest commit (9dfc369).
//
//   - Widths: the cursor is wrong beside wide characters (184). An emoji counts as one cell, and a
//     combining mark is a character of its own.
//   - Lines: an input of several lines is painted wrong (212), and a prompt of several is not supported
//     (182).
//   - Keys: it reads ahead into a buffer, so that the program which runs next misses keys. Close waits
//     for a key while an input is read (217), or leaves a read behind that takes one (167).
//   - Goroutines: search, completion and the window's size are written by one and read by another
//     (214, 219). What others write as an input begins lands behind the prompt (92).
//   - Pastes: it knows no bracketed paste. Each line of a paste is an input, and each tab completes.
//   - History: it has one line an entry, and everybody may read the file (245). Two prompts shorten it
//     without a lock, and it is written through symbolic links.
//   - Ctrl-Z stops the parent process, too (48).
//   - vi has no counts, no undo, no repetition and no text objects (22).
package edit
