package repl

import (
	"io"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/cells"
	"weir/script/luaio"
	"weir/script/show"
)

// show writes a value for the screen.
func (p *Prompt) show(v lua.LValue) string {
	if text, ok := p.VM.Inside(v, p.Width()); ok {
		return text
	}
	return show.Value(p.VM.Lua(), v, p.Width())
}

// The rest of this package writes by the same rules.
var (
	harmless = cells.Harmless
	quoteCut = show.QuoteCut
)

// resultOf gives a value as the result of a run, if it is one.
func resultOf(v lua.LValue) (*lua.LTable, bool) {
	t, ok := v.(*lua.LTable)
	return t, ok && show.IsResult(v)
}

// Width is that of the terminal, in cells.
func (p *Prompt) Width() int { return WidthOf(fileOf(p.Out)) }

// fileOf is the file behind a writer; nil if there is none.
func fileOf(w io.Writer) *os.File {
	switch w := w.(type) {
	case *os.File:
		return w
	case *luaio.Output:
		return w.OS()
	}
	return nil
}

// WidthOf is the width of the terminal behind a file, in cells. A file that is no terminal has
// the usual width.
func WidthOf(f *os.File) int { return show.WidthOf(f) }
