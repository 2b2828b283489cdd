package repl

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/help"
	"weir/repl/input"
	"weir/repl/reference"
	"weir/runtime/explain"
	"weir/script"
)

func (p *Prompt) colonTime(arg string) error {
	start := time.Now()
	values, err := p.VM.EvalExpression(":time", arg)
	if err != nil {
		return err
	}
	if topologies := script.Topologies(values); len(topologies) > 0 {
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
		list[i] = help.TypeOf(p.VM, v, p.Width())
	}
	if len(list) == 0 {
		list = []string{"no value"}
	}
	return p.VM.WriteOut(strings.Join(list, "\n") + "\n")
}

func (p *Prompt) colonGraph(arg string) error {
	if name, ok := strings.CutPrefix(arg, input.ExamplePrefix); ok && p.Draw != nil {
		e, err := p.Examples.named(name)
		if err != nil {
			return err
		}
		return p.Draw(e)
	}
	end := ")"
	if endsInComment(arg) {
		end = "\n)"
	}
	return p.VM.HoldBack(func() error {
		_, err := p.VM.Eval(":graph", "graph("+arg+end)
		return err
	})
}

func (p *Prompt) colonExplain(arg string) error {
	var values []lua.LValue
	err := p.VM.HoldBack(func() (err error) {
		values, err = p.VM.EvalExpression(":explain", arg)
		return err
	})
	if err != nil {
		return err
	}
	topologies := script.Topologies(values)
	if len(topologies) == 0 {
		topologies, err = p.VM.Lifted(values)
	}
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	if len(topologies) == 0 {
		return fmt.Errorf("explain: this is no topology but a %s; write the topology alone, without run()",
			typeOf(values))
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
	if p.Interactive {
		folded := reference.Text{Width: p.Width()}.Folded(text.String())
		text.Reset()
		text.WriteString(folded)
	}
	text.WriteString("\nas bash:")
	if bash, err := explain.Bash(planned); err != nil {
		text.WriteString(" " + err.Error() + "\n")
	} else {
		text.WriteString("\n    " + strings.ReplaceAll(strings.TrimSuffix(bash, "\n"), "\n", "\n    ") + "\n")
	}
	return p.VM.WriteOut(text.String())
}

// typeOf is the type of an expression's value.
func typeOf(values []lua.LValue) string {
	if len(values) == 0 {
		return "statement"
	}
	return values[0].Type().String()
}
