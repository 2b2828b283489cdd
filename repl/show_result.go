package repl

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/cells"
)

// resultOf tells whether a value is the result of a run: .ok, .why, .elapsed and
// .stages, each with its .name and .pid.
func resultOf(v lua.LValue) (*lua.LTable, bool) {
	t, ok := v.(*lua.LTable)
	if !ok || t.Metatable != lua.LNil {
		return nil, false
	}
	stages, isList := t.RawGetString("stages").(*lua.LTable)
	_, hasWhy := t.RawGetString("why").(lua.LString)
	_, timed := t.RawGetString("elapsed").(lua.LNumber)
	if !isList || !hasWhy || !timed || t.RawGetString("ok").Type() != lua.LTBool {
		return nil, false
	}
	for i := 1; i <= stages.Len(); i++ {
		if stage, ok := stages.RawGetInt(i).(*lua.LTable); !ok || stage.RawGetString("name").Type() != lua.LTString {
			return nil, false
		}
	}
	return t, true
}

// column is one of a table of stages; what is empty for all stages is left out.
type column struct {
	title string
	right bool // numbers stand under each other at their ends
	cell  func(stage *lua.LTable) string
}

// nameCells is how wide a stage's name may be, and valueCells how wide what it
// returned.
const nameCells, valueCells = 32, 24

func (p *Prompt) resultColumns() []column {
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
			return cells.Cut(harmless(p.text(v), false), nameCells)
		}
	}
	return []column{
		{"stage", false, plain("name")},
		{"pid", true, plain("pid")},
		{"end", true, func(stage *lua.LTable) string {
			if s := plain("signal")(stage); s != "" {
				return s
			}
			return plain("code")(stage)
		}},
		{"user s", true, seconds("user")},
		{"sys s", true, seconds("sys")},
		{"memory", true, func(stage *lua.LTable) string { return size(float64(lua.LVAsNumber(stage.RawGetString("maxrss")))) }},
		{"restarts", true, plain("restarts")},
		{"value", false, func(stage *lua.LTable) string {
			v := stage.RawGetString("value")
			if v == lua.LNil {
				return ""
			}
			s := showing{p: p, left: shownEntries, inside: map[*lua.LTable]bool{}}
			return cells.Cut(s.part(v, 1).flat(), valueCells)
		}},
		{"error", false, plain("error")},
	}
}

// showResult writes a result as a line and a table of its stages.
func (p *Prompt) showResult(r *lua.LTable) string {
	var b strings.Builder
	elapsed := float64(lua.LVAsNumber(r.RawGetString("elapsed")))
	if lua.LVAsBool(r.RawGetString("ok")) {
		fmt.Fprintf(&b, "ok, %.3f s", elapsed)
	} else {
		fmt.Fprintf(&b, "failed (%s), %.3f s", harmless(lua.LVAsString(r.RawGetString("why")), false), elapsed)
	}
	stages := r.RawGetString("stages").(*lua.LTable)
	shown := min(stages.Len(), shownEntries)
	rows := make([][]string, shown+1)
	for _, c := range p.resultColumns() {
		column, some := []string{c.title}, false
		for i := 1; i <= shown; i++ {
			text := c.cell(stages.RawGetInt(i).(*lua.LTable))
			column, some = append(column, text), some || text != ""
		}
		if !some {
			continue
		}
		for i, text := range aligned(column, c.right) {
			rows[i] = append(rows[i], text)
		}
	}
	if shown == 0 {
		return b.String()
	}
	for _, row := range rows {
		b.WriteString("\n  " + strings.TrimRight(strings.Join(row, "  "), " "))
	}
	if more := stages.Len() - shown; more > 0 {
		fmt.Fprintf(&b, "\n  ... %d more", more)
	}
	return b.String()
}

// aligned makes the cells of a column equally wide.
func aligned(column []string, right bool) []string {
	width := 0
	for _, text := range column {
		width = max(width, cells.Text(text))
	}
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
