package command

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"weir/ipc"
)

// check is what doctor says of one mechanism.
type check struct {
	Kind   ipc.Kind `json:"kind"`
	Level  string   `json:"level"` // native, emulated or absent
	By     string   `json:"by"`
	Works  bool     `json:"works"` // it was tried
	Fault  string   `json:"fault,omitempty"`
	Limits string   `json:"limits,omitempty"`
}

func doctorCommand(f *face) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "try each mechanism here: native, emulated or absent, limits, and why",
		Long: `doctor makes, uses and removes an object of each mechanism, and says what this
system has of it: native, so that any program joins; emulated, with the same
verbs and results, but for weir's own programs only; or absent. Its exit
status is 1 where something does not work that should.`,
		Args:              withoutArguments("doctor"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			var rows []check
			failed := false
			for _, k := range ipc.Kinds() {
				row := examine(k)
				failed = failed || row.Fault != ""
				rows = append(rows, row)
			}
			if err := f.showChecks(rows, asJSON); err != nil {
				return err
			}
			if failed {
				return statusFault(statusError)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each mechanism")
	return c
}

// examine tries one mechanism.
func examine(k ipc.Kind) check {
	s := ipc.SupportHere(k)
	row := check{Kind: k, Level: s.Level.String(), By: s.By, Limits: ipc.Limits(k)}
	switch {
	case s.Level == ipc.Absent:
		row.Limits = ""
		if s.Instead != "" {
			row.Limits = "use " + s.Instead
		}
	case !s.Built:
		row.Fault = ipc.Unbuilt(k)
	default:
		if err := ipc.Try(k); err != nil {
			row.Fault = err.Error()
		} else {
			row.Works = true
		}
	}
	return row
}

func (f *face) showChecks(rows []check, asJSON bool) error {
	if asJSON {
		return printJSON(f, rows)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "MECHANISM\tHERE\tBY\tTRIED\tLIMITS")
	for _, r := range rows {
		tried := "works"
		if r.Fault != "" {
			tried = "FAILS"
		} else if !r.Works {
			tried = "no" // the system has nothing like it
		}
		limits := r.Limits
		if r.Fault != "" {
			limits = r.Fault
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Kind, r.Level, r.By, tried, limits)
	}
	w.Flush()
	return f.writeOut(folded(f.Out, b.String()))
}
