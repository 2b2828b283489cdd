// Package show writes values of Lua for whoever reads them: as one would write them in Lua, and
// the result of a run as a table of its stages.
package show

import (
	"fmt"
	"os"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/cells"
	"weir/runtime/graph"
	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/syntax"
)

// How much of a value is shown.
const (
	shownEntries = 50   // of one table
	shownInAll   = 300  // of a table and those in it
	shownDepth   = 6    // tables in tables
	shownBytes   = 2000 // of a string, and of one in a table a tenth
	usualWidth   = 80   // where no terminal says how wide it is
)

// Value writes a value as one would write it in Lua, on one line where width cells hold it;
// the result of a run as a table of its stages. Whatever the value holds, no control
// character reaches the terminal.
func Value(L *lua.LState, v lua.LValue, width int) string {
	if IsResult(v) {
		return Result(L, v.(*lua.LTable), width)
	}
	s := showing{L: L, left: shownInAll, inside: map[*lua.LTable]bool{}}
	var b strings.Builder
	s.part(v, 0).write(&b, 0, width)
	return b.String()
}

// WidthOf is how wide the terminal behind a file is, in cells; what is no terminal
// is as wide as most.
func WidthOf(f *os.File) int {
	if f != nil {
		if width := graph.ScreenOf(f).Width; width > 0 {
			return width
		}
	}
	return usualWidth
}

// showing is the way through one value.
type showing struct {
	L      *lua.LState
	left   int // how many entries may still be shown
	inside map[*lua.LTable]bool
}

// part is a value as it is shown: a text, or a table's entries.
type part struct {
	key   string // with its =
	text  string // where it is no table
	parts []part
	table bool
}

func (s *showing) part(v lua.LValue, depth int) part {
	switch v := v.(type) {
	case lua.LString:
		limit := shownBytes
		if depth > 0 {
			limit /= 10
		}
		return part{text: QuoteCut(string(v), limit)}
	case *lua.LTable:
		if lua.LVAsBool(s.L.GetMetaField(v, "__tostring")) && !IsResult(v) {
			break
		}
		if s.inside[v] {
			return part{text: "<cycle>"}
		}
		if depth >= shownDepth || s.left <= 0 {
			return part{text: "{...}"}
		}
		s.inside[v] = true
		defer delete(s.inside, v)
		return s.entries(v, depth)
	}
	return part{text: cells.Harmless(Text(s.L, v), depth == 0)}
}

// entries shows those of a list first, then the others by their keys.
func (s *showing) entries(t *lua.LTable, depth int) part {
	list, keys := Entries(t)
	all := part{table: true}
	limit := min(shownEntries, s.left)
	for i := 1; i <= list && len(all.parts) < limit; i++ {
		s.left--
		all.parts = append(all.parts, s.part(interp.GetInt(t, i), depth+1))
	}
	for _, k := range keys {
		if len(all.parts) >= limit {
			break
		}
		s.left--
		entry := s.part(interp.RawGet(t, k), depth+1)
		entry.key = s.key(k) + " = "
		all.parts = append(all.parts, entry)
	}
	if more := list + len(keys) - len(all.parts); more > 0 {
		all.parts = append(all.parts, part{text: fmt.Sprintf("... %d more", more)})
	}
	return all
}

// Entries gives how long the list is that begins at 1, and the other keys in
// order: numbers, then strings, then the rest as they come.
func Entries(t *lua.LTable) (list int, keys []lua.LValue) {
	for interp.GetInt(t, list+1) != lua.LNil {
		list++
	}
	t.ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok && n >= 1 && int(n) <= list && n == lua.LNumber(int(n)) {
			return
		}
		keys = append(keys, k)
	})
	slices.SortStableFunc(keys, func(a, b lua.LValue) int {
		x, isNumber := a.(lua.LNumber)
		y, alsoNumber := b.(lua.LNumber)
		switch {
		case isNumber && alsoNumber && x < y:
			return -1
		case isNumber && alsoNumber:
			return 1
		case a.Type() != b.Type():
			return int(a.Type()) - int(b.Type())
		case a.Type() == lua.LTString:
			return strings.Compare(a.String(), b.String())
		}
		return 0
	})
	return list, keys
}

func (s *showing) key(k lua.LValue) string {
	name, ok := k.(lua.LString)
	switch {
	case !ok:
		return "[" + cells.Harmless(Text(s.L, k), false) + "]"
	case IsName(string(name)):
		return string(name)
	}
	return "[" + QuoteCut(string(name), shownBytes/10) + "]"
}

// IsName reports whether a key may stand without brackets.
func IsName(k string) bool {
	for i, c := range []byte(k) {
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return k != "" && !syntax.IsKeyword(k)
}

// flat writes a part on one line.
func (x part) flat() string {
	if !x.table {
		return x.key + x.text
	}
	texts := make([]string, len(x.parts))
	for i, inner := range x.parts {
		texts[i] = inner.flat()
	}
	return x.key + "{" + strings.Join(texts, ", ") + "}"
}

// write writes a part, a line for each entry where one line would be too wide.
func (x part) write(b *strings.Builder, indent, width int) {
	line := x.flat()
	if !x.table || len(x.parts) == 0 || indent+cells.Text(line)+1 <= width {
		b.WriteString(line)
		return
	}
	b.WriteString(x.key + "{")
	used := width
	for _, inner := range x.parts {
		// What has no key and is short shares its line with what came before it.
		need := cells.Text(inner.flat()) + 2
		if share := inner.key == "" && !inner.table && used+need <= width; share {
			b.WriteByte(' ')
			used += need
		} else {
			b.WriteString("\n" + strings.Repeat(" ", indent+2))
			used = indent + 2 + need
		}
		if inner.key != "" || inner.table {
			used = width
		}
		inner.write(b, indent+2, width)
		b.WriteByte(',')
	}
	b.WriteString("\n" + strings.Repeat(" ", indent) + "}")
}

// Text is what tostring makes of a value. A __tostring that fails is no reason not
// to go on.
func Text(L *lua.LState, v lua.LValue) string {
	shown, err := interp.Invoke(L, L.NewFunction(func(L *lua.LState) int {
		L.Push(luaio.ToString(L, L.Get(1)))
		return 1
	}), v)
	if err != nil {
		return "<" + v.Type().String() + " whose __tostring fails>"
	}
	return shown.String()
}

// QuoteCut writes a string as Lua reads it, its first bytes where it is long.
func QuoteCut(s string, limit int) string {
	if len(s) <= limit+limit/10 {
		return quoted(s)
	}
	return quoted(s[:limit]) + fmt.Sprintf(" ... %d more bytes", len(s)-limit)
}

func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, piece := range cells.Pieces(s) {
		switch piece {
		case `"`, `\`:
			b.WriteString(`\` + piece)
		default:
			cells.WriteHarmless(&b, piece)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Line writes a value on one line.
func Line(L *lua.LState, v lua.LValue) string {
	s := showing{L: L, left: shownEntries, inside: map[*lua.LTable]bool{}}
	return s.part(v, 1).flat()
}
