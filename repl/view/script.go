package view

import (
	"context"
	"os"
	"strings"
	"time"

	"weir/runtime"
	"weir/script/luaio"
)

// The time between two looks at what the script waits for, and how long a wait lasts at least that is
// told of.
const (
	scriptEvery = 100 * time.Millisecond
	longWait    = 200 * time.Millisecond
)

// tellScript tells the view where the script waits, whenever that changes, until ctx ends.
func (v *viewer) tellScript(ctx context.Context) {
	tick := time.NewTicker(scriptEvery)
	defer tick.Stop()
	told := ""
	for {
		if now := scriptWaits(); now != told {
			told = now
			if v.write(Line{Script: &now}) != nil {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// scriptWaits says for what a script of this process waits; empty is for nothing, or for a run.
func scriptWaits() string {
	for _, w := range runtime.ScriptWaits() {
		verb := "read "
		if w.Writes {
			verb = "write "
		}
		switch {
		case time.Since(w.Since) < longWait:
		case w.File == nil:
			return "the script waits at " + w.At
		default:
			return "the script waits to " + verb + called(w.File)
		}
	}
	return ""
}

// called is the name of a file for who watches: that of the channel of a run, if it is one.
func called(f *os.File) string {
	if luaio.IsTerminal(f) {
		return "the terminal"
	}
	for _, r := range runtime.Runs() {
		if name := r.ChannelOf(f); name != "" {
			return name
		}
	}
	info, err := f.Stat()
	for i, std := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if its, wrong := std.Stat(); err == nil && wrong == nil && os.SameFile(info, its) {
			return []string{"its standard input", "its standard output", "its standard error"}[i]
		}
	}
	if strings.HasPrefix(f.Name(), "|") {
		return "a pipe"
	}
	return f.Name()
}
