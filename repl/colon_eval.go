package repl

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/runtime/cells"
	"weir/runtime/explain"
	"weir/script"
)

func (p *Prompt) colonTime(arg string) error {
	start := time.Now()
	values, err := p.VM.EvalExpression(":time", arg)
	if err != nil {
		return err
	}
	if topologies := p.VM.Topologies(values); len(topologies) > 0 {
		start = time.Now()
		result, err := p.VM.RunTopologies(topologies)
		if err != nil {
			return err
		}
		values = []lua.LValue{result}
	}
	took := time.Since(start)
	line := fmt.Sprintf("%.3f s", took.Seconds())
	if len(values) > 0 {
		p.VM.TakeRan()
		p.VM.SetLast(values[0])
		if r, ok := resultOf(values[0]); ok {
			user, sys := times(r)
			line += fmt.Sprintf(" from start to end; its stages: %.3f s user, %.3f s sys", user, sys)
		}
	}
	return p.VM.WriteOut(line + "\n")
}

// times adds up the processor time of a result's stages.
func times(r *lua.LTable) (user, sys float64) {
	stages := r.RawGetString("stages").(*lua.LTable)
	for i := 1; i <= stages.Len(); i++ {
		if t, ok := stages.RawGetInt(i).(*lua.LTable); ok {
			user += float64(lua.LVAsNumber(t.RawGetString("user")))
			sys += float64(lua.LVAsNumber(t.RawGetString("sys")))
		}
	}
	return user, sys
}

func (p *Prompt) colonType(arg string) error {
	values, err := p.VM.EvalExpression(":type", arg)
	if err != nil {
		return err
	}
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = p.typeOf(v)
	}
	if len(list) == 0 {
		list = []string{"no value"}
	}
	return p.VM.WriteOut(strings.Join(list, "\n") + "\n")
}

// typeOf says in a line what a value is.
func (p *Prompt) typeOf(v lua.LValue) string {
	kind := v.Type().String()
	if e, ok := p.VM.EntryOf(v); ok {
		return kind + ": " + e.Signature
	}
	if _, of := script.What(v); len(of) > 0 {
		return kind + ": " + article(of[0]) + ", " + cells.Cut(harmless(p.text(v), false), p.Width()/2)
	}
	switch v := v.(type) {
	case lua.LString:
		return fmt.Sprintf("string of %d bytes", len(v))
	case *lua.LTable:
		if _, ok := resultOf(v); ok {
			return "table: the result of a run"
		}
		return tableText(v)
	}
	return kind
}

// tableText says in a few words what a table holds.
func tableText(t *lua.LTable) string {
	list, keys := entriesOf(t)
	count := fmt.Sprintf("%d keys", len(keys))
	if len(keys) == 1 {
		count = "1 key"
	}
	switch {
	case list == 0 && len(keys) == 0:
		return "an empty table"
	case list == 0:
		return "a table of " + count
	case len(keys) == 0:
		return fmt.Sprintf("a list of %d", list)
	}
	return fmt.Sprintf("a list of %d, with %s more", list, count)
}

func (p *Prompt) colonGraph(arg string) error {
	if name, ok := strings.CutPrefix(arg, input.ExamplePrefix); ok && p.Draw != nil {
		e, err := p.example(name)
		if err != nil {
			return err
		}
		return p.Draw(e)
	}
	end := ")"
	if endsInComment(arg) { // it must not take the bracket
		end = "\n)"
	}
	_, err := p.VM.Eval(":graph", "graph("+arg+end)
	return err
}

func (p *Prompt) colonExplain(arg string) error {
	values, err := p.VM.EvalExpression(":explain", arg)
	if err != nil {
		return err
	}
	topologies := p.VM.Topologies(values)
	if len(topologies) == 0 {
		topologies, err = p.VM.Lifted(values)
	}
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	if len(topologies) == 0 {
		return fmt.Errorf("explain: this is no topology but a %s; write the topology alone, without run()", describeAll(values))
	}
	planned, err := p.VM.Plan(topologies)
	if err != nil && !strings.HasPrefix(err.Error(), ":explain:") { // a string's own fault has no line
		return fmt.Errorf("explain: %w", err)
	} else if err != nil {
		return err
	}
	var text strings.Builder
	if p.JSON {
		if err := explain.WriteJSON(&text, planned); err != nil {
			return err
		}
		return p.VM.WriteOut(text.String())
	}
	if err := explain.WriteText(&text, planned); err != nil {
		return err
	}
	text.WriteString("\nas bash:")
	if bash, err := explain.Bash(planned); err != nil {
		text.WriteString(" " + err.Error() + "\n")
	} else {
		text.WriteString("\n    " + strings.ReplaceAll(strings.TrimSuffix(bash, "\n"), "\n", "\n    ") + "\n")
	}
	return p.VM.WriteOut(text.String())
}

func describeAll(values []lua.LValue) string {
	if len(values) == 0 {
		return "statement"
	}
	return values[0].Type().String()
}
