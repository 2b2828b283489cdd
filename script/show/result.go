package show

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/cells"
)

// IsResult reports whether a value is the result of a run: .ok, .why, .elapsed and
// .stages, each with its .name.
func IsResult(v lua.LValue) bool {
	t, ok := v.(*lua.LTable)
	if !ok {
		return false
	}
	stages, isList := t.RawGetString("stages").(*lua.LTable)
	_, hasWhy := t.RawGetString("why").(lua.LString)
	_, timed := t.RawGetString("elapsed").(lua.LNumber)
	if !isList || !hasWhy || !timed || t.RawGetString("ok").Type() != lua.LTBool {
		return false
	}
	for i := 1; i <= stages.Len(); i++ {
		if stage, ok := stages.RawGetInt(i).(*lua.LTable); !ok || stage.RawGetString("name").Type() != lua.LTString {
			return false
		}
	}
	return true
}

// column is one of a table of stages; what is empty for all stages is left out.
type column struct {
	title string
	right bool // numbers stand under each other at their ends
	spare int  // on a narrow screen the column with the most goes first; with 0 it stays
	cell  func(stage *lua.LTable) string
}

// nameCells is how wide a stage's name may be, and valueCells how wide what it
// returned.
const nameCells, valueCells = 32, 24

func resultColumns(L *lua.LState) []column {
	seconds := func(name string) func(*lua.LTable) string {
		return func(stage *lua.LTable) string {
			n, ok := stage.RawGetString(name).(lua.LNumber)
			if !ok {
				return ""
			}
			return fmt.Sprintf("%.3f", float64(n))
		}
	}
	plain := func(name string) func(*lua.LTable) string {
		return func(stage *lua.LTable) string {
			v := stage.RawGetString(name)
			if v == lua.LNil {
				return ""
			}
			return cells.Cut(cells.Harmless(Text(L, v), false), nameCells)
		}
	}
	return []column{
		{"stage", false, 0, plain("name")},
		{"pid", true, 2, plain("pid")},
		{"end", true, 0, func(stage *lua.LTable) string {
			if s := plain("signal")(stage); s != "" {
				return s
			}
			return plain("code")(stage)
		}},
		{"user s", true, 4, seconds("user")},
		{"sys s", true, 5, seconds("sys")},
		{"memory", true, 3, memoryOf},
		{"restarts", true, 1, plain("restarts")},
		{"value", false, 0, func(stage *lua.LTable) string {
			v := stage.RawGetString("value")
			if v == lua.LNil {
				return ""
			}
			return cells.Cut(Line(L, v), valueCells)
		}},
		{"error", false, 0, plain("error")},
	}
}

// Result writes a result as a line and a table of its stages, at most width cells wide.
func Result(L *lua.LState, r *lua.LTable, width int) string {
	var b strings.Builder
	elapsed := float64(lua.LVAsNumber(r.RawGetString("elapsed")))
	if lua.LVAsBool(r.RawGetString("ok")) {
		fmt.Fprintf(&b, "ok, %.3f s", elapsed)
	} else {
		fmt.Fprintf(&b, "failed (%s), %.3f s", cells.Harmless(lua.LVAsString(r.RawGetString("why")), false), elapsed)
	}
	stages := r.RawGetString("stages").(*lua.LTable)
	shown := min(stages.Len(), shownEntries)
	var filled []filledColumn
	for _, c := range resultColumns(L) {
		column, some := []string{c.title}, false
		for i := 1; i <= shown; i++ {
			text := c.cell(stages.RawGetInt(i).(*lua.LTable))
			column, some = append(column, text), some || text != ""
		}
		if some {
			filled = append(filled, filledColumn{c, column})
		}
	}
	if shown == 0 {
		return b.String()
	}
	b.WriteString(table(filled, shown+1, width))
	if more := stages.Len() - shown; more > 0 {
		fmt.Fprintf(&b, "\n  ... %d more", more)
	}
	return b.String()
}

// filledColumn is a column with its cells, the title first.
type filledColumn struct {
	column
	cells []string
}

func (c filledColumn) width() int { return widest(c.cells) }

// widest is how wide a column is.
func widest(column []string) int {
	width := 0
	for _, text := range column {
		width = max(width, cells.Text(text))
	}
	return width
}

// table writes columns beside each other. Where they are wider than the screen, those
// go that can be spared, and then the widest is cut.
func table(columns []filledColumn, rows, screen int) string {
	const between, least = 2, 6
	total := func() int {
		n := 0
		for _, c := range columns {
			n += between + c.width()
		}
		return n
	}
	for total() >= screen {
		most := slices.MaxFunc(columns, func(a, b filledColumn) int { return a.spare - b.spare })
		if most.spare == 0 {
			break
		}
		columns = slices.DeleteFunc(columns, func(c filledColumn) bool { return c.spare == most.spare })
	}
	for over := total() - screen + 1; over > 0; over = total() - screen + 1 {
		most := slices.MaxFunc(columns, func(a, b filledColumn) int { return a.width() - b.width() })
		limit := max(most.width()-over, least)
		if limit >= most.width() {
			break
		}
		for i := range most.cells {
			most.cells[i] = cells.Cut(most.cells[i], limit)
		}
	}
	lines := make([][]string, rows)
	for _, c := range columns {
		for i, text := range aligned(c.cells, c.right) {
			lines[i] = append(lines[i], text)
		}
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("\n  " + strings.TrimRight(strings.Join(line, "  "), " "))
	}
	return b.String()
}

// aligned makes the cells of a column equally wide.
func aligned(column []string, right bool) []string {
	width := widest(column)
	for i, text := range column {
		space := strings.Repeat(" ", width-cells.Text(text))
		if right {
			column[i] = space + text
		} else {
			column[i] = text + space
		}
	}
	return column
}

// size writes bytes as people read them.
func size(bytes float64) string {
	if bytes == 0 {
		return ""
	}
	units := "KMGT"
	bytes /= 1024
	for len(units) > 1 && bytes >= 1024 {
		bytes /= 1024
		units = units[1:]
	}
	return fmt.Sprintf("%.1f%c", bytes, units[0])
}

// memoryOf is a stage's peak memory, or what it is below.
func memoryOf(stage *lua.LTable) string {
	if most, ok := stage.RawGetString("maxrss_below").(lua.LNumber); ok {
		return "<" + size(float64(most))
	}
	return size(float64(lua.LVAsNumber(stage.RawGetString("maxrss"))))
}
