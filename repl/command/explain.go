package command

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"weir/runtime/explain"
	"weir/runtime/plan"
	"weir/script"
)

func (f *face) explainCommand() *cobra.Command {
	var code string
	var asJSON bool
	c := &cobra.Command{
		Use: "explain FILE|-|example:NAME|-e CODE [ARG...]", Short: "show what a script's runs would make and start, and start nothing",
		Long: `explain runs the script's Lua, but none of its runs: for each it prints the plan,
every system object, descriptor and process in order, and the same as bash
where bash can say it. A run's result is made up: every stage ended with 0.`,
		RunE: func(c *cobra.Command, args []string) error {
			s, args, err := f.scriptOf(c, code, args)
			if err != nil {
				return err
			}
			return f.explain(s, args, asJSON)
		},
		ValidArgsFunction: f.completeScript,
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
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	plans := 0
	vm := script.New(script.Options{Args: args, Script: s.name, Stdin: f.In, Stdout: f.Out, Stderr: f.Err,
		Silent: null, Explain: func(p *plan.Plan, place string) {
			plans++
			f.showPlan(p, place, plans, asJSON)
		}})
	err = vm.Run(s.name, s.text)
	vm.Close()
	var exit *script.ExitError
	switch {
	case err == nil || errors.As(err, &exit):
	case plans > 0:
		fmt.Fprintf(f.errs, "weir explain: without the results of these runs the script goes no further:\n%v\n", err)
		return nil
	default:
		return err
	}
	if plans == 0 {
		fmt.Fprintln(f.errs, "weir explain: the script runs no topology")
	}
	return nil
}

func (f *face) showPlan(p *plan.Plan, place string, n int, asJSON bool) {
	if asJSON {
		_ = explain.WriteJSON(f.out, p) // which keeps its error
		return
	}
	if n > 1 {
		fmt.Fprintln(f.out)
	}
	fmt.Fprintf(f.out, "run %d, %s\n", n, place)
	_ = explain.WriteText(f.out, p)
	bash, err := explain.Bash(p)
	if err != nil {
		fmt.Fprintf(f.out, "\nas bash: %v\n", err)
		return
	}
	fmt.Fprintf(f.out, "\nas bash:\n%s", indent(bash))
}
