package repl

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/chzyer/readline"
)

// lineEditor edits lines at a terminal.
type lineEditor struct {
	gate *gate
	rl   *readline.Instance
}

// NewLineEditor edits lines at the terminal in, with a history that outlives the
// process.
func NewLineEditor(in *os.File, out, errs io.Writer) (Editor, error) {
	g := newGate(in)
	rl, err := readline.NewEx(&readline.Config{
		Stdin: g, Stdout: out, Stderr: errs,
		HistoryFile: historyFile(), HistoryLimit: 10_000, DisableAutoSaveHistory: true,
		FuncIsTerminal: func() bool { return true },
	})
	if err != nil {
		return nil, err
	}
	return &lineEditor{g, rl}, nil
}

// historyFile is where the XDG base directory specification wants state; empty
// where it cannot be kept.
func historyFile() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	dir := filepath.Join(state, "weir")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return filepath.Join(dir, "history")
}

func (e *lineEditor) ReadLine(prompt string) (string, error) {
	e.rl.SetPrompt(prompt)
	e.gate.open()
	line, err := e.rl.Readline()
	e.gate.close()
	if errors.Is(err, readline.ErrInterrupt) {
		return line, ErrInterrupt
	}
	return line, err
}

func (e *lineEditor) Remember(input string) {
	_ = e.rl.SaveHistory(strings.ReplaceAll(input, "\n", " ")) // the history is a comfort
}

func (e *lineEditor) Close() error {
	e.gate.end()
	return e.rl.Close()
}
