package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"weir/runtime/explain"
	"weir/runtime/plan"
)

func explainCommand(f *face) *cobra.Command {
	var code string
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain FILE|-|example:NAME|-e CODE [ARG...]",
		Short: "show what a script's runs would make and start, and start nothing",
		Long: `explain runs the script's Lua, but none of its runs: for each it prints the plan,
every system object, descriptor and process in order, and the same as bash
where bash can say it. A run's result is made up: every stage ended with 0.
Nothing else is changed either: what the script would write, remove or set, and
where it ends by os.exit, stands between the plans.`,
		RunE: func(c *cobra.Command, args []string) error {
			s, args, err := f.scriptOf(c, code, args)
			if err != nil {
				return err
			}
			return f.explain(s, args, asJSON)
		},
		ValidArgsFunction: f.examples.completeScript,
	}
	c.Flags().StringVarP(&code, "execute", "e", "", "explain what this Lua `CODE` runs")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each run")
	c.Flags().SetInterspersed(false)
	return c
}

// scriptOf is the script that a command's arguments name, or the code of its flag -e,
// and the script's own arguments.
func (f *face) scriptOf(c *cobra.Command, code string, args []string) (source, []string, error) {
	if c.Flags().Changed("execute") {
		return source{name: "-e", text: code}, args, nil
	}
	if len(args) == 0 {
		return source{}, nil, usageError{fmt.Errorf("%s: which script? weir %[1]s FILE", c.Name())}
	}
	s, err := f.load(args[0])
	return s, args[1:], err
}

func (f *face) explain(s source, args []string, asJSON bool) error {
	plans, last := 0, ""
	part := func(kind string) { // an empty line stands around each run
		if last == "run" || last != "" && kind == "run" {
			fmt.Fprintln(f.out)
		}
		last = kind
	}
	to := foreseen{
		run: func(p *plan.Plan, place string) {
			plans++
			part("run")
			f.showPlan(p, place, plans)
		},
		act: func(act, place string) {
			part("act")
			fmt.Fprintln(f.out, folded(f.Out, fmt.Sprintf("would %s, %s", plan.Visible(act), place)))
		},
	}
	if asJSON {
		to.act = f.writeAct("explain")
		to.run = func(p *plan.Plan, _ string) {
			plans++
			_ = explain.WriteJSON(f.out, p) // which keeps its error
		}
	}
	ends, err := f.foresee(s, args, to, nil)
	return f.foreseenEnd("explain", plans, ends, err)
}

func (f *face) showPlan(p *plan.Plan, place string, n int) {
	var b strings.Builder
	fmt.Fprintf(&b, "run %d, %s\n", n, place)
	_ = explain.WriteText(&b, p) // a Builder takes all
	bash, err := explain.Bash(p)
	if err != nil {
		fmt.Fprintf(&b, "\nas bash: %v\n", err)
		bash = ""
	}
	_ = f.writeOut(folded(f.Out, b.String())) // which keeps its error
	if err == nil {
		fmt.Fprintf(f.out, "\nas bash:\n%s", indent(bash))
	}
}
