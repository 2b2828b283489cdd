package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"weir/repl/view"
	"weir/runtime/cells"
)

func psCommand(f *face) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "ps", Short: "list the weirs that run, their runs and stages",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{errors.New("ps: takes no arguments; weir top PID shows one")}
			}
			return f.ps(asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each weir")
	return c
}

func (f *face) ps(asJSON bool) error {
	list, silent, err := view.All()
	for _, pid := range silent {
		fmt.Fprintf(f.errs, "%d does not answer: it is stopped\n", pid)
	}
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(f, list)
	case len(list)+len(silent) == 0:
		fmt.Fprintln(f.errs, "no weir has a run")
	}
	for _, w := range list {
		fmt.Fprintf(f.out, "%d  %s, since %s\n", w.PID, cells.Harmless(w.Script, false), since(w.Since))
		for _, r := range w.Runs {
			fmt.Fprintf(f.out, "    run %d, since %s\n", r.Run, since(r.Since))
			for _, s := range r.Stages {
				fmt.Fprintf(f.out, "        %-8s %s%s\n", processOf(s), cells.Harmless(s.Stage, false), ending(s))
			}
		}
	}
	return nil
}

func processOf(s view.Stage) string {
	switch {
	case s.Relay:
		return "relay"
	case s.PID == 0:
		return "-"
	}
	return fmt.Sprint(s.PID)
}

func ending(s view.Stage) string {
	if s.Ended {
		return ", ended"
	}
	return ""
}

// since is how long ago that was.
func since(t time.Time) string { return time.Since(t).Round(100 * time.Millisecond).String() }
