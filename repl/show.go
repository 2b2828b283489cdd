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
func (p *Prompt) show(v lua.LValue) string { return show.Value(p.VM.Lua(), v, p.Width()) }

// text is what tostring makes of a value.
func (p *Prompt) text(v lua.LValue) string { return show.Text(p.VM.Lua(), v) }

// What the rest of this package writes by the same rules.
var (
	harmless = cells.Harmless
	quoteCut = show.QuoteCut
)

// resultOf gives the result of a run that a value is.
func resultOf(v lua.LValue) (*lua.LTable, bool) {
	t, ok := v.(*lua.LTable)
	return t, ok && show.IsResult(v)
}

// Width is that of the terminal, in cells.
func (p *Prompt) Width() int { return WidthOf(fileOf(p.Out)) }

// fileOf is the file behind what the prompt writes to; nil where there is none.
func fileOf(w io.Writer) *os.File {
	switch w := w.(type) {
	case *os.File:
		return w
	case *luaio.Output:
		return w.OS()
	}
	return nil
}

// WidthOf is how wide the terminal behind a file is, in cells; what is no terminal
// is as wide as most.
func WidthOf(f *os.File) int { return show.WidthOf(f) }
